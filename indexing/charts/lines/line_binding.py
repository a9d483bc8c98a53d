"""Binding of numbers at the points of lines: series by the line, category by the place on the axis below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..axes.time_axis import TimeAxis, axis_under, time_axes
from ..axes.value_scale import value_scale
from ..blocks import Block, block_of, text_blocks
from ..graphics import Dot, Stroke
from ..marks import Mark
from ..palette import color_distance
from ..scene import Binding, Scene
from ..series.series import INKS
from .line_names import entries_of, line_names
from .line_points import HeightScale, Point, points_of_values
from .numbers_at_names import bind_after_names, bind_beside
from .vertices import bends_of, ends_of


def bind_lines(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> list[Mark]:
    """Bind the numbers that stand by a line; returns the others."""
    strokes = [_clear_of(stroke, values) for stroke in scene.graphics.strokes]
    ticks = list(scene.axes.x.blocks)
    used = {id(mark) for tick in ticks for mark in tick.marks}
    blocks = text_blocks([t for t in texts if id(t) not in used], inks=scene.inks)
    blocks = [name for block in blocks for name in _names_apart(block, values)]
    names = line_names(strokes, scene.legend, blocks, scene.inks)
    axes = _axes(scene, ticks)
    free = bind_after_names(binding, values, strokes, blocks, names, axes)
    found = points_of_values(free, strokes, scene.inks, _axis_scale(scene))
    binding.misread.update(key for key, (_, sure) in found.items() if not sure)
    found = {key: point for key, point in found.items() if key not in binding.misread}
    if not found and len(free) == len(values):
        return values
    known = {entry.name.text for entry in binding.legend}
    binding.legend += [entry for entry in entries_of(strokes, names) if entry.name.text not in known]
    named = {name.text for name in names.values()}  # each panel may have its lines' names
    headings = _panel_headings(axes, strokes, [block for block in blocks if block.text not in named])
    for value in values:
        if id(value) not in found:
            continue
        point, sure = found[id(value)]
        binding.sure[id(value)] = sure
        binding.on_lines.add(id(value))
        if id(point.stroke) in names:
            binding.series[id(value)] = names[id(point.stroke)]
        _bind_place(binding, value, _place(value, point, scene.graphics.dots), point, axes, headings)
    _keep_nearest(binding, values, found, axes)
    binding.orientation = binding.orientation or "lines"
    free = [value for value in free if id(value) not in found]
    beside = bind_beside(binding, free, strokes, list(names.values()), blocks)
    return [value for value in free if id(value) not in beside]


def _clear_of(stroke: Stroke, values: Sequence[Mark]) -> Stroke:
    """The line without what numbers printed in its colour, close to it, have added to it."""
    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    inside = np.zeros(len(x), bool)
    for value in values:
        inside |= (x >= value.x0) & (x <= value.x1) & (y >= value.y0) & (y <= value.y1)
    if not inside.any() or inside.mean() > 0.5:
        return stroke
    return replace(stroke, x=tuple(x[~inside].tolist()), y=tuple(y[~inside].tolist()))


def _names_apart(block: Block, values: Sequence[Mark]) -> list[Block]:
    """The names that lines close under each other are: each has one number before it, before any of its lines."""
    parts: list[list[Mark]] = [[]]
    has_number = False
    for mark in block.marks:
        numbered = _is_numbered(mark, values)
        if numbered and has_number:
            parts.append([])
        has_number = has_number or numbered
        parts[-1].append(mark)
    return [block_of(part) for part in parts]


def _is_numbered(mark: Mark, values: Sequence[Mark]) -> bool:
    """Whether a number stands before a text."""
    return any(
        abs(value.cy - mark.cy) < 0.5 * mark.line_height and -0.5 < (mark.x0 - value.x1) / mark.line_height < 1.5
        for value in values
    )


def _bind_place(
    binding: Binding,
    value: Mark,
    x: float,
    point: Point,
    axes: Sequence[TimeAxis],
    headings: dict[int, Block],
) -> None:
    axis = axis_under(x, axes)
    if axis is None:
        return
    tick = axis.label_at(x, is_end=point.is_end)
    if tick is not None:
        binding.category[id(value)] = tick
        if id(axis) in headings:
            binding.heading[id(value)] = headings[id(axis)]


def _keep_nearest(
    binding: Binding, values: Sequence[Mark], found: Mapping[int, tuple[Point, float]], axes: Sequence[TimeAxis]
) -> None:
    """A line has one number at a tick: the nearest; another beside it stands between the ticks.

    A tick that a line has no number at may be that of one printed a little aside.
    """
    taken: set[tuple[int, int]] = set()
    bound = [value for value in values if id(value) in found and id(value) in binding.category]
    for value in sorted(bound, key=lambda v: abs(found[id(v)][0].x - binding.category[id(v)].cx)):
        place = (id(found[id(value)][0].stroke), id(binding.category[id(value)]))
        if place in taken:
            del binding.category[id(value)]
        taken.add(place)
    for value in values:
        if id(value) not in found or id(value) in binding.category:
            continue
        point = found[id(value)][0]
        axis = axis_under(point.x, axes)
        tick = axis.tick_near(point.x) if axis is not None else None
        if tick is not None and (id(point.stroke), id(tick)) not in taken:
            binding.category[id(value)] = tick
            taken.add((id(point.stroke), id(tick)))


def _axis_scale(scene: Scene) -> HeightScale | None:
    """What the tick labels at the side say of heights."""
    scale = value_scale(scene.axes.y, scene.graphics.rules, horizontal=False)
    if scale is None or scale.log or not scale.slope:
        return None
    return HeightScale(1.0 / scale.slope, -scale.offset / scale.slope)


def _axes(scene: Scene, ticks: Sequence[Block]) -> list[TimeAxis]:
    ends = [end for stroke in scene.graphics.strokes for end in ends_of(stroke)]
    bends = [bend for stroke in scene.graphics.strokes for bend in bends_of(stroke)]
    return time_axes(ticks, ends, bends) if ticks else []


def _panel_headings(axes: Sequence[TimeAxis], strokes: Sequence[Stroke], blocks: Sequence[Block]) -> dict[int, Block]:
    """The text over each of several panels, by the `id` of its axis: the lowest one over all of its lines."""
    found: dict[int, Block] = {}
    for axis in axes if len(axes) > 1 else ():
        middle = (axis.x0 + axis.x1) / 2
        own = [s for s in strokes if axis.x0 - 5.0 <= (s.x[0] + s.x[-1]) / 2 <= axis.x1 + 5.0 or len(axes) == 1]
        top = min((min(stroke.y) for stroke in own or strokes), default=0.0)
        over = [
            block
            for block in blocks
            if block.y1 <= top + block.line_height
            and abs(block.cx - middle) < 0.5 * (axis.x1 - axis.x0) + block.line_height
        ]
        if over:
            lowest = max(block.y1 for block in over)
            level = [block for block in over if block.y1 > lowest - block.line_height]
            found[id(axis)] = min(level, key=lambda block: (abs(block.cx - middle), block.y0))
    return found


def _place(value: Mark, point: Point, dots: Sequence[Dot]) -> float:
    """Where on the axis a number belongs: at the marker next to it, else at its point on the line."""
    near = [
        dot
        for dot in dots
        if abs(dot.cx - value.cx) < 0.8 * value.width + dot.width
        and min(abs(dot.y0 - value.y1), abs(value.y0 - dot.y1), abs(dot.cy - value.cy)) < 1.2 * value.line_height
        and color_distance(dot.color, point.stroke.color) <= INKS
    ]
    return min(near, key=lambda dot: abs(dot.cx - value.cx)).cx if near else point.x
