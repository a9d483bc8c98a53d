"""How many of the truly nearest nodes the index finds: measured against exact search over the stored vectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .catalog import Catalog, StoredSpace
from .index_protocols import Hits, Vectors
from .replay import stream_vectors

_SAME_SCORE = 1e-5
"""Cosines that differ by less are ties: either node is a right one."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall@k of one space's index. `lowest` is that of the worst query; `p50_ms` the median time of a search."""

    space: str
    factory: str
    vectors: int
    queries: int
    k: int
    recall: float
    lowest: float
    p50_ms: float
    exact_seconds: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {name: getattr(self, name) for name in self.__slots__}


def measure_recall(
    catalog: Catalog, space: StoredSpace, queries: Vectors, k: int, search: Callable[[Vectors], Hits], factory: str
) -> Recall:
    """Compare `search`, which gives `k` hits for one vector, with all vectors of the space; `queries` is `(n, dim)`.

    A hit counts where it is as near as the k-th nearest, so that ties and rounded scores cost nothing. Call it
    inside `snapshot`.
    """
    started = time.perf_counter()
    edges, count = _edges(catalog, space, queries, k)
    exact_seconds = time.perf_counter() - started
    shares: list[float] = []
    seconds: list[float] = []
    for query, edge in zip(queries, edges, strict=True):
        started = time.perf_counter()
        hits = search(query)
        seconds.append(time.perf_counter() - started)
        near = catalog.vectors(space, [node_id for node_id, _ in hits]) @ query if hits else np.empty(0)
        shares.append(float((near >= edge - _SAME_SCORE).sum()) / max(1, min(k, count)))
    return Recall(
        space.space.name,
        factory,
        count,
        len(queries),
        k,
        float(np.mean(shares)),
        min(shares),
        1e3 * float(np.median(seconds)),
        exact_seconds,
    )


def _edges(catalog: Catalog, space: StoredSpace, queries: Vectors, k: int) -> tuple[Sequence[float], int]:
    """The score of the k-th nearest vector of each query, and the number of vectors."""
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    count = 0
    for ids, vectors in stream_vectors(catalog, space):
        count += len(ids)
        scores = np.concatenate([best, queries @ vectors.T], axis=1)
        best = np.partition(scores, scores.shape[1] - k, axis=1)[:, -k:]
    # Where there are fewer than k vectors, all are near enough.
    return best.min(axis=1).tolist(), count
