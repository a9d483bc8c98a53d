"""Is the new model better? nDCG@10 on the same held-out questions, and how likely chance alone would say so.

nDCG: Järvelin and Kekäläinen, TOIS 2002, each piece of evidence counted where it first appears.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..significance import randomisation_p

DEPTH = 10
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """Mean nDCG@10 before and after over `questions`, and the probability of such a difference by chance."""

    questions: int
    before: float
    after: float
    p: float

    @property
    def better(self) -> bool:
        """Whether the new way is to be adopted."""
        return self.after > self.before and self.p < LEVEL

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"questions", "ndcg10_before", "ndcg10_after", "difference", "p"}`."""
        return {
            "questions": self.questions,
            "ndcg10_before": round(self.before, 4),
            "ndcg10_after": round(self.after, 4),
            "difference": round(self.after - self.before, 4),
            "p": round(self.p, 5),
        }


def ndcg(order: Sequence[int], relevant: Sequence[frozenset[int]]) -> float:
    """nDCG@10 of node ids, best first; `relevant` has the nodes of each piece of evidence, none for one missed."""
    left = list(relevant)
    gain = 0.0
    for rank, node_id in enumerate(order[:DEPTH], start=1):
        found = [piece for piece in left if node_id in piece]
        if found:
            gain += 1 / math.log2(rank + 1)
            left = [piece for piece in left if piece not in found]
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(DEPTH, len(relevant)) + 1))
    return gain / ideal if ideal else 0.0


def verdict(before: Sequence[float], after: Sequence[float], seed: int) -> Verdict:
    """Compare the values of the same questions."""
    p = randomisation_p(before, after, seed=seed)
    return Verdict(len(before), _mean(before), _mean(after), p)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if len(values) else 0.0
