"""Metrics of a ranking against the keys of what is relevant, one number a question."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

DEPTHS = (1, 5, 10)


def rank_scores(ranked: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """nDCG@10 (binary gains), MRR and recall at 1, 5 and 10 of a ranking, best first; repeats of a key do not count.

    `relevant` has at least one key.
    """
    hits = [rank for rank, key in enumerate(dict.fromkeys(ranked), start=1) if key in relevant]
    ideal = sum(_gain(rank) for rank in range(1, min(10, len(relevant)) + 1))
    return {
        "nDCG@10": sum(_gain(rank) for rank in hits if rank <= 10) / ideal,
        "MRR": 1 / hits[0] if hits else 0.0,
        **{f"recall@{depth}": sum(rank <= depth for rank in hits) / len(relevant) for depth in DEPTHS},
    }


def _gain(rank: int) -> float:
    return 1 / math.log2(rank + 1)
