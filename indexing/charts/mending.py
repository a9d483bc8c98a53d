"""Bars that a number printed on them cuts into pieces."""

from __future__ import annotations

from collections.abc import Sequence

from .extent import bounds
from .graphics import Bar

CUT = 2.0
"""Pixels between two pieces: the stroke of a digit."""
LEVEL = 1.0
"""Pixels by which the ends of pieces of one bar differ."""
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
        as_thick = sum(abs(other - whole) <= max(1.5, 0.12 * whole) for other in thick)
        result += [Bar(*bounds(run), run[0].color)] if len(run) > 1 and as_thick >= FEWEST else run
    return result
