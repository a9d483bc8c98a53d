"""What every Vega-Lite chart shares: header, note, scales and axes in the style's look, legend. Lengths in points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .content import Content
from .styles import Look
from .wording import category_turn, title_lines, wrapped

Spec = dict[str, Any]
DASHES = ([1, 0], [6, 3], [6, 2, 1, 2], [1, 2])


@dataclass(slots=True)
class VegaFrame:
    """A chart in the making: its layers, and what they have printed."""

    content: Content
    look: Look
    font: str
    plot: tuple[float, float]
    layers: list[Spec] = field(default_factory=list)
    printed: set[tuple[int, int]] = field(default_factory=set)

    @property
    def gap(self) -> float:
        """Between a mark and its label."""
        return 0.4 * self.look.text_size

    def colour(self, series: int) -> str:
        """Of a series."""
        return self.look.palette[series % len(self.look.palette)]

    def write(self, rows: Sequence[Mapping[str, Any]], place: Spec, size: float, **mark: object) -> None:
        """A layer of texts: rows with the field `t`, at `place`."""
        if rows:
            style = {"type": "text", "font": self.font, "fontSize": size, "baseline": "middle", **mark}
            self.layers.append(
                {"data": {"values": list(rows)}, "mark": style, "encoding": {**place, "text": {"field": "t"}}}
            )


def frame_for(content: Content, look: Look, font: str) -> VegaFrame:
    """An empty chart of about the look's size."""
    share = 0.6 if look.legend == "right" and len(content.series) > 1 else 0.76
    return VegaFrame(content, look, font, (72 * look.size[0] * share, 72 * look.size[1] * 0.66))


def value_channel(frame: VegaFrame, *, shown: bool) -> Spec:
    """The value axis with the content's own ticks."""
    content, look = frame.content, frame.look
    axis: Spec | None = None
    if shown:
        names = {f"{tick:g}": content.tick(tick) for tick in content.axis_ticks}
        axis = {
            "values": list(content.axis_ticks),
            "labelExpr": f"{json.dumps(names, ensure_ascii=False)}[format(datum.value, '~g')] || ''",
            "title": content.value_title or None,
            "grid": look.grid != "none",
            "gridDash": [3, 3] if look.grid == "dashed" else [1, 0],
            "domain": look.spines in {"all", "corner"},
            "ticks": look.spines in {"all", "corner"},
        }
        if content.log or any(abs(tick) >= 1e6 or 0 < abs(tick) < 1e-4 for tick in content.axis_ticks):
            axis["labelExpr"] = _choice(content)
    scale: Spec = {"domain": list(content.axis), "nice": False, "zero": False}
    if content.log:
        scale["type"] = "log"
    return {"type": "quantitative", "scale": scale, "axis": axis}


def _choice(content: Content) -> str:
    tests = [f"abs(datum.value / {tick!r} - 1) < 1e-6 ? '{content.tick(tick)}'" for tick in content.axis_ticks if tick]
    return " : ".join([*tests, "'0'"])


def category_channel(frame: VegaFrame) -> tuple[Spec, list[str]]:
    """The axis of names, and the names as the data must have them (lines joined by a line break)."""
    content, look = frame.content, frame.look
    if content.horizontal:
        turn, room = 0, 0.3 * frame.plot[0]
    else:
        room = 0.95 * frame.plot[0] / len(content.categories)
        turn = category_turn(content.categories, room / 0.95, look.text_size, look.turn)
    names = list(content.categories)
    if not turn:
        names = ["\n".join(wrapped(name, room / look.text_size)) for name in names]
    axis: Spec = {
        "labelExpr": "split(datum.value, '\\n')",
        "labelAngle": -turn,
        "title": content.category_title or None,
        "domain": look.spines != "none",
        "ticks": look.spines in {"all", "corner"},
        "grid": False,
    }
    if turn:
        axis |= {"labelAlign": "right", "labelBaseline": "middle" if turn == 90 else "top"}
    inner = 1 - look.bar_width
    scale = {"domain": names, "paddingInner": inner, "paddingOuter": inner / 2}
    return {"field": "c", "type": "nominal", "axis": axis, "scale": scale}, names


def colour_channel(frame: VegaFrame, *, legend: bool = True) -> Spec:
    """Colours by series, with the legend where the style puts it."""
    content, look = frame.content, frame.look
    colours = [frame.colour(index) for index in range(len(content.series))]
    channel: Spec = {"field": "s", "type": "nominal", "scale": {"domain": list(content.series), "range": colours}}
    place = {"direct": "top", "inside": "right" if "area" in content.kind else "top-right"}.get(
        look.legend, look.legend
    )
    level = place in {"top", "bottom"}
    channel["legend"] = {"orient": place, "title": None, **({"direction": "horizontal"} if level else {})}
    if len(content.series) < 2 or not legend:
        channel["legend"] = None
    return channel


def spec_of(frame: VegaFrame) -> Spec:
    """The whole chart."""
    content, look = frame.content, frame.look
    inner: Spec = {"width": frame.plot[0], "height": frame.plot[1], "layer": frame.layers}
    if content.note:
        size = 0.88 * look.text_size
        style = {"fontSize": size, "fontWeight": "normal", "color": look.muted, "anchor": "start", "offset": 6}
        inner["title"] = {"text": content.note, "orient": "bottom", "frame": "bounds", **style}
    title: Spec = {
        "text": title_lines(content, look, 0.9 * 72 * look.size[0]),
        "anchor": look.title_anchor,
        "frame": "bounds",
        "fontSize": look.title_size,
        "fontWeight": "bold" if look.bold_title else "normal",
        "color": look.ink,
        "offset": 8,
    }
    if content.subtitle:
        title |= {"subtitle": content.subtitle, "subtitleFontSize": look.text_size, "subtitleColor": look.muted}
        title["subtitlePadding"] = 4
    return {"background": look.background, "padding": 8, "title": title, "vconcat": [inner], "config": _config(frame)}


def _config(frame: VegaFrame) -> Spec:
    look = frame.look
    colours = {"labelColor": look.ink, "titleColor": look.ink}
    sizes = {"labelFontSize": look.text_size, "titleFontSize": look.text_size, "titleFontWeight": "normal"}
    grid = "#ffffff" if look.panel == "#eaeaf2" else look.muted
    # Lines have a piece of line for a key, as Vega-Lite draws them by itself; all else has squares.
    key: Spec = {
        "symbolType": "stroke",
        "symbolStrokeWidth": look.line_width,
        "symbolSize": (1.2 * look.text_size) ** 2,
    }
    if frame.content.kind != "line":
        key = {"symbolType": "square", "symbolSize": 5 * look.text_size}
    lines = {"gridColor": grid, "gridOpacity": 0.5, "domainColor": look.muted, "tickColor": look.muted}
    return {
        "font": frame.font,
        "view": {"fill": look.panel, "stroke": look.muted if look.spines == "all" else None},
        "axis": {**colours, **sizes, **lines, "labelLimit": 0, "titleLimit": 0, "labelOverlap": False},
        "legend": {**colours, **sizes, "labelLimit": 0, **key},
        "title": {"limit": 0},
    }
