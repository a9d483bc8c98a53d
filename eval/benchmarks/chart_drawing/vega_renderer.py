"""Drawing a chart with Vega-Lite, by vl-convert: no browser is needed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from PIL import ImageFont

from .content import ROUND, Content
from .legibility import Box, Illegible, PlacedText, check_texts, overlap
from .mpl_frame import font_of
from .rendering import PAGE_MARGIN, Rendered
from .styles import Look
from .vega_frame import VegaFrame, frame_for, spec_of
from .vega_marks import draw_bars, draw_lines
from .vega_shapes import draw_dots, draw_round, draw_scatter


def render(content: Content, look: Look, *, vector: bool = False) -> Rendered:
    """The drawn chart; raises `Illegible` where its texts do not fit."""
    import vl_convert

    # The renderer finds the system's fonts by itself, those that come with matplotlib only so.
    vl_convert.register_font_directory(str(Path(mpl.get_data_path()) / "fonts" / "ttf"))
    frame = frame_for(content, look, font_of(content, look))
    _draw(frame)
    spec = spec_of(frame)
    scene = vl_convert.vegalite_to_scenegraph(spec)
    texts = _check(scene, frame.font)
    png = vl_convert.vegalite_to_png(spec, scale=look.dpi / 72)
    pdf = vl_convert.vegalite_to_pdf({**spec, "padding": PAGE_MARGIN}) if vector else b""
    return Rendered(png, frozenset(frame.printed), tuple(text.text for text in texts), pdf)


def _draw(frame: VegaFrame) -> None:
    kind = frame.content.kind
    if kind in ROUND:
        draw_round(frame)
    elif kind == "scatter":
        draw_scatter(frame)
    elif kind == "dot plot":
        draw_dots(frame)
    elif "bar" in kind:
        draw_bars(frame)
    else:
        draw_lines(frame)


def _check(scene: dict[str, Any], font: str) -> list[PlacedText]:
    """The texts as drawn, y upwards; raises `Illegible` where they overlap or a legend lies on the marks."""
    texts: list[PlacedText] = []
    legend: list[Box] = []
    marks: list[Box] = []
    for kind, role, item, x, y in _items(scene["scenegraph"], 0.0, 0.0, ""):
        if kind == "text" and str(item.get("text", "")).strip():
            placed = _placed(item, x, y, font)
            texts.append(placed)
            if role == "legend-label":
                legend.append(placed.box)
        elif kind == "rect" and role == "mark":
            top, left = y + item.get("y", 0.0), x + item.get("x", 0.0)
            marks.append((left, -top - item.get("height", 0.0), left + item.get("width", 0.0), -top))
        elif kind in {"line", "symbol"} and role == "mark":
            at = (x + item.get("x", 0.0), -y - item.get("y", 0.0))
            marks.append((at[0] - 3, at[1] - 3, at[0] + 3, at[1] + 3))
    check_texts(texts, (-1e6, -1e6, 1e6, 1e6))
    if any(overlap(box, mark) for box in legend for mark in marks):
        raise Illegible("the legend lies on the marks")
    return texts


def _items(
    node: dict[str, Any], x: float, y: float, role: str
) -> Iterator[tuple[str, str, dict[str, Any], float, float]]:
    """All marks below `node` with their kind, role and the origin of their group."""
    kind, own = node.get("marktype", ""), node.get("role") or role
    own = "mark" if own == "scope" else own
    for item in node.get("items", ()):
        if "marktype" in item:
            yield from _items(item, x, y, own)
        elif "items" in item or kind == "group":
            at = (x + item.get("x", 0.0), y + item.get("y", 0.0))
            for child in item.get("items", ()):
                yield from _items(child, *at, own)
        else:
            yield kind, own, item, x, y


def _placed(item: dict[str, Any], x: float, y: float, font: str) -> PlacedText:
    lines = item["text"] if isinstance(item["text"], list) else [str(item["text"])]
    size = float(item.get("fontSize", 11))
    width = max(_length(font, line, size) for line in lines)
    height = size * (1.0 + 1.2 * (len(lines) - 1))
    x, y = x + item.get("x", 0.0), y + item.get("y", 0.0)
    left = {"center": -width / 2, "right": -width}.get(item.get("align", "left"), 0.0) + item.get("dx", 0.0)
    top = {"middle": -height / 2, "top": 0.0, "line-top": 0.0, "line-bottom": -height}.get(
        item.get("baseline", "alphabetic"), -0.8 * size
    ) + item.get("dy", 0.0)
    angle = math.radians(item.get("angle", 0.0))
    corners = [(left + i * width, top + j * height) for i in (0, 1) for j in (0, 1)]
    xs = [x + a * math.cos(angle) - b * math.sin(angle) for a, b in corners]
    ys = [-(y + a * math.sin(angle) + b * math.cos(angle)) for a, b in corners]
    return PlacedText("\n".join(lines), (min(xs), min(ys), max(xs), max(ys)), -item.get("angle", 0.0) or 0.0, size)


def _length(font: str, text: str, size: float) -> float:
    return float(_typeface(font).getlength(text)) * size / 100


@cache
def _typeface(font: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_manager.findfont(font), 100)
