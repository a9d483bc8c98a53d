"""The tick labels of the x axis: the lowest row of numbers, dates or names under the plot."""

from __future__ import annotations

from collections.abc import Sequence

from ..blocks import block_of
from ..marks import Mark, rows_of
from .scales import FEWEST_TICKS, evenly_scaled
from .tick_dates import consecutive_years, is_date, is_short_year
from .ticks import Ticks, aligned, tick_blocks


def x_ticks(marks: Sequence[Mark], bottom: float) -> Ticks:
    """The lowest row that is a scale of numbers or dates, or several texts with no values beside or below them.

    The first row of all is one only below the `bottom` of the y axis.
    """
    turned = _turned_ticks(marks)
    if turned.blocks:
        return turned
    flat = [mark for mark in marks if not mark.label.vertical]
    rows = rows_of(flat)
    # A row of dates or numbers before one of names, which may stand under them and name spans of the axis.
    for kinds in (("date", "scale"), ("category",)):
        for number in range(len(rows) - 1, -1, -1):
            row = rows[number]
            lies_below = number > 0 or row[0].cy > bottom
            found, scale = evenly_scaled(row, lambda m: m.cx, flush=True)
            if "scale" in kinds and len(found) == len(row) and lies_below:
                return Ticks(tuple(block_of((mark,)) for mark in found), scale)
            scale = _row_scale(row)
            if scale in kinds and lies_below:
                return Ticks(tick_blocks(row, flat), scale)
            if any(mark.is_number for mark in row):
                break
    return Ticks()


def _row_scale(row: Sequence[Mark]) -> str:
    """`date` or `category` where the row reads as tick labels, else empty."""
    if len(row) < 2:
        return ""
    if consecutive_years(row):
        return "date"
    dates, short = sum(is_date(mark) for mark in row), sum(is_short_year(mark) for mark in row)
    if short and dates >= 2 and dates + short == len(row):
        return "date"
    if any(mark.is_number for mark in row):
        return ""
    return "date" if 3 * sum(is_date(mark) for mark in row) >= 2 * len(row) else "category"


def _turned_ticks(marks: Sequence[Mark]) -> Ticks:
    """Tick labels turned by 90 degrees: three or more side by side, with a common upper edge."""
    turned = sorted((mark for mark in marks if mark.label.vertical), key=lambda m: m.x0)
    for group in aligned(turned, lambda m: m.y0):
        if len(group) >= FEWEST_TICKS:
            ordered = sorted(group, key=lambda m: m.x0)
            scale = "date" if sum(is_date(mark) for mark in ordered) * 2 > len(ordered) else "category"
            return Ticks(tuple(block_of((mark,)) for mark in ordered), scale)
    return Ticks()
