"""The tick labels of the y axis: a column of evenly scaled numbers at one side of the plot."""

from __future__ import annotations

from collections.abc import Sequence

from ..blocks import block_of
from ..marks import Mark
from .scales import evenly_scaled, mantissa, number_of
from .ticks import Ticks, aligned


def y_ticks(marks: Sequence[Mark], first: Ticks | None = None) -> Ticks:
    """A column of evenly scaled numbers at the left or right edge, with no text of its own row beyond it.

    With `first`, that of a second axis: such have the heights of the first one's ticks.
    """
    numbers = [mark for mark in marks if mark.number is not None and not mark.label.vertical]
    best: tuple[list[Mark], str] = ([], "")
    for edge in (lambda m: m.x1, lambda m: m.x0, lambda m: m.cx):
        for column in aligned(numbers, edge):
            found, scale = evenly_scaled(column, lambda m: m.cy)
            if not found:
                found, scale = _bare_axis(column), "linear"
            if len(found) <= len(best[0]):
                continue
            if _is_outermost(found, marks) if first is None else _is_level(found, first):
                best = (found, scale)
    return Ticks(tuple(block_of((mark,)) for mark in best[0]), best[1])


def _is_level(column: Sequence[Mark], ticks: Ticks) -> bool:
    """Whether each number of a column stands at the height of a tick."""
    return all(any(abs(mark.cy - tick.cy) < 0.4 * mark.line_height for tick in ticks.blocks) for mark in column)


def _bare_axis(column: Sequence[Mark]) -> list[Mark]:
    """The ends of an axis that names nothing else: a zero at the bottom and a round number at the top."""
    ordered = sorted(column, key=lambda m: m.cy)
    if len(ordered) < 2:
        return []
    top, bottom = ordered[0], ordered[-1]
    high, low = number_of(top), number_of(bottom)
    far = bottom.cy - top.cy > 5 * bottom.line_height
    return [top, bottom] if far and low == 0 and high and high > 0 and mantissa(high) in {1.0, 2.0, 5.0} else []


def _is_outermost(column: Sequence[Mark], marks: Sequence[Mark]) -> bool:
    """Whether nothing of the column's rows lies between it and one side of the figure, turned text aside.

    Values printed in a column have their category on one side; a column of years is a column of categories.
    """
    inside = {id(mark) for mark in column}
    others = [mark for mark in marks if id(mark) not in inside and not mark.label.vertical]
    in_rows = [other for other in others if any(abs(other.cy - mark.cy) < 0.5 * mark.line_height for mark in column)]
    left, right = min(mark.x0 for mark in column), max(mark.x1 for mark in column)
    at_left = all(other.x0 > left for other in in_rows)
    at_right = all(other.x1 < right for other in in_rows) and not any(not o.is_number and o.x1 < left for o in in_rows)
    return at_left or at_right
