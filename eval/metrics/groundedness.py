"""How the claims of answers fare against their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...generation.answer import Claim, Verdict
from .protocol import Value

VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "not_found")


def verdict_share(claims: Sequence[Claim], verdict: Verdict) -> Value:
    """The share of an answer's claims with a verdict."""
    if not claims:
        return Value(None, "the answer makes no claims")
    return Value(sum(claim.verdict == verdict for claim in claims) / len(claims))


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """The claims of many answers by verdict, and of each verdict by the tier that decided."""

    tiers: dict[Verdict, dict[str, int]]

    @property
    def total(self) -> int:
        """All claims."""
        return sum(sum(tiers.values()) for tiers in self.tiers.values())

    def share(self, verdict: Verdict) -> Value:
        """The share of all claims with a verdict: long answers count more than in the mean of `verdict_share`."""
        if not self.total:
            return Value(None, "there are no claims")
        return Value(sum(self.tiers[verdict].values()) / self.total)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"claims", verdict: {"share", "tiers": {tier: count}}}`."""
        told: dict[str, Any] = {"claims": self.total}
        for verdict in VERDICTS:
            told[verdict] = {"share": self.share(verdict).value, "tiers": self.tiers[verdict]}
        return told


def count_verdicts(answers: Iterable[Sequence[Claim]]) -> VerdictCounts:
    """Count the claims of answers."""
    counts: dict[Verdict, Counter[str]] = {verdict: Counter() for verdict in VERDICTS}
    for claims in answers:
        for claim in claims:
            counts[claim.verdict][claim.tier] += 1
    return VerdictCounts({verdict: dict(sorted(tiers.items())) for verdict, tiers in counts.items()})
