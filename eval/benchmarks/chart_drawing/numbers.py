"""Numbers that look like measurements, as they are printed, and the axis that they are drawn on."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .content import ROUND, log_axis, nice_axis
from .topics import Measure


def measured(
    rng: random.Random, kind: str, measure: Measure, count: int, rows: int, *, timed: bool, whole: bool, log: bool
) -> tuple[tuple[float, ...], ...]:
    """Numbers as printed, a row a series."""
    if whole and kind in ROUND:
        return (tuple(_shares(rng, count, measure.decimals)),)
    if whole:
        columns = [_shares(rng, rows, measure.decimals) for _ in range(count)]
        return tuple(zip(*columns, strict=True))
    wide = log or (measure.low > 0 and measure.high > 30 * measure.low and rng.random() < 0.4)
    result = []
    for _ in range(rows):
        if timed:
            row = _walk(rng, measure, count, wide=log)
        else:
            row = [_between(rng, measure.low, measure.high, wide=wide) for _ in range(count)]
        rounded = [round(number, measure.decimals) for number in row]
        result.append(tuple(number or 10.0**-measure.decimals for number in rounded))
    return tuple(result)


def _between(rng: random.Random, low: float, high: float, *, wide: bool) -> float:
    return float(low * (high / low) ** rng.random()) if wide else rng.uniform(low, high)


def _walk(rng: random.Random, measure: Measure, count: int, *, wide: bool) -> list[float]:
    """Numbers that follow each other: a start, a trend and noise, kept inside the measure's range."""
    low, high = measure.low, measure.high
    start, end = (_between(rng, low, high, wide=wide) for _ in range(2))
    noise = rng.choice((0.02, 0.05, 0.1)) * (high - low) * (0.1 if wide else 1)
    row = []
    for number in range(count):
        share = number / max(1, count - 1)
        trend = start * (end / start) ** share if wide else start + (end - start) * share
        row.append(min(high, max(low, trend + rng.gauss(0, noise))))
    return row


def _shares(rng: random.Random, count: int, decimals: int) -> list[float]:
    """Shares of 100 that add up exactly after rounding, none of them tiny."""
    weights = [rng.uniform(0.25, 1.6) ** 1.5 + 0.12 for _ in range(count)]
    unit = 10**decimals
    exact = [100 * unit * weight / sum(weights) for weight in weights]
    parts = [int(number) for number in exact]
    by_rest = sorted(range(count), key=lambda i: (parts[i] - exact[i], i))
    for index in by_rest[: 100 * unit - sum(parts)]:
        parts[index] += 1
    return [part / unit for part in parts]


def value_axis(
    rng: random.Random, kind: str, values: Sequence[Sequence[float]], *, whole: bool, log: bool
) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Ends and ticks of the value axis."""
    if kind in ROUND or not values[0]:
        return (0.0, 100.0), (0.0, 100.0)
    numbers = [number for row in values for number in row]
    if log:
        return log_axis(min(numbers), max(numbers))
    parts = rng.randint(3, 7)
    if "stacked" in kind:
        return nice_axis(0, 100 if whole else max(map(sum, zip(*values, strict=True))) * 1.02, 5 if whole else parts)
    high, low = max(numbers), min(numbers)
    margin = 0.06 * (high - min(low, 0))
    if kind == "line" and low > 0.35 * high and rng.random() < 0.6:
        return nice_axis(low - 0.2 * (high - low + 1e-6), high + 0.1 * (high - low), parts)
    return nice_axis(min(0.0, low - margin if low < 0 else 0.0), high + margin, parts)


def scattered(rng: random.Random, measure: Measure, rows: int) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Points (x, y) about a straight line, a row a series."""
    slope, noise = rng.uniform(-0.9, 0.9), rng.uniform(0.05, 0.25)
    spread = measure.high - measure.low
    right = rng.choice((10.0, 50.0, 100.0, 400.0))

    def point() -> tuple[float, float]:
        x = rng.random()
        y = min(1.0, max(0.0, 0.5 + slope * (x - 0.5) + rng.gauss(0, noise)))
        return x * right, measure.low + y * spread

    return tuple(tuple(point() for _ in range(rng.randint(12, 60))) for _ in range(rows))
