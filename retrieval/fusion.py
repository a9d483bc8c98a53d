"""Several rankings into one.

`reciprocal_rank`: Cormack, Clarke and Buettcher, SIGIR 2009; needs no comparable scores.
`weighted`: a weighted mean of standardised scores, which keeps how far ahead a node is; a node that a channel did
not return gets that channel's lowest score, so that absence costs no more than being last, or 0 where that is what
its absence says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from .coarse import LEXICAL, PHRASES, Ranking

DEFAULT_WEIGHTS: Mapping[str, float] = {
    "text_vectors": 0.7,
    "lexical": 0.3,
    "image_vectors": 0.3,
    "phrases": 0.3,
}
_ZERO_WITHOUT = frozenset({LEXICAL, PHRASES})
"""Channels that score by words: a node without any of them has 0."""


class Fusion(Protocol):
    """Joins the rankings of the channels; a channel that found nothing takes no part."""

    def fuse(self, rankings: Mapping[str, Ranking]) -> Ranking:
        """One ranking over all nodes found, best first, ties by id."""
        ...


class ReciprocalRankFusion:
    """Sum of weight / (k + rank). `k` damps the lead of the first ranks."""

    def __init__(self, k: float = 10.0, weights: Mapping[str, float] | None = None) -> None:
        self._k = k
        self._weights = weights or {}

    def fuse(self, rankings: Mapping[str, Ranking]) -> Ranking:
        """Fuse by rank."""
        fused: dict[int, float] = {}
        for channel, ranking in rankings.items():
            weight = self._weights.get(channel, 1.0)
            for rank, (node_id, _) in enumerate(ranking, start=1):
                fused[node_id] = fused.get(node_id, 0.0) + weight / (self._k + rank)
        return _ordered(fused)


class WeightedFusion:
    """Weighted mean of z-scores, taken within each channel's own ranking.

    A channel that scores by words finds few nodes, or one, where the question's words are rare: the more that tells.
    Its ranking is standardised with as many nodes of score 0 behind it as make it as long as the longest ranking, or
    one longer where words alone count.
    """

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        self._weights = DEFAULT_WEIGHTS if weights is None else weights

    def fuse(self, rankings: Mapping[str, Ranking]) -> Ranking:
        """Fuse by standardised score."""
        lengths = {name: len(found) for name, found in rankings.items() if found and self._weights.get(name, 1.0) > 0}
        longest = max(lengths.values(), default=0) + (lengths.keys() <= _ZERO_WITHOUT)
        standard: dict[str, dict[int, float]] = {}
        absent: dict[str, float] = {}
        for channel, ranking in rankings.items():
            if ranking:
                zeros = longest - len(ranking) if channel in _ZERO_WITHOUT else 0
                values = _standardised([*(score for _, score in ranking), *[0.0] * zeros])
                standard[channel] = {node_id: value for (node_id, _), value in zip(ranking, values, strict=False)}
                absent[channel] = min(values)
        return _weighted_mean(standard, absent, self._weights)


class LinearFusion:
    """Weighted mean of scores that are on one scale, with 0 for chance (see `calibration`).

    A node that a channel did not return gets that channel's lowest score where the ranking is as long as the longest,
    so that the node may be just below its end, and 0 where the ranking is shorter, which has all that it could find.
    """

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        self._weights = DEFAULT_WEIGHTS if weights is None else weights

    def fuse(self, rankings: Mapping[str, Ranking]) -> Ranking:
        """Fuse by score."""
        scores = {channel: dict(ranking) for channel, ranking in rankings.items() if ranking}
        longest = max(map(len, rankings.values()), default=0)
        absent = {
            name: min(found.values()) if len(rankings[name]) == longest else min(0.0, *found.values())
            for name, found in scores.items()
        }
        return _weighted_mean(scores, absent, self._weights)


def _weighted_mean(
    scores: Mapping[str, Mapping[int, float]], absent: Mapping[str, float], weights: Mapping[str, float]
) -> Ranking:
    """The mean over the channels, best first; a node that a channel did not return has its `absent` score there."""
    total = sum(weights.get(channel, 1.0) for channel in scores)
    ids = {node_id for found in scores.values() for node_id in found}
    fused = dict.fromkeys(ids, 0.0)
    if total <= 0:
        return _ordered(fused)
    for channel, found in scores.items():
        weight = weights.get(channel, 1.0) / total
        for node_id in ids:
            fused[node_id] += weight * found.get(node_id, absent[channel])
    return _ordered(fused)


def _standardised(scores: Sequence[float]) -> list[float]:
    values = np.array(scores)
    spread = float(values.std())
    if spread < 1e-9:
        return [0.0] * len(scores)
    standard: list[float] = ((values - values.mean()) / spread).tolist()
    return standard


def _ordered(fused: Mapping[int, float]) -> Ranking:
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
