"""Numbers beside the names at the ends of lines: right after each name, or in a column of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..axes.time_axis import TimeAxis, axis_under
from ..blocks import Block
from ..graphics import Stroke
from ..marks import Mark
from ..scene import Binding

SIGNS = ("+", "-", "−", "–")
"""What a change begins with, which has a column of its own."""


def bind_after_names(
    binding: Binding,
    values: Sequence[Mark],
    strokes: Sequence[Stroke],
    blocks: Sequence[Block],
    names: Mapping[int, Block],
    axes: Sequence[TimeAxis],
) -> list[Mark]:
    """Numbers right after the names at the ends of lines, or after one in their column; returns the others."""
    ends = [(name, stroke) for stroke in strokes if (name := names.get(id(stroke))) and name.x0 > stroke.x[-1]]
    left: list[Mark] = []
    for value in values:
        line = value.line_height
        before = [b for b in blocks if abs(b.cy - value.cy) < 0.5 * line and -0.5 < (value.x0 - b.x1) / line < 1.0]
        column = [(abs(name.cy - b.cy), s) for b in before for name, s in ends if abs(name.x0 - b.x0) < line]
        if not column or value.text.startswith(SIGNS):
            left.append(value)
            continue
        binding.series[id(value)] = before[0]
        binding.on_lines.add(id(value))
        x = min(column, key=lambda c: c[0])[1].x[-1]
        axis = axis_under(x, axes)
        tick = axis.label_at(x, is_end=True) if axis is not None else None
        if tick is not None:
            binding.category[id(value)] = tick
    return left


def bind_beside(
    binding: Binding, values: Sequence[Mark], strokes: Sequence[Stroke], names: Sequence[Block], blocks: Sequence[Block]
) -> set[int]:
    """Numbers in a column at the right of the lines' names, one a name, under a head: "Change". Returns their `id`s."""
    end = max(stroke.x[-1] for stroke in strokes)
    rows = {
        id(value): name
        for value in values
        for name in names
        if value.x0 > max(end, name.x1) and abs(value.cy - name.marks[0].cy) < 0.6 * value.line_height
    }
    column = [value for value in values if id(value) in rows]
    if len(column) < 2 or max(v.cx for v in column) - min(v.cx for v in column) > 1.5 * column[0].line_height:
        return set()
    top, middle = min(value.y0 for value in column), sum(value.cx for value in column) / len(column)
    heads = [block for block in blocks if block.x0 < middle < block.x1 and block.y1 <= top + block.line_height]
    for value in column:
        binding.series[id(value)] = rows[id(value)]
        if heads:
            binding.category[id(value)] = max(heads, key=lambda block: block.y1)
    return {id(value) for value in column}
