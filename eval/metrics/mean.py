"""Means that say how many items they are of, and how many had no value and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .protocol import Value


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the `n` values there are, None where there is none; `missing` counts the reasons of the others."""

    value: float | None
    n: int
    missing: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"mean", "n", "missing", "missing_reasons"}`, the last where some are missing."""
        told = {"missing_reasons": dict(self.missing)} if self.missing else {}
        mean = None if self.value is None else round(self.value, 6)
        return {"mean": mean, "n": self.n, "missing": sum(self.missing.values()), **told}


def mean_of(values: Iterable[Value]) -> Mean:
    """The mean over those that have a value."""
    known: list[float] = []
    missing: Counter[str] = Counter()
    for one in values:
        if one.value is None:
            missing[one.reason] += 1
        else:
            known.append(one.value)
    return Mean(sum(known) / len(known) if known else None, len(known), dict(sorted(missing.items())))
