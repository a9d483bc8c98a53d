"""What a further check of claims is: it sees what has been decided so far and gives an opinion of each claim."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ...retrieval.evidence import Evidence
from ..answer import Claim, Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a tier holds of a claim. Without a verdict it abstains, and `reason` says why.

    `score` in [0, 1] is the support found, `evidence` the number (from 1) of the evidence that decides it, where the
    tier can tell.
    """

    verdict: Verdict | None
    score: float = 0.0
    reason: str = ""
    evidence: int | None = None


STOPPED = Opinion(None, reason="it was stopped")
"""Of claims that a tier has not come to when it is cancelled."""


def is_set(cancel: threading.Event | None) -> bool:
    """Whether what was asked for is no longer wanted."""
    return cancel is not None and cancel.is_set()


class Tier(Protocol):
    """A check behind the rules. `name` is what `Claim.tier` says where it decides."""

    name: str

    def judge(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> Sequence[Opinion]:
        """One opinion for each claim, in order. Claims come with the verdicts that earlier tiers gave.

        Where `cancel` is set meanwhile, it may stop early and abstain from the claims that are left.
        Raises `ModelUnavailable` where weights are missing or do not load; all else that fails makes it abstain.
        """
        ...
