"""Values that are not printed, read off the axis: where bars end and where lines pass the tick labels.

An estimate is bound to category and series as a number printed in its bar would be. It is given only where there is
an axis of numbers and the binding is plain, and never for a bar, or a pair of series and category, whose value is
printed. What is only estimated stays told apart: `how="estimated"`.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..documents import WHOLE
from ..loaders.parsed import Label
from .axes.value_scale import ValueScale, value_scale
from .binding import bind
from .blocks import Block, text_blocks
from .extent import Extent
from .graphics import Bar, Stroke
from .lines.line_names import line_names
from .marks import Mark
from .scene import Binding, Scene

AT_BASE = 3.0
"""Pixels by which the foot of a bar may miss the base line."""
NEAR_ZERO = 0.03
"""Share of the axis by which tick labels may stand off the line they name, so that bars may stand on zero."""
TOLERABLE = 0.05
"""Share of the axis by which an estimate may be off before it is worth nothing."""
SHARPNESS = 1.0
"""Pixels by which the edge of a mark is uncertain."""
SAME_SPAN = 0.3
"""Share of the distance between ticks by which a line may be longer or shorter than the row of tick labels."""
BESIDE_TICK = 0.2
"""Share of the distance between ticks by which a line may begin or end beside one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number read off the axis, what it is bound to, and the end of its mark in pixels."""

    number: float
    end: Extent
    confidence: float
    category: Block
    series: Block | None = None
    heading: Block | None = None


def estimates(scene: Scene, binding: Binding, chart_type: str) -> list[Estimate]:
    """The values of bars or lines that have none printed. `binding` is that of the printed ones."""
    if chart_type.endswith("bar"):
        found = _of_bars(scene, binding, rows=chart_type.startswith("horizontal"))
    elif chart_type == "line":
        found = _of_lines(scene)
    else:
        return []
    printed = {
        _key(binding.category.get(id(v)), binding.series.get(id(v)), binding.heading.get(id(v))) for v in scene.values
    }
    keys = [_key(estimate.category, estimate.series, estimate.heading) for estimate in found]
    # Two marks with the same names: what tells them apart was not understood.
    return [e for e, key in zip(found, keys, strict=True) if key not in printed and keys.count(key) == 1]


def _key(category: Block | None, series: Block | None, heading: Block | None) -> tuple[str, str, str]:
    return tuple(block.text if block else "" for block in (category, series, heading))  # type: ignore[return-value]  # three in, three out


def _of_bars(scene: Scene, binding: Binding, *, rows: bool) -> list[Estimate]:
    bars = binding.bars.rows if rows else binding.bars.columns
    scale = value_scale(scene.axes.x if rows else scene.axes.y, scene.graphics.rules, horizontal=rows)
    if scale is None or not bars:
        return []
    scale, base = _on_base(scale, [_ends(bar, rows=rows) for bar in bars])
    stand_ins = [_stand_in(bar) for bar in bars]
    graphics = replace(scene.graphics, bars=bars, sectors=(), strokes=(), dots=())
    bound = bind(replace(scene, values=stand_ins, graphics=graphics))
    carrying = {id(carrier) for carrier in binding.carriers.values()}
    several = len(bound.legend) > 1 and len({bar.color for bar in bars}) > 1
    found: list[Estimate] = []
    for bar, mark in zip(bars, stand_ins, strict=True):
        category, series = bound.category.get(id(mark)), bound.series.get(id(mark))
        number = _length(scale, base, _ends(bar, rows=rows))
        if id(bar) in carrying or category is None or number is None or (several and series is None):
            continue
        end = _end(bar, base, rows=rows)
        sure = bound.sure.get(id(mark), 1.0) * _confidence(scale)
        at = end.cx if rows else end.cy
        found.append(Estimate(scale.rounded(number, at), end, sure, category, series, bound.heading.get(id(mark))))
    return found


def _stand_in(bar: Bar) -> Mark:
    """A small mark in the middle of the bar, to be bound as a printed number would be."""
    half = 0.5 * min(bar.width, bar.height, 10.0)
    return Mark(bar.cx - half, bar.cy - half, bar.cx + half, bar.cy + half, -1, Label("", WHOLE), None)


def _ends(bar: Bar, *, rows: bool) -> tuple[float, float]:
    return (bar.x0, bar.x1) if rows else (bar.y1, bar.y0)


def _on_base(scale: ValueScale, ends: Sequence[tuple[float, float]]) -> tuple[ValueScale, float]:
    """The line that the bars stand on, and the scale moved so that it is zero there, if zero is where they stand."""
    edges = [edge for pair in ends for edge in pair]
    zero = None if scale.log else scale.pixel_of(0.0)
    if zero is not None:
        at_zero = [edge for edge in edges if abs(zero - edge) <= NEAR_ZERO * scale.span + scale.error]
        if 4 * len(at_zero) >= len(ends):
            base = statistics.median(at_zero)
            return replace(scale.moved(base - zero), low=min(scale.low, base), high=max(scale.high, base)), base
    starts = [start for start, _ in ends]
    base = max(starts, key=lambda start: (sum(abs(start - other) <= AT_BASE for other in starts), start))
    return scale, base


def _length(scale: ValueScale, base: float, ends: tuple[float, float]) -> float | None:
    """The number that a bar stands for: where it ends if it stands on the base, else (in a stack) how long it is."""
    start, end = ends
    if not (scale.covers(start) and scale.covers(end)):
        return None
    if abs(start - base) <= AT_BASE:
        return scale.number_at(end)
    if abs(end - base) <= AT_BASE:
        return scale.number_at(start)
    return None if scale.log else abs(scale.number_at(end) - scale.number_at(start))


def _end(bar: Bar, base: float, *, rows: bool) -> Extent:
    """The end of a bar, away from the base, two pixels deep."""
    if rows:
        x = bar.x1 if abs(bar.x1 - base) >= abs(bar.x0 - base) else bar.x0
        return Extent(x - 1.0, bar.y0, x + 1.0, bar.y1)
    y = bar.y0 if abs(bar.y0 - base) >= abs(bar.y1 - base) else bar.y1
    return Extent(bar.x0, y - 1.0, bar.x1, y + 1.0)


def _of_lines(scene: Scene) -> list[Estimate]:
    scale = value_scale(scene.axes.y, scene.graphics.rules, horizontal=False)
    ticks = scene.axes.x.blocks
    strokes = [stroke for stroke in scene.graphics.strokes if _passes(stroke, ticks)]
    if scale is None or len(ticks) < 2 or not strokes:
        return []
    used = {id(mark) for tick in ticks for mark in tick.marks} | {id(m) for e in scene.legend for m in e.name.marks}
    names = text_blocks([text for text in scene.texts if id(text) not in used])
    if len(strokes) == 1 and not scene.legend and len(names) > 1:
        return []  # names that could be a legend's, of lines that were not seen
    named = line_names(strokes, scene.legend, names, scene.inks) if len(strokes) > 1 or scene.legend else {}
    places = _tick_places(ticks, strokes)
    found: list[Estimate] = []
    for stroke in strokes:
        name = named.get(id(stroke))
        if len(strokes) > 1 and name is None:
            continue
        for tick, x in zip(ticks, places, strict=True):
            y = stroke.at(x, _reach(ticks))
            if y is not None and scale.covers(y) and not any(_stands_at(value, x, y) for value in scene.values):
                end = Extent(x - 2.0, y - 2.0, x + 2.0, y + 2.0)
                number = scale.rounded(scale.number_at(y), y)
                found.append(Estimate(number, end, _confidence(scale), tick, name))
    return found


def _tick_places(ticks: Sequence[Block], strokes: Sequence[Stroke]) -> list[float]:
    """Where on the axis the tick labels stand: under their middle, but for slanted or shifted labels.

    Where the lines run as far as the labels do, they begin at the first and end at the last.
    """
    first, last = ticks[0].cx, ticks[-1].cx
    start, end = min(stroke.x[0] for stroke in strokes), max(stroke.x[-1] for stroke in strokes)
    spacing = (last - first) / (len(ticks) - 1)
    if abs((end - start) - (last - first)) > SAME_SPAN * spacing or abs(start - first) > spacing:
        return [tick.cx for tick in ticks]
    stretch = (end - start) / (last - first)
    return [start + (tick.cx - first) * stretch for tick in ticks]


def _reach(ticks: Sequence[Block]) -> float:
    """How far beside a tick label a line may begin or end, in pixels."""
    return BESIDE_TICK * (ticks[-1].cx - ticks[0].cx) / (len(ticks) - 1) + 2.0


def _passes(stroke: Stroke, ticks: Sequence[Block]) -> bool:
    """Whether a line passes two tick labels or more."""
    return len(ticks) > 1 and sum(stroke.at(tick.cx, _reach(ticks)) is not None for tick in ticks) > 1


def _stands_at(value: Mark, x: float, y: float) -> bool:
    """Whether a printed number stands where the line passes the tick."""
    return value.holds(x, y, 1.2 * value.line_height)


def _confidence(scale: ValueScale) -> float:
    """1 for an estimate without error, 0 for one that may be off by `TOLERABLE` of the axis."""
    off = (scale.error + SHARPNESS) / scale.span
    return max(0.05, min(0.95, 1.0 - off / TOLERABLE))
