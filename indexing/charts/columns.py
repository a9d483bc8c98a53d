"""Columns of a chart: bars that stand, with their name below, alone or as a stack or group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .axes import without_axis_title
from .blocks import CLOSE, Block, block_of
from .carriers import Carrier
from .extent import Extent, bounds
from .marks import Mark

TOUCHING = 0.15
"""Share of a column's width up to which the gap to the next one makes them a group."""


@dataclass(frozen=True, slots=True)
class Column(Extent):
    """Bars over each other, or a group of such stacks, and the numbers that they carry from left to right."""

    parts: tuple[Extent, ...]
    values: tuple[Mark, ...]


def columns_of_values(values: Sequence[Mark], carriers: Mapping[int, Carrier], bars: Sequence[Extent]) -> list[Column]:
    """Stacks of bars by panel from top to bottom, in each from left to right; numbers over a stack belong to it."""
    stacks: list[list[Extent]] = []
    for bar in sorted(bars, key=lambda b: (b.cx, b.y0)):
        near = [
            stack
            for stack in stacks
            if abs(stack[0].cx - bar.cx) < 0.35 * max(bar.width, stack[0].width)
            and max(-bar.overlap_y(Extent(*bounds(stack))), 0.0) < 0.6 * bar.width + 4.0
        ]
        if near:
            near[0].append(bar)
        else:
            stacks.append([bar])
    columns: list[Column] = []
    for stack in stacks:
        inside = {id(bar) for bar in stack}
        own = [v for v in values if id(carriers.get(id(v))) in inside]
        columns.append(Column(*bounds(stack), tuple(stack), tuple(own)))
    return _with_totals(columns, [v for v in values if id(v) not in carriers])


def _with_totals(columns: Sequence[Column], free: Sequence[Mark]) -> list[Column]:
    """Numbers without a bar that stand over a column: totals, or segments too thin to be seen."""
    result: list[Column] = []
    for column in columns:
        width = max(column.width, 1.0)
        over = [
            v
            for v in free
            if abs(v.cx - column.cx) < 0.5 * max(width, 0.8 * v.width)
            and -0.5 * v.height < column.y0 - v.y1 < 12 * v.height
        ]
        result.append(Column(*bounds([column]), column.parts, tuple(sorted([*column.values, *over], key=_cx))))
    return result


def _cx(mark: Mark) -> float:
    return mark.cx


def grouped_columns(columns: Sequence[Column], names: int) -> list[Column]:
    """Columns that touch each other as one group, unless there is a name (of `names`) for each of them."""
    groups: list[list[Column]] = []
    for column in sorted(columns, key=lambda c: (c.x0, c.y0)):
        near = [group for group in groups if _touches(group[-1], column)]
        if near:
            near[0].append(column)
        else:
            groups.append([column])
    if len(groups) == len(columns) or names > 0.75 * len(columns):
        return list(columns)
    return [
        Column(
            *bounds(group),
            tuple(part for column in group for part in column.parts),
            tuple(value for column in group for value in column.values),
        )
        for group in groups
    ]


def _touches(left: Column, right: Column) -> bool:
    gap = right.x0 - left.x1
    known = {getattr(part, "color", None) for part in left.parts}
    other = not {getattr(part, "color", None) for part in right.parts} & known
    side_by_side = -0.35 * left.width <= gap <= max(2.0, TOUCHING * min(left.width, right.width))
    return side_by_side and other and left.overlap_y(right) > -4.0


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
        lines = [_with_lines_below(tick, below) for tick in first]
        later = {id(line) for tick in lines for line in tick[1:]}
        ticks = [_slanted(block_of(tick), first) for tick in lines if id(tick[0]) not in later]
        found.update({id(block.marks[0]): block for block in without_axis_title(ticks)})
    return list(found.values())


def _slanted(tick: Block, others: Sequence[Mark]) -> Block:
    """A tick label set aslant ends under its column: its place is its upper right end."""
    first = tick.marks[0]
    slant = not first.label.vertical and len(first.text) > 2 and first.height > 0.4 * first.width
    overlapping = sum(first.overlap_x(other) > 0.3 * first.height for other in others) > 1
    if not slant or not (overlapping or first.height > 2.2 * min(other.height for other in others)):
        return tick
    end = first.x1 - 0.1 * first.height
    return Block(end - 1.0, first.y0, end + 1.0, first.y1, tick.marks)


def panels_of(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns by where they stand: those of one panel overlap in height."""
    panels: list[list[Column]] = []
    for column in sorted(columns, key=lambda c: (c.y1, c.x0)):
        near = [panel for panel in panels if Extent(*bounds(panel)).overlap_y(column) > -0.3 * column.height]
        if near:
            near[0].append(column)
        else:
            panels.append([column])
    return panels


def _with_lines_below(tick: Mark, below: Sequence[Mark]) -> list[Mark]:
    lines = [tick]
    while True:
        last = lines[-1]
        following = [
            t
            for t in below
            if -0.6 * last.line_height < t.y0 - last.y1 < CLOSE * last.line_height
            and t.cy > last.cy + 0.5 * last.line_height
            and abs(t.cx - tick.cx) < 0.5 * max(t.width, tick.width)
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
