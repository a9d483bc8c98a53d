"""Pies, donuts, scatter plots and dot plots as layers of a Vega-Lite chart."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict

from .content import nice_axis
from .legibility import Illegible, text_width
from .vega_frame import Spec, VegaFrame, category_channel, colour_channel, value_channel
from .wording import contrast


def draw_round(frame: VegaFrame) -> None:
    """A pie or donut: names beside the slices or in a legend, values beside the names or in the slices."""
    content, look = frame.content, frame.look
    values = content.values[0]
    width, height = frame.plot
    radius = 0.42 * height
    bounds = [0.0, *itertools.accumulate(values)]
    angles = [2 * math.pi * bound / bounds[-1] for bound in bounds]
    in_legend, beside = look.legend in {"right", "bottom", "inside"}, look.value_labels == "outside"
    if content.printed and not beside and min(values) < 6:
        raise Illegible("a slice is too thin for its value")
    slices = [{"s": name, "a": angles[index], "b": angles[index + 1]} for index, name in enumerate(content.categories)]
    scale = {"domain": list(content.categories), "range": [frame.colour(i) for i in range(len(values))]}
    legend: Spec | None = {"orient": "bottom" if look.legend == "bottom" else "right", "title": None}
    colour = {"field": "s", "type": "nominal", "scale": scale, "legend": legend if in_legend else None}
    ring = 0.58 * radius if content.kind == "donut" else 0
    mark = {"type": "arc", "outerRadius": radius, "innerRadius": ring, "stroke": look.background}
    encoding = {
        "theta": {"field": "a", "type": "quantitative", "scale": None, "stack": None},
        "theta2": {"field": "b"},
        "color": colour,
        "x": {"value": width / 2},
        "y": {"value": height / 2},
    }
    frame.layers.append({"data": {"values": slices}, "mark": mark, "encoding": encoding})
    for index, value in enumerate(values):
        angle = (angles[index] + angles[index + 1]) / 2
        text = content.label(value) if content.printed else ""
        outer = [] if in_legend else [content.categories[index]]
        if text and beside:
            outer.append(text)
        if outer:
            _write_round(frame, outer, angle, 1.08 * radius, look.ink)
        if text and not beside:
            _write_round(frame, [text], angle, (0.79 if ring else 0.66) * radius, contrast(frame.colour(index)))
    if content.printed:
        frame.printed |= {(0, index) for index in range(len(values))}


def _write_round(frame: VegaFrame, lines: list[str], angle: float, radius: float, ink: str) -> None:
    size = frame.look.text_size
    x = frame.plot[0] / 2 + radius * math.sin(angle)
    y = frame.plot[1] / 2 - radius * math.cos(angle)
    outside = radius > 0.42 * frame.plot[1]
    align = "center"
    if outside and abs(math.sin(angle)) > 0.25:
        align = "left" if math.sin(angle) > 0 else "right"
    high = 1.2 * size * len(lines)
    top = y - high / 2 - (math.cos(angle) * high / 2 if outside else 0)
    for number, line in enumerate(lines):
        at = top + 1.2 * size * (number + 0.5)
        frame.write([{"t": line}], {"x": {"value": x}, "y": {"value": at}}, size, color=ink, align=align)


def draw_scatter(frame: VegaFrame) -> None:
    """Points over two number axes; nothing is printed."""
    content, look = frame.content, frame.look
    rows: list[Spec] = [
        {"x": x, "y": y, "s": name}
        for name, points in zip(content.series, content.points, strict=True)
        for x, y in points
    ]
    limits, ticks = nice_axis(0, max(row["x"] for row in rows), 5)
    axis = {"values": list(ticks), "title": content.category_title or None, "grid": False}
    across = {"field": "x", "type": "quantitative", "scale": {"domain": list(limits)}, "axis": axis}
    encoding = {"x": across, "y": {**value_channel(frame, shown=True), "field": "y"}, "color": colour_channel(frame)}
    mark = {"type": "point", "filled": True, "size": 6 * look.line_width**2 + 12, "opacity": 0.85}
    frame.layers.append({"data": {"values": rows}, "mark": mark, "encoding": encoding})


def draw_dots(frame: VegaFrame) -> None:
    """A row of dots for each category, the values beside the outer dots."""
    content, look = frame.content, frame.look
    across, names = category_channel(frame)
    along = value_channel(frame, shown=look.value_axis or not content.printed)
    widest = max(text_width(content.label(value), look.text_size) for row in content.values for value in row)
    room = (content.axis[1] - content.axis[0]) * (widest + 16) / frame.plot[0]
    along["scale"] = {**along["scale"], "domain": [content.axis[0] - room, content.axis[1] + room]}
    pairs = [
        {"c": names[index], "a": min(numbers), "b": max(numbers)}
        for index, numbers in enumerate(zip(*content.values, strict=True))
    ]
    if len(content.series) > 1:
        span = {"y": across, "x": {**along, "field": "a"}, "x2": {"field": "b"}}
        mark = {"type": "rule", "color": look.muted, "strokeWidth": 1.6}
        frame.layers.append({"data": {"values": pairs}, "mark": mark, "encoding": span})
    rows: list[Spec] = []
    texts: dict[bool, list[Spec]] = defaultdict(list)
    for series, values in enumerate(content.values):
        for category, value in enumerate(values):
            rows.append({"c": names[category], "s": content.series[series], "v": value})
            if category in content.printed:
                right = value == pairs[category]["b"]
                texts[right].append({**rows[-1], "t": content.label(value)})
                frame.printed.add((series, category))
    place = {"y": across, "x": {**along, "field": "v"}}
    dots = {"type": "point", "filled": True, "opacity": 1, "size": 8 * look.text_size - 20}
    frame.layers.append({"data": {"values": rows}, "mark": dots, "encoding": {**place, "color": colour_channel(frame)}})
    for right, some in texts.items():
        away = (1 if right else -1) * (frame.gap + 4)
        frame.write(some, place, look.text_size, color=look.ink, align="left" if right else "right", dx=away)
