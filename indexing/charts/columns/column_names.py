"""Names of columns: the tick labels under them, in rows, several lines or aslant, or the names over them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..axes.ticks import without_axis_title
from ..blocks import CLOSE, Block, block_of
from ..marks import Mark
from .columns import Column, panels_of

OVER = 2.5
"""Heights of a line between a name and the column that it stands over."""
BETWEEN = 0.35
"""Share of the distance between two tick labels from which a line stands under neither."""
SLANTED = 0.3
"""Share of a label's height below which its letters are too narrow for a level line of that height."""


def tick_rows(columns: Sequence[Column], texts: Sequence[Mark]) -> list[Block]:
    """The texts right below the columns: for every column the nearest row of texts under its panel, line by line."""
    flat = [text for text in texts if not text.label.vertical or text.height < 0.5 * max(t.y1 for t in texts)]
    found: dict[int, Block] = {}
    for panel in panels_of(columns):
        base = max(c.y1 for c in panel)
        left, right = min(c.x0 for c in panel), max(c.x1 for c in panel)
        pad = 0.8 * max(c.width for c in panel)
        below = [t for t in flat if t.y0 > base - 0.5 * t.line_height and left - pad < t.cx < right + pad]
        if not below:
            continue
        top = min(t.y0 for t in below)
        first = [t for t in below if t.y0 - top < 0.8 * t.line_height]
        lines = [_with_lines_below(tick, below, first) for tick in first]
        lines += [_with_lines_below(tick, below, first) for tick in _lower(below, lines)]
        later = {id(line) for tick in lines for line in tick[1:]}
        ticks = _slanted([block_of(tick) for tick in lines if id(tick[0]) not in later])
        found.update({id(block.marks[0]): block for block in without_axis_title(ticks)})
    return list(found.values())


def misread_ticks(columns: Sequence[Column], numbers: Sequence[Mark], texts: Sequence[Mark]) -> list[Mark]:
    """Numbers under the columns in one line with several texts: tick labels that OCR has misread ("612" for 6-12)."""
    base = max((column.y1 for column in columns), default=math.inf)
    return [
        number
        for number in numbers
        if number.y0 > base - 0.5 * number.line_height
        and sum(abs(text.cy - number.cy) < 0.3 * number.line_height for text in texts if text.number is None) > 1
    ]


def _lower(texts: Sequence[Mark], ticks: Sequence[Sequence[Mark]]) -> list[Mark]:
    """Texts beside tick labels of several lines that begin lower: labels centred with them."""
    bottom = max(line.y1 for lines in ticks for line in lines)
    beside = [
        text
        for text in texts
        if text.cy < bottom and not any(text.overlap_x(line) > 0 for lines in ticks for line in lines)
    ]
    return [text for text in beside if not any(o.y0 < text.y0 and o.overlap_x(text) > 0 for o in beside)]


def _slanted(ticks: Sequence[Block]) -> list[Block]:
    """Tick labels set aslant end under their columns: their places are their upper right ends."""
    aslant = [t for t in ticks if len(t.text) > 2 and t.marks[0].letter_width < SLANTED * t.marks[0].height]
    aslant = [tick for tick in aslant if not tick.marks[0].label.vertical]
    if 2 * len(aslant) < len(ticks):
        return list(ticks)
    return [_at_end(tick) if tick in aslant else tick for tick in ticks]


def _at_end(tick: Block) -> Block:
    end = tick.marks[0].x1 - 0.1 * tick.marks[0].height
    return Block(end - 1.0, tick.y0, end + 1.0, tick.marks[0].y1, tick.marks)


def _with_lines_below(tick: Mark, below: Sequence[Mark], row: Sequence[Mark]) -> list[Mark]:
    """The lines of a tick label; what stands between two of a `row` is no line of either but a name for both."""
    spacing = min((abs(other.cx - tick.cx) for other in row if other.overlap_x(tick) <= 0), default=math.inf)
    lines = [tick]
    while True:
        last = lines[-1]
        following = [
            t
            for t in below
            if -0.6 * last.line_height < t.y0 - last.y1 < CLOSE * last.line_height
            and t.cy > last.cy + 0.5 * last.line_height
            and abs(t.cx - tick.cx) < min(0.5 * max(t.width, tick.width), BETWEEN * spacing)
            and abs(t.line_height - last.line_height) < 0.5 * last.line_height
        ]
        if not following or tick.label.vertical:
            return lines
        nearest = min(following, key=lambda t: (abs(t.cx - tick.cx), t.y0))
        if nearest in lines:
            return lines
        lines.append(nearest)


def names_below(columns: Sequence[Column], ticks: Sequence[Block]) -> dict[int, Block]:
    """The tick label under the middle of each column, by the `id` of its numbers."""
    found: dict[int, Block] = {}
    for column in columns:
        under = [
            tick for tick in ticks if tick.y1 > column.y1 - tick.line_height and not _far_below(column, tick, ticks)
        ]
        if not under:
            continue
        tick = min(under, key=lambda t: (abs(t.cx - column.cx), t.x0))
        if abs(tick.cx - column.cx) <= _reach(column, tick, under):
            found.update({id(value): tick for value in column.values})
    return found


def names_over(columns: Sequence[Column], blocks: Sequence[Block]) -> dict[int, Block]:
    """Names set over the columns, and over the numbers at their upper ends, by the `id` of each column's numbers."""
    over: list[tuple[Column, Block]] = []
    for column in columns:
        top = min([column.y0, *(value.y0 for value in column.values)])
        near = [
            block
            for block in blocks
            if -0.5 * block.line_height < top - block.y1 < OVER * block.line_height
            and abs(block.cx - column.cx) < 0.5 * max(column.width, block.line_height)
        ]
        over += [(column, block) for block in near[-1:]]
    distinct = {id(block) for _, block in over}
    if len(distinct) != len(columns) or len(columns) < 2:
        return {}
    return {id(value): block for column, block in over for value in column.values}


def names_in_row_over(columns: Sequence[Column], blocks: Sequence[Block]) -> dict[int, Block]:
    """Names in one row over columns of different heights, one in the middle of each, by the `id` of their numbers."""
    top = min((min([column.y0, *(value.y0 for value in column.values)]) for column in columns), default=0.0)
    over = [block for block in blocks if block.y1 < top + 0.5 * block.line_height]
    for lowest in sorted(over, key=lambda block: -block.y1):
        level = [block for block in over if block.overlap_y(lowest) > 0.5 * min(block.height, lowest.height)]
        found = [
            (column, block)
            for column in columns
            for block in level
            if abs(block.cx - column.cx) < 0.5 * max(column.width, block.line_height)
        ]
        if len(found) == len({id(block) for _, block in found}) == len(columns) > 1:
            return {id(value): block for column, block in found for value in column.values}
    return {}


def _far_below(column: Column, tick: Block, ticks: Sequence[Block]) -> bool:
    """Whether the tick belongs to another panel below: a row of ticks lies between."""
    return any(
        other.y0 >= column.y1 - other.line_height and other.y1 < tick.y0 - 2 * tick.line_height for other in ticks
    )


def _reach(column: Column, tick: Block, ticks: Sequence[Block]) -> float:
    """Half the distance to the next tick, and not less than the column's own half."""
    others = [abs(other.cx - tick.cx) for other in ticks if other is not tick and abs(other.cy - tick.cy) < tick.height]
    spacing = min(others, default=math.inf)
    if not math.isfinite(spacing):
        return max(0.6 * column.width, tick.width)
    return min(0.5 * spacing, max(0.75 * column.width, 0.5 * tick.width))
