"""Bars that numbers printed on them cut into pieces, or make grow together."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from ..extent import bounds
from ..graphics import Bar
from ..marks import Mark

CUT = 2.0
"""Pixels between two pieces: the stroke of a digit."""
LEVEL = 1.0
"""Pixels by which the ends of pieces of one bar differ."""
SAME_SIZE = 0.12
"""Share by which the thickness of the bars of one chart may differ."""
BEYOND = 2.0
"""Heights of a line that a number may stand off the end of its bar."""
FEWEST = 2
"""Whole bars that are as thick as the pieces are together."""


def mended(bars: Sequence[Bar]) -> list[Bar]:
    """The bars with pieces over each other, or side by side, put together where that makes one as thick as others."""
    upright = _mended(bars, across="y")
    return _mended(upright, across="x")


def _mended(bars: Sequence[Bar], *, across: str) -> list[Bar]:
    start, end, side_start, side_end = ("y0", "y1", "x0", "x1") if across == "y" else ("x0", "x1", "y0", "y1")

    def place(bar: Bar) -> tuple[object, ...]:
        return bar.color, round(getattr(bar, side_start)), getattr(bar, start)

    def goes_on(one: Bar, other: Bar) -> bool:
        level = all(abs(getattr(one, edge) - getattr(other, edge)) <= LEVEL for edge in (side_start, side_end))
        return level and one.color == other.color and 0 <= getattr(other, start) - getattr(one, end) <= CUT

    runs: list[list[Bar]] = []
    for bar in sorted(bars, key=place):
        if runs and goes_on(runs[-1][-1], bar):
            runs[-1].append(bar)
        else:
            runs.append([bar])
    if len(runs) == len(bars):
        return list(bars)
    thick = [getattr(run[0], end) - getattr(run[0], start) for run in runs if len(run) == 1]
    result: list[Bar] = []
    for run in runs:
        whole = getattr(run[-1], end) - getattr(run[0], start)
        as_thick = sum(_as_thick(other, whole) for other in thick)
        result += [Bar(*bounds(run), run[0].color)] if len(run) > 1 and as_thick >= FEWEST else run
    return result


def _as_thick(one: float, other: float) -> bool:
    return abs(one - other) <= max(1.5, SAME_SIZE * other)


def separated(rows: Sequence[Bar], values: Sequence[Mark]) -> list[Bar]:
    """Bars of equal length under each other, grown together where numbers are printed on them, taken apart: a bar as
    high as several with their gaps, with a number at the height of each.
    """
    usual = statistics.median([bar.height for bar in rows]) if rows else 0.0
    starts = sorted({bar.y0 for bar in rows if _as_thick(bar.height, usual)})
    steps = [lower - upper for upper, lower in itertools.pairwise(starts) if lower - upper >= usual]
    if not steps:
        return list(rows)
    step = min(steps)
    result: list[Bar] = []
    for bar in rows:
        count = round((bar.height - usual) / step) + 1
        parts = [Bar(bar.x0, y, bar.x1, y + usual, bar.color) for y in (bar.y0 + n * step for n in range(count))]
        fits = abs((count - 1) * step + usual - bar.height) <= 0.15 * usual + 1.0
        apart = (
            count > 1
            and fits
            and all(any(part.y0 < v.cy < part.y1 for v in values if _is_at(v, bar)) for part in parts)
        )
        result += parts if apart else [bar]
    return result


def _is_at(value: Mark, bar: Bar) -> bool:
    return value.x1 > bar.x0 - BEYOND * value.height and value.x0 < bar.x1 + BEYOND * value.height
