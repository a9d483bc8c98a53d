"""Drawing a chart with matplotlib, as a picture or as vector graphics."""

from __future__ import annotations

import logging

import matplotlib as mpl

from .content import ROUND, Content
from .legibility import PlacedText
from .mpl_bars import draw_bars
from .mpl_frame import Frame, finish, font_of, new_frame, vector_pdf
from .mpl_lines import draw_lines
from .mpl_shapes import draw_dots, draw_round, draw_scatter
from .rendering import Rendered
from .styles import Look


def render(content: Content, look: Look, *, vector: bool = False) -> Rendered:
    """The drawn chart; raises `Illegible` where its texts do not fit."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["font.family"] = [font_of(content, look), "DejaVu Sans"]
        mpl.rcParams["axes.unicode_minus"] = False
        mpl.rcParams["pdf.fonttype"] = 42
        frame = new_frame(content, look)
        printed = _draw(frame)
        png, texts = finish(frame)
        return Rendered(png, printed, _words(texts), vector_pdf(frame) if vector else b"")


def _draw(frame: Frame) -> frozenset[tuple[int, int]]:
    kind = frame.content.kind
    if kind in ROUND:
        return draw_round(frame)
    if kind == "scatter":
        return draw_scatter(frame)
    if kind == "dot plot":
        return draw_dots(frame)
    return draw_bars(frame) if "bar" in kind else draw_lines(frame)


def _words(texts: tuple[PlacedText, ...]) -> tuple[str, ...]:
    return tuple(text.text for text in texts)
