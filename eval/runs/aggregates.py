"""Means over questions, with intervals, and the number of those without a value by their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..metrics.mean import mean_of
from ..metrics.protocol import Value
from .intervals import mean_interval
from .item_scores import ItemScores

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The mean of `n` values with its interval; None where there are none. `missing` counts reasons."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    missing: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"mean", "low", "high", "n", "missing", "missing_reasons"}`, the last where some are missing."""
        return {
            "mean": rounded(self.mean),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "n": self.n,
            "missing": sum(self.missing.values()),
            **({"missing_reasons": dict(self.missing)} if self.missing else {}),
        }


def aggregate(values: Sequence[Value]) -> Aggregate:
    """The mean of those that have a value."""
    counted = mean_of(values)
    known = [one.value for one in values if one.value is not None]
    if not known:
        return Aggregate(None, None, None, 0, counted.missing)
    interval = mean_interval(known)
    return Aggregate(interval.mean, interval.low, interval.high, len(known), counted.missing)


def aggregates(scores: Sequence[ItemScores]) -> dict[str, Aggregate]:
    """Every metric over the questions."""
    names = dict.fromkeys(name for one in scores for name in one.values)
    return {name: aggregate([one.values[name] for one in scores if name in one.values]) for name in names}


def rounded(value: float | None) -> float | None:
    """As written to JSON."""
    return None if value is None else round(value, _DIGITS)
