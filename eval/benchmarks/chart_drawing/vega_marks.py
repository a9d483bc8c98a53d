"""Bars, lines and areas as layers of a Vega-Lite chart."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from typing import Any

from .bar_labels import bar_label, bar_spans
from .legibility import far_apart, label_sides
from .vega_frame import DASHES, Spec, VegaFrame, category_channel, colour_channel, value_channel
from .wording import category_turn


def draw_bars(frame: VegaFrame) -> None:
    """Bars with their values."""
    content, look = frame.content, frame.look
    across, names = category_channel(frame)
    along = value_channel(frame, shown=look.value_axis or not content.printed)
    rows: list[Spec] = []
    labels: dict[tuple[str, int, float, str], list[Spec]] = defaultdict(list)
    for series, spans in enumerate(bar_spans(content)):
        for category, span in enumerate(spans):
            row = {"c": names[category], "s": content.series[series], "a": span[0], "b": span[1]}
            rows.append(row)
            if category not in content.printed:
                continue
            label = bar_label(content, look, frame.plot, (series, category), span, frame.colour(series))
            if label is not None:
                labels[label.where, label.way, label.size, label.ink].append({**row, "p": label.at, "t": label.text})
                frame.printed.add((series, category))
    one, two, shift = ("y", "x", "yOffset") if content.horizontal else ("x", "y", "xOffset")
    place: Spec = {one: across}
    if len(content.series) > 1 and not content.stacked:
        place[shift] = {"field": "s", "type": "nominal", "scale": {"domain": list(content.series)}}
    bars: Spec = {**place, two: {**along, "field": "a"}, f"{two}2": {"field": "b"}, "color": colour_channel(frame)}
    frame.layers.append({"data": {"values": rows}, "mark": {"type": "bar"}, "encoding": bars})
    for (where, way, size, ink), texts in labels.items():
        away = {"middle": 0, "outside": way, "inside": -way}[where]
        frame.write(texts, {**place, two: {**along, "field": "p"}}, size, color=ink, **_offset(frame, away, size))


def _offset(frame: VegaFrame, away: int, size: float) -> dict[str, Any]:
    if frame.content.horizontal:
        return {"dx": away * frame.gap, "align": {0: "center", 1: "left", -1: "right"}[away]}
    return {"dy": -away * (frame.gap + size / 2), "align": "center"}


def draw_lines(frame: VegaFrame) -> None:
    """Lines, areas or stacked areas with the values of some points."""
    content, look = frame.content, frame.look
    rows: list[Spec] = []
    tops = [0.0] * len(content.categories)
    for series, values in enumerate(content.values):
        starts = tops if content.stacked else [content.axis[0]] * len(values)
        ends = [start + value for start, value in zip(starts, values, strict=True)] if content.stacked else list(values)
        tops = ends if content.stacked else tops
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            rows.append({"x": index, "s": content.series[series], "a": start, "b": end})
    some = len(content.printed) < len(content.ticks)
    along = value_channel(frame, shown=look.value_axis or some)
    across = _index_channel(frame)
    encoding: Spec = {"x": across, "y": {**along, "field": "b"}}
    direct = look.legend == "direct" and len(content.series) > 1 and _ends(frame) is not None
    encoding["color"] = colour_channel(frame, legend=not direct)
    mark: Spec = {"type": "line", "strokeWidth": look.line_width}
    if content.kind != "line":
        mark = {"type": "area", "opacity": 1.0 if content.stacked else 0.7}
        encoding["y2"] = {"field": "a"}
        encoding["y"]["stack"] = None
    elif look.markers or content.printed:
        mark["point"] = {"size": 12 * look.line_width + 10, "filled": True}
    if look.style == "grey" and content.kind == "line" and len(content.series) > 1:
        dashes = list(DASHES[: len(content.series)])
        legend = encoding["color"]["legend"]
        scale = {"domain": list(content.series), "range": dashes}
        encoding["strokeDash"] = {"field": "s", "type": "nominal", "scale": scale, "legend": legend}
    frame.layers.append({"data": {"values": rows}, "mark": mark, "encoding": encoding})
    place = {"x": across, "y": {**along, "field": "b", "stack": None}}
    if content.printed:
        _write_values(frame, place)
    if direct:
        _write_names(frame, place)


def _index_channel(frame: VegaFrame) -> Spec:
    content, look = frame.content, frame.look
    count = len(content.categories)
    names = [content.categories[index] if index in content.ticks else "" for index in range(count)]
    shown = tuple(name for name in names if name)
    turn = category_turn(shown, frame.plot[0] / len(shown), look.text_size, look.turn)
    axis: Spec = {
        "values": list(content.ticks),
        "labelExpr": f"{json.dumps(names, ensure_ascii=False)}[datum.value]",
        "labelAngle": -turn,
        "title": content.category_title or None,
        "grid": False,
        "domain": look.spines != "none",
    }
    if turn:
        axis |= {"labelAlign": "right", "labelBaseline": "middle" if turn == 90 else "top"}
    margin = (0.04 * count if content.kind == "line" else 0.0) + (0.4 if content.printed else 0.0)
    scale = {"domain": [-margin, count - 1 + margin], "nice": False, "zero": False}
    return {"field": "x", "type": "quantitative", "axis": axis, "scale": scale}


def _write_values(frame: VegaFrame, place: Spec) -> None:
    content, look = frame.content, frame.look
    labels = {
        (series, category): content.label(content.values[series][category])
        for series, category in itertools.product(range(len(content.series)), content.printed)
    }
    across = frame.plot[0] / max(1, len(content.categories))
    along = frame.plot[1] / (content.axis[1] - content.axis[0])
    points = [[(i * across, (v - content.axis[0]) * along) for i, v in enumerate(row)] for row in content.values]
    size, gap = 0.92 * look.text_size, frame.gap + 1.3 * look.line_width
    layers: dict[tuple[int, str], list[Spec]] = defaultdict(list)
    for (series, category), side in label_sides(points, labels, size, gap).items():
        ink = frame.colour(series) if len(content.series) > 1 else look.ink
        value = content.values[series][category]
        layers[side, ink].append({"x": category, "b": value, "t": labels[series, category]})
    for (side, ink), rows in layers.items():
        frame.write(rows, place, size, color=ink, dy=-side * (gap + size / 2))
    frame.printed |= set(labels)


def _ends(frame: VegaFrame) -> list[float] | None:
    """Where the names of the series go at the right end; None where they would not keep apart."""
    content = frame.content
    ends = [row[-1] for row in content.values]
    if content.stacked:
        ends = [sum(ends[:index]) + end / 2 for index, end in enumerate(ends)]
    scale = frame.plot[1] / (content.axis[1] - content.axis[0])
    return ends if not content.log and far_apart([e * scale for e in ends], 1.4 * frame.look.text_size) else None


def _write_names(frame: VegaFrame, place: Spec) -> None:
    content = frame.content
    for series, end in enumerate(_ends(frame) or []):
        row = {"x": len(content.categories) - 1, "b": end, "t": content.series[series]}
        away = 2 * frame.gap + (12 if content.printed else 0)
        frame.write([row], place, frame.look.text_size, color=frame.colour(series), align="left", dx=away)
