"""What answers cost: seconds a stage, and tokens."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...generation.decoders.chat_model import Usage


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds of one stage over `n` items."""

    n: int
    mean: float
    p50: float
    p95: float

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"n", "mean", "p50", "p95"}`, in seconds."""
        return {"n": self.n, **{key: round(getattr(self, key), 4) for key in ("mean", "p50", "p95")}}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens read and written, of those `n` answers whose decoder counts them; `unknown` are the others."""

    n: int
    unknown: int
    prompt: int
    completion: int


def latencies(seconds: Iterable[Mapping[str, float]]) -> dict[str, Latency]:
    """By stage, in the order in which stages come, over the items that went through it; `total` is their sum."""
    stages: dict[str, list[float]] = {}
    total: list[float] = []
    for one in seconds:
        for stage, spent in one.items():
            stages.setdefault(stage, []).append(spent)
        total.append(sum(one.values()))
    return {stage: _latency(spent) for stage, spent in {**stages, "total": total}.items() if spent}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all are not above (nearest rank): a time that was really measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def count_tokens(usages: Iterable[Usage | None]) -> Tokens:
    """Sums over answers."""
    given = list(usages)
    known = [usage for usage in given if usage is not None]
    return Tokens(
        len(known),
        len(given) - len(known),
        sum(usage.prompt_tokens for usage in known),
        sum(usage.completion_tokens for usage in known),
    )


def _latency(spent: Sequence[float]) -> Latency:
    return Latency(len(spent), sum(spent) / len(spent), percentile(spent, 0.5), percentile(spent, 0.95))
