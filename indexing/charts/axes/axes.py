"""The axes of a chart, from the places of its labels: tick labels, their scale, and axis titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...documents import Axis
from ..blocks import block_of
from ..marks import Mark
from .scales import FEWEST_TICKS, told_with_scale
from .tick_dates import short_years
from .ticks import Ticks, wraps
from .x_ticks import x_ticks
from .y_ticks import y_ticks

_UNIT = re.compile(r"[(（\[]\s*([^()（）\[\]]{1,20})\s*[)）\]]\s*$")


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes as found, and the marks that are left."""

    x: Ticks
    y: Ticks
    x_title: tuple[Mark, ...]
    y_title: tuple[Mark, ...]
    rest: tuple[Mark, ...]
    dates: tuple[Mark, ...] = ()
    """Numbers among `rest` that stand for years, in rows of tick labels: `'98 00 02`."""

    def with_ticks(self, left: Sequence[Mark], below: Sequence[Mark]) -> Axes:
        """These axes with more tick labels, where an axis had none, found by what is painted."""
        taken = (*left, *below)
        y = Ticks(tuple(block_of((mark,)) for mark in left), "linear") if left and not self.y.blocks else self.y
        x = Ticks(tuple(block_of((mark,)) for mark in below), "linear") if below and not self.x.blocks else self.x
        return replace(self, x=x, y=y, rest=tuple(_without(self.rest, taken)))


def find_axes(marks: Sequence[Mark], width: float) -> Axes:
    """Axes of a plot `width` pixels wide whose labels are `marks` (title and notes left out)."""
    rest = list(marks)
    y = y_ticks(rest)
    rest = _without(rest, y.marks)
    if len(y.blocks) >= FEWEST_TICKS and y.scale == "linear":
        rest = _without(rest, [*y_ticks(rest, y).marks, *told_with_scale(rest, y.marks)])
    x = x_ticks(rest, max((mark.cy for mark in y.marks), default=float("inf")))
    rest = _without(rest, x.marks)
    x_title = _x_title(rest, x)
    rest = _without(rest, x_title)
    y_title = _y_title(rest, width)
    rest = _without(rest, y_title)
    return Axes(x, y, x_title, y_title, tuple(rest), short_years(rest))


def axis_of(ticks: Ticks, title: Sequence[Mark]) -> Axis | None:
    """The axis as read, None if neither ticks nor title were found. The unit is what its title has in parentheses,
    or the unit that its tick labels share.
    """
    if not ticks.blocks and not title:
        return None
    name = block_of(title).text if title else ""
    in_title = _UNIT.search(name)
    units = {mark.number.unit for mark in ticks.marks if mark.number is not None and mark.number.number}
    shared = units.pop() if len(units) == 1 else ""
    scale = "percent" if ticks.scale == "linear" and shared == "%" else ticks.scale
    unit = in_title[1] if in_title else shared
    return Axis(name, unit, scale, tuple(block.text for block in ticks.blocks))


def _x_title(marks: Sequence[Mark], ticks: Ticks) -> tuple[Mark, ...]:
    """A text alone in its row under the tick labels, about in their middle."""
    if not ticks.blocks:
        return ()
    bottom = max(mark.y1 for mark in ticks.marks)
    left, right = min(mark.x0 for mark in ticks.marks), max(mark.x1 for mark in ticks.marks)
    below = [mark for mark in marks if mark.cy > bottom and mark.number is None]
    if len(below) != 1 or below[0].label.vertical:
        return ()
    over = [block for block in ticks.blocks if block.overlap_x(below[0]) > 0.5 * min(block.width, below[0].width)]
    if len(over) == 1 and wraps(below[0], over[0], ticks.blocks):
        return ()
    middle = abs(below[0].cx - (left + right) / 2) < 0.2 * (right - left)
    return (below[0],) if middle and len(below[0].text.split()) <= 8 else ()


def _y_title(marks: Sequence[Mark], width: float) -> tuple[Mark, ...]:
    """Turned text at the left edge; a second one at the right belongs to a second axis and stays a plain label."""
    turned = [mark for mark in marks if mark.label.vertical and mark.number is None and mark.cx < 0.3 * width]
    if not turned:
        return ()
    first = min(turned, key=lambda m: (m.x0, m.index))
    return tuple(mark for mark in turned if mark.x0 - first.x0 < 2 * first.line_height)


def _without(marks: Sequence[Mark], taken: Sequence[Mark]) -> list[Mark]:
    used = {id(mark) for mark in taken}
    return [mark for mark in marks if id(mark) not in used]
