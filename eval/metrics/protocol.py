"""What a metric is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


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
