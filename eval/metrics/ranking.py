"""Metrics of a ranking against graded judgements, defined as trec_eval does; one number a question.

A ranking lists keys, best first; a key that comes again takes no place. Grades above 0 are relevant. nDCG: Järvelin
and Kekäläinen, TOIS 2002, with the grade itself as gain and a discount of log2(rank + 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from .protocol import Value

DEPTHS = (1, 5, 10)


class RankingMetric(Protocol):
    """Scores one ranking. `signature` says all that the value depends on."""

    name: str
    signature: str

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """The value in [0, 1], none where nothing relevant is known; an empty ranking scores 0."""
        ...


class Recall:
    """The share of what is relevant that stands among the first `k`."""

    def __init__(self, k: int) -> None:
        self._k = k
        self.name = f"recall@{k}"
        self.signature = f"recall@{k}|relevant:grade>0"

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """See `RankingMetric`."""
        relevant = _relevant(grades)
        return _value(relevant, lambda: len(_hits(ranked, relevant, self._k)) / len(relevant))


class Precision:
    """The share of the first `k` places that hold something relevant; places that stay empty count as wrong."""

    def __init__(self, k: int) -> None:
        self._k = k
        self.name = f"precision@{k}"
        self.signature = f"precision@{k}|relevant:grade>0"

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """See `RankingMetric`."""
        relevant = _relevant(grades)
        return _value(relevant, lambda: len(_hits(ranked, relevant, self._k)) / self._k)


class ReciprocalRank:
    """One over the rank of the first relevant key; its mean is MRR."""

    name = "MRR"
    signature = "reciprocal rank|relevant:grade>0"

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """See `RankingMetric`."""
        relevant = _relevant(grades)
        return _value(relevant, lambda: next((1 / rank for rank in _hits(ranked, relevant)), 0.0))


class AveragePrecision:
    """The mean of the precision at each relevant key, 0 for those not found; its mean is MAP."""

    name = "MAP"
    signature = "average precision|relevant:grade>0"

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """See `RankingMetric`."""
        relevant = _relevant(grades)

        def value() -> float:
            hits = _hits(ranked, relevant)
            return sum(found / rank for found, rank in enumerate(hits, start=1)) / len(relevant)

        return _value(relevant, value)


class NDCG:
    """Discounted cumulative gain of the first `k`, relative to the best order."""

    def __init__(self, k: int) -> None:
        self._k = k
        self.name = f"nDCG@{k}"
        self.signature = f"nDCG@{k}|gain:grade|discount:log2"

    def score(self, ranked: Sequence[str], grades: Mapping[str, int]) -> Value:
        """See `RankingMetric`."""
        relevant = _relevant(grades)

        def value() -> float:
            places = [relevant.get(key, 0) for key in dict.fromkeys(ranked)]
            ideal = sorted(relevant.values(), reverse=True)
            return _gain(places[: self._k]) / _gain(ideal[: self._k])

        return _value(relevant, value)


def ranking_metrics() -> list[RankingMetric]:
    """Those of every report: nDCG@10, MRR, MAP, recall and precision at 1, 5 and 10."""
    at_depths = [kind(depth) for kind in (Recall, Precision) for depth in DEPTHS]
    return [NDCG(10), ReciprocalRank(), AveragePrecision(), *at_depths]


def rank_scores(ranked: Sequence[str], grades: Mapping[str, int]) -> dict[str, Value]:
    """All of `ranking_metrics` for one ranking, by name."""
    return {metric.name: metric.score(ranked, grades) for metric in ranking_metrics()}


def _relevant(grades: Mapping[str, int]) -> dict[str, int]:
    return {key: grade for key, grade in grades.items() if grade > 0}


def _hits(ranked: Sequence[str], relevant: Mapping[str, int], depth: int | None = None) -> list[int]:
    return [rank for rank, key in enumerate(list(dict.fromkeys(ranked))[:depth], start=1) if key in relevant]


def _gain(grades: Sequence[int]) -> float:
    return math.fsum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _value(relevant: Mapping[str, int], compute: Callable[[], float]) -> Value:
    return Value(compute()) if relevant else Value(None, "nothing relevant is known")
