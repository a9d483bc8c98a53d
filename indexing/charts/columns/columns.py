"""Columns of a chart: bars that stand, with their name below, alone or as a stack or group."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ..extent import Extent, bounds
from ..marks import Mark
from ..palette import Color
from ..series.carriers import Carrier

TOUCHING = 0.15
"""Share of a column's width up to which the gap to the next one makes them a group."""
ON_BASE = 0.8
"""Heights of a line between the base line and a number whose bar is too low to be seen."""
NEAR = 0.3
"""As `TOUCHING`, where the gaps between groups are twice as wide."""


@dataclass(frozen=True, slots=True)
class Column(Extent):
    """Bars over each other, or a group of such stacks, and the numbers that they carry from left to right."""

    parts: tuple[Extent, ...]
    values: tuple[Mark, ...]


def columns_of_values(values: Sequence[Mark], carriers: Mapping[int, Carrier], bars: Sequence[Extent]) -> list[Column]:
    """Stacks of bars by panel from top to bottom, in each from left to right; numbers over a stack belong to it."""
    stacks = [stack for line in _in_line(bars) for stack in _joined(line)]
    columns: list[Column] = []
    for stack in stacks:
        inside = {id(bar) for bar in stack}
        own = [v for v in values if id(carriers.get(id(v))) in inside]
        columns.append(Column(*bounds(stack), tuple(stack), tuple(own)))
    free = [v for v in values if id(v) not in carriers]
    low = _too_low_to_see(columns, free)
    named = {id(value) for column in low for value in column.values}
    return _with_totals(columns, [v for v in free if id(v) not in named]) + low


def _too_low_to_see(columns: Sequence[Column], free: Sequence[Mark]) -> list[Column]:
    """Columns as wide as the others, but without a bar, for numbers right over the base line between them."""
    if len(columns) < 2:
        return []
    width = statistics.median(column.width for column in columns)
    base = statistics.mode(round(column.y1) for column in columns)
    left, right = min(column.x0 for column in columns) - 2 * width, max(column.x1 for column in columns) + 2 * width
    return [
        Column(v.cx - 0.5 * width, base - 1.0, v.cx + 0.5 * width, base, (), (v,))
        for v in free
        if -0.5 * v.height < base - v.y1 < ON_BASE * v.height
        and left < v.cx < right
        and not any(column.overlap_x(v) > 0.3 * v.width for column in columns)
    ]


def _in_line(bars: Sequence[Extent]) -> list[list[Extent]]:
    """Bars over each other, whatever lies between, from left to right."""
    lines: list[list[Extent]] = []
    for bar in sorted(bars, key=lambda b: (b.cx, b.y0)):
        near = [line for line in lines if abs(line[0].cx - bar.cx) < 0.35 * max(bar.width, line[0].width)]
        if near:
            near[0].append(bar)
        else:
            lines.append([bar])
    return lines


def _joined(line: Sequence[Extent]) -> list[list[Extent]]:
    """Stacks of bars over each other: between two of them is more room than a segment leaves that is not seen."""
    stacks: list[list[Extent]] = []
    for bar in sorted(line, key=lambda b: b.y0):
        if stacks and bar.y0 - max(b.y1 for b in stacks[-1]) < 0.6 * bar.width + 4.0:
            stacks[-1].append(bar)
        else:
            stacks.append([bar])
    return stacks


def _with_totals(columns: Sequence[Column], free: Sequence[Mark]) -> list[Column]:
    """Numbers without a bar that stand over a column: segments too thin to be seen, or totals, high up in one row."""
    result: list[Column] = []
    for column in columns:
        width = max(column.width, 1.0)
        over = [
            v
            for v in free
            if abs(v.cx - column.cx) < 0.5 * max(width, 0.8 * v.width)
            and -0.5 * v.height < column.y0 - v.y1 < (12 if _in_row(v, free) else 2) * v.height
        ]
        result.append(Column(*bounds([column]), column.parts, tuple(sorted([*column.values, *over], key=_cx))))
    return result


def _in_row(value: Mark, others: Sequence[Mark]) -> bool:
    return any(other is not value and abs(other.cy - value.cy) < 0.3 * value.height for other in others)


def _cx(mark: Mark) -> float:
    return mark.cx


def grouped_columns(columns: Sequence[Column], names: int, twins: AbstractSet[Color] = frozenset()) -> list[Column]:
    """Columns that touch each other as one group, unless there is a name (of `names`) for each of them.

    Those of a group have colours of their own, but for `twins`, which several series have.
    """
    ordered = sorted(columns, key=lambda c: (c.x0, c.y0))
    widest = max((right.x0 - left.x1 for left, right in itertools.pairwise(ordered)), default=0.0)
    groups: list[list[Column]] = []
    for column in ordered:
        near = [group for group in groups if _touches(group[-1], column, twins, widest)]
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


def _touches(left: Column, right: Column, twins: AbstractSet[Color], widest: float) -> bool:
    gap, thick = right.x0 - left.x1, min(left.width, right.width)
    reach = max(2.0, TOUCHING * thick, min(NEAR * thick, 0.5 * widest))
    known = {getattr(part, "color", None) for part in left.parts}
    other = not {getattr(part, "color", None) for part in right.parts} & (known - twins)
    side_by_side = -0.35 * left.width <= gap <= reach
    return side_by_side and other and left.overlap_y(right) > -4.0


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
