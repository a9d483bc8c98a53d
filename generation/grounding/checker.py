"""Checks an answer claim by claim: the rules first, then any further tiers.

The rules always run. A tier behind them, a local model or a language model as judge, may overrule them, but not where
a number of the claim contradicts the evidence, nor where the claim stands in it word for word: a model reads numbers
worse than the rules do. The last tier that has an opinion decides, and the claim says which one did.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from ...retrieval.evidence import Evidence, MatchedRegion
from ..answer import Claim
from .other_words import OtherWords
from .paraphrase import Encode
from .rules import rule
from .tiers import STOPPED, Opinion, Tier, is_set


class Checker:
    """The rules and the `tiers` behind them, in order; it keeps no state between calls.

    `encode` gives texts their vectors, by which the rules know claims in other words (`other_words`).
    """

    def __init__(self, tiers: Sequence[Tier] = (), *, encode: Encode | None = None) -> None:
        self._tiers = tuple(tiers)
        self._other_words = OtherWords(encode)

    def check(
        self,
        text: str,
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> list[Claim]:
        """Check every claim of `text` against the evidence, which may be plain passages or `Evidence`.

        A claim that only repeats words of `question` gains little by that. Claims come in the order of the text.
        Where `cancel` is set, the rules still judge, but the tiers behind them stop.
        Raises `ModelUnavailable` where a tier's weights are missing or do not load.
        """
        rulings = rule(text, evidence, question, self._other_words)
        claims = [ruling.claim for ruling in rulings]
        asked = [index for index, ruling in enumerate(rulings) if not ruling.final]
        for tier in self._tiers if evidence else ():
            if not asked:
                break
            opinions: Sequence[Opinion] = [STOPPED] * len(asked)
            if not is_set(cancel):
                opinions = tier.judge([claims[index] for index in asked], evidence, question, cancel=cancel)
            for index, opinion in zip(asked, opinions, strict=True):
                claims[index] = _decided(claims[index], tier.name, opinion, evidence)
        return claims


def check(
    text: str,
    evidence: Sequence[str | Evidence],
    question: str | None = None,
    *,
    tiers: Sequence[Tier] = (),
    encode: Encode | None = None,
) -> list[Claim]:
    """Check every claim of `text` against the evidence by the rules, and by `tiers` where they are given.

    `evidence` may be plain passages, `Evidence`, or both. A claim that only repeats words of `question` gains nothing
    by that: with a question given, its words count half. Claims come in the order of the text. `encode`, such as a text
    encoder's `encode_documents`, lets the rules know claims in other words.

        claims = check("Revenue rose 12 % to $3.1bn.", ["Revenue rose 12 % to $3.1bn in 2023."])
        claims[0].verdict, claims[0].reason
    """
    return Checker(tiers, encode=encode).check(text, evidence, question)


def _decided(claim: Claim, tier: str, opinion: Opinion, evidence: Sequence[str | Evidence]) -> Claim:
    if opinion.verdict is None:
        return replace(claim, reason=f"{claim.reason} ({tier} abstained: {opinion.reason})")
    number, region = claim.evidence, claim.region
    if opinion.evidence is not None and opinion.evidence != number:
        number = opinion.evidence
        region = _whole(evidence[opinion.evidence - 1], opinion.score)
    return replace(
        claim,
        verdict=opinion.verdict,
        score=opinion.score,
        tier=tier,
        reason=opinion.reason,
        evidence=number,
        region=region,
    )


def _whole(item: str | Evidence, score: float) -> MatchedRegion | None:
    """Where a piece of evidence stands: models read it as a whole."""
    if isinstance(item, str) or not item.bounds:
        return None
    return MatchedRegion(item.text, item.bounds[0], score)
