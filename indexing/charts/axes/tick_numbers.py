"""Numbers that can only be tick labels: outside of everything painted, on the side where the axis is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..extent import Extent
from ..graphics import Graphics
from ..marks import Mark
from ..series.carriers import Bars, Carrier


def tick_numbers(
    values: Sequence[Mark],
    ticks: Sequence[Mark],
    texts: Sequence[Mark],
    graphics: Graphics,
    bars: Bars,
    carriers: Mapping[int, Carrier],
) -> tuple[list[Mark], list[Mark]]:
    """Those at the left of columns, areas, lines or dots, and those below horizontal bars.

    `ticks` are those of the y axis known already: numbers flush with them are some, too. A number that a bar carries
    is a value, and so is one at the height where a line begins, or in a row that one of the `texts` names.
    """
    free = [value for value in values if id(value) not in carriers]
    starts = [(stroke.x[0], stroke.y[0]) for stroke in graphics.strokes if stroke.y]
    free = [value for value in free if not any(_at_start(value, x, y) for x, y in starts)]
    aligned = [v for v in free if any(abs(v.x1 - t.x1) < 0.4 * t.line_height for t in ticks) and not _beside(v, ticks)]
    if aligned:
        return aligned, []
    if len(bars.rows) >= max(2, 4 * len(bars.columns)):
        bottom = max(bar.y1 for bar in bars.rows)
        below = [value for value in free if value.y0 > bottom - 0.2 * value.line_height]
        named = _is_named(below, texts, min(bar.x0 for bar in bars.rows))
        return [], below if _differ(below) and not named and not _several_rows(below) else []
    if graphics.sectors or (bars.rows and bars.columns):
        return [], []
    painted: list[Extent] = [*bars.columns, *(graphics.dots if not bars.columns else ())]
    lefts = [extent.x0 for extent in painted]
    if len(bars.columns) < max(2, len(graphics.strokes)):
        lefts += [area.x[0] for area in graphics.areas if area.x] + [line.x[0] for line in graphics.strokes if line.x]
    if not lefts or (len(painted) < 2 and not graphics.areas and not graphics.strokes):
        return [], []
    left = min(lefts)
    beside = [
        value for value in free if value.x1 <= left + 2.0 and not any(_is_next_to(value, dot) for dot in graphics.dots)
    ]
    zero = all(value.number is not None and value.number.number == 0 for value in beside)
    return beside if len(beside) + len(ticks) > 1 or zero else [], []  # one number is no scale, but for a base line


def _at_start(value: Mark, x: float, y: float) -> bool:
    """Whether a number stands where a line begins."""
    return abs(value.cy - y) <= 1.3 * value.line_height and abs(value.x1 - x) < 3 * value.line_height


def _is_next_to(value: Mark, dot: Extent) -> bool:
    return dot.y0 < value.cy < dot.y1 and -0.5 * value.width < dot.x0 - value.x1 < value.line_height


def _beside(value: Mark, ticks: Sequence[Mark]) -> bool:
    """Whether a tick has the number's height already."""
    return any(value.overlap_y(tick) > 0 for tick in ticks)


def _differ(numbers: Sequence[Mark]) -> bool:
    """Whether each number is another, as those of a scale are."""
    return len({mark.number.number for mark in numbers if mark.number is not None}) == len(numbers)


def _several_rows(numbers: Sequence[Mark]) -> bool:
    """Whether the numbers stand one under the other: a table below the bars."""
    return any(abs(one.cy - other.cy) > one.line_height for one in numbers for other in numbers)


def _is_named(row: Sequence[Mark], texts: Sequence[Mark], left: float) -> bool:
    """Whether a text stands in line with numbers, at the `left` of the bars: there are sums under a table."""
    return any(
        text.x1 <= left and abs(text.cy - number.cy) < 0.5 * text.line_height for number in row[:1] for text in texts
    )
