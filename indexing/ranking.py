"""Cutting a ranking at `k` so that equal scores at the edge are decided by id, not by the index's inner order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .index_protocols import Hits, Ids, Vectors

_SLACK = 16
"""Looked up beyond `k`: ties at the edge that are longer than this cost a second search."""


def best_hits(find: Callable[[int], tuple[Ids, Vectors]], k: int, total: int) -> Hits:
    """The `k` best of what `find(depth)` returns (ids and scores, best first), equal scores by ascending id.

    Looks deeper while the scores at `k` and at the end are equal; `total` is as deep as it goes.
    """
    depth = min(k + _SLACK, total)
    while depth > 0:
        ids, scores = find(depth)
        edge_is_tied = len(ids) == depth and depth < total and depth > k and scores[k - 1] == scores[-1]
        if not edge_is_tied:
            return ordered(ids, scores)[:k]
        depth = min(4 * depth, total)
    return []


def ordered(ids: Ids, scores: NDArray[np.float32]) -> Hits:
    """Pairs, best first, equal scores by ascending id."""
    order = np.lexsort((ids, -scores))
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))
