"""What a metric is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a metric for one item, or None with the reason why there is none; such never enter a mean."""

    value: float | None
    reason: str = ""


class AnswerMetric(Protocol):
    """Compares answers with references. `signature` says all that the value depends on: package, version, options."""

    name: str
    signature: str

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """One value an item; an item has one or more references, of which the best counts unless the metric says so."""
        ...


@runtime_checkable
class CorpusMetric(AnswerMetric, Protocol):
    """A metric whose published figures are of all items at once, not the mean of items."""

    def corpus_score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
        """The value of the whole corpus, which has one or more items."""
        ...


def best(scores: Sequence[float]) -> Value:
    """The best of the scores against each reference."""
    return Value(max(scores))
