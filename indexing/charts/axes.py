"""The axes of a chart, from the places of its labels: tick labels, their scale, and axis titles."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..documents import Axis
from .blocks import Block, block_of, text_blocks
from .marks import Mark, line_height, rows_of
from .scales import FEWEST_TICKS, evenly_scaled, mantissa, number_of, told_with_scale

_UNIT = re.compile(r"[(（\[]\s*([^()（）\[\]]{1,20})\s*[)）\]]\s*$")
_MONTH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\b|\d{1,2}月", re.IGNORECASE)
_PERIOD = re.compile(
    r"['’‘]\d\d[*]*|(fy|q[1-4]|h[12])\s?['’]?\d{2,4}[*]*|\d{4}[-/–](\d\d){1,2}|['’‘]\d\d\s?[-/–]\s?['’‘]?\d\d",
    re.IGNORECASE,
)
LONGEST_STEP = 10
"""Years from one tick label to the next, printed in two digits."""
ROOM = 4
"""Labels beyond which one may stand beside its place."""
OFF_PLACE = 0.5
"""Years by which a label may miss the place of its year."""
_TWO_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class Ticks:
    """The tick labels of one axis in order, one block each, with their scale (see `Axis`)."""

    blocks: tuple[Block, ...] = ()
    scale: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks of the tick labels."""
        return tuple(mark for block in self.blocks for mark in block.marks)


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
    y = _y_ticks(rest)
    rest = _without(rest, y.marks)
    if len(y.blocks) >= FEWEST_TICKS and y.scale == "linear":
        rest = _without(rest, [*_y_ticks(rest, y).marks, *told_with_scale(rest, y.marks)])
    x = _x_ticks(rest, max((mark.cy for mark in y.marks), default=float("inf")))
    rest = _without(rest, x.marks)
    x_title = _x_title(rest, x)
    rest = _without(rest, x_title)
    y_title = _y_title(rest, width)
    rest = _without(rest, y_title)
    return Axes(x, y, x_title, y_title, tuple(rest), _short_years(rest))


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


def _y_ticks(marks: Sequence[Mark], first: Ticks | None = None) -> Ticks:
    """A column of evenly scaled numbers at the left or right edge, with no text of its own row beyond it.

    With `first`, that of a second axis: such have the heights of the first one's ticks.
    """
    numbers = [mark for mark in marks if mark.number is not None and not mark.label.vertical]
    best: tuple[list[Mark], str] = ([], "")
    for edge in (lambda m: m.x1, lambda m: m.x0, lambda m: m.cx):
        for column in _aligned(numbers, edge):
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


def _x_ticks(marks: Sequence[Mark], bottom: float) -> Ticks:
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
                return Ticks(_tick_blocks(row, flat), scale)
            if any(mark.is_number for mark in row):
                break
    return Ticks()


def _row_scale(row: Sequence[Mark]) -> str:
    """`date` or `category` where the row reads as tick labels, else empty."""
    if len(row) < 2:
        return ""
    if _consecutive_years(row):
        return "date"
    dates, short = sum(_is_date(mark) for mark in row), sum(_is_short_year(mark) for mark in row)
    if short and dates >= 2 and dates + short == len(row):
        return "date"
    if any(mark.is_number for mark in row):
        return ""
    return "date" if 3 * sum(_is_date(mark) for mark in row) >= 2 * len(row) else "category"


def _is_date(mark: Mark) -> bool:
    if mark.number is not None and mark.number.is_year:
        return True
    return bool(_PERIOD.fullmatch(mark.text) or _MONTH.match(mark.text))


def _short_years(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Two-digit numbers that stand in a row with dates and nothing else."""
    found: list[Mark] = []
    for row in rows_of([mark for mark in marks if not mark.label.vertical]):
        dates = sum(_is_date(mark) for mark in row)
        short = [mark for mark in row if _is_short_year(mark)]
        if dates >= 2 and dates + len(short) == len(row):
            found += short
    return tuple(found)


def _is_short_year(mark: Mark) -> bool:
    return mark.is_number and _TWO_DIGITS.fullmatch(mark.text) is not None


def _consecutive_years(row: Sequence[Mark]) -> bool:
    """Two-digit years that go up, over the turn of a century perhaps, each where an even scale has it: 98 99 00 04.

    Panels side by side have the same scale.
    """
    if len(row) < FEWEST_TICKS or not all(_is_short_year(mark) for mark in row):
        return False
    runs: list[list[tuple[float, float]]] = []
    for mark in sorted(row, key=lambda m: m.cx):
        year = int(mark.text)
        step = (year - runs[-1][-1][1]) % 100 if runs else 0
        if 0 < step <= LONGEST_STEP:
            runs[-1].append((mark.cx, runs[-1][-1][1] + step))
        else:
            runs.append([(mark.cx, float(year))])
    return all(len(run) >= FEWEST_TICKS and _is_even(run) for run in runs)


def _is_even(run: Sequence[tuple[float, float]]) -> bool:
    """Whether the years of a run, at their places, go on evenly, but for one that was moved to make room perhaps."""
    places, years = (np.asarray(column) for column in zip(*run, strict=True))
    for _ in range(2 if len(run) > ROOM else 1):
        slope, offset = np.polyfit(places, years, 1)
        off = np.abs(offset + slope * places - years)
        if off.max() <= OFF_PLACE:
            return True
        places, years = np.delete(places, off.argmax()), np.delete(years, off.argmax())
    return False


def _turned_ticks(marks: Sequence[Mark]) -> Ticks:
    """Tick labels turned by 90 degrees: three or more side by side, with a common upper edge."""
    turned = sorted((mark for mark in marks if mark.label.vertical), key=lambda m: m.x0)
    for group in _aligned(turned, lambda m: m.y0):
        if len(group) >= FEWEST_TICKS:
            ordered = sorted(group, key=lambda m: m.x0)
            scale = "date" if sum(_is_date(mark) for mark in ordered) * 2 > len(ordered) else "category"
            return Ticks(tuple(block_of((mark,)) for mark in ordered), scale)
    return Ticks()


def _tick_blocks(row: Sequence[Mark], marks: Sequence[Mark]) -> tuple[Block, ...]:
    """The tick labels of a row with the lines that stand above or below each of them."""
    in_row = {id(mark) for mark in row}
    blocks = [block for block in text_blocks(marks, years=True) if any(id(mark) in in_row for mark in block.marks)]
    covered = {id(mark) for block in blocks for mark in block.marks}
    for mark in row:
        if id(mark) not in covered:  # a year of two digits, the month over it perhaps
            over = [
                other
                for other in marks
                if other.number is None
                and abs(other.cx - mark.cx) < mark.line_height
                and -0.5 * mark.line_height < mark.y0 - other.y1 < 0.8 * mark.line_height
                and _is_date(other)
            ]
            blocks.append(block_of([*over[:1], mark]))
    return tuple(sorted(without_axis_title(blocks), key=lambda block: block.cx))


def without_axis_title(ticks: Sequence[Block]) -> list[Block]:
    """Tick labels, the axis title taken off the one in the middle under which it stands."""
    if len(ticks) < 3:
        return list(ticks)
    longest = max(ticks, key=lambda block: len(block.marks))
    others = max(len(block.marks) for block in ticks if block is not longest)
    last = longest.marks[-1]
    span = max(block.x1 for block in ticks) - min(block.x0 for block in ticks)
    middle = (max(block.x1 for block in ticks) + min(block.x0 for block in ticks)) / 2
    if len(longest.marks) == others + 1 and abs(last.cx - middle) < 0.06 * span and not _wraps(last, longest, ticks):
        return [block_of(block.marks[:-1]) if block is longest else block for block in ticks]
    return list(ticks)


def _wraps(line: Mark, tick: Block, ticks: Sequence[Block]) -> bool:
    """Whether a line under a tick label is as close to it as the lines of the labels are to each other."""
    labels = [[mark for mark in block.marks if mark is not line] for block in ticks]
    gaps = [lower.y0 - upper.y1 for lines in labels for upper, lower in itertools.pairwise(lines)]
    above = max(mark.y1 for mark in tick.marks if mark is not line)
    return bool(gaps) and line.y0 - above <= max(gaps) + 0.1 * line.line_height


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
    if len(over) == 1 and _wraps(below[0], over[0], ticks.blocks):
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


def _aligned(marks: Sequence[Mark], edge: Callable[[Mark], float]) -> list[list[Mark]]:
    """Groups of marks whose `edge` agrees within 0.6 of a line's height."""
    tolerance = 0.6 * line_height(marks)
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (edge(m), m.index)):
        if groups and edge(mark) - edge(groups[-1][-1]) < tolerance:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _without(marks: Sequence[Mark], taken: Sequence[Mark]) -> list[Mark]:
    used = {id(mark) for mark in taken}
    return [mark for mark in marks if id(mark) not in used]
