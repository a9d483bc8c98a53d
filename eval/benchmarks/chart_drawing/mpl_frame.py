"""What every matplotlib chart shares: figure, header, note, axes in the style's look, legend, and its texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from ....errors import MissingDependency
from .content import Content
from .legibility import Box, Illegible, PlacedText, check_texts, overlap, text_width
from .rendering import PAGE_MARGIN
from .styles import Look
from .wording import title_lines, wrapped

CHINESE_FONTS = ("WenQuanYi Micro Hei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "SimHei")
PAD = 8.0
"""Points between the edge and what is printed next to it."""


@dataclass(slots=True)
class Frame:
    """A figure in the making. Lengths in points."""

    content: Content
    look: Look
    figure: Any
    axes: Any
    plot: tuple[float, float]
    """About the width and height of the plot."""
    bottom: float
    top: float
    """From where to where the plot with its axes may reach."""

    @property
    def gap(self) -> float:
        """Between a mark and its label."""
        return 0.4 * self.look.text_size


def chinese_font() -> str:
    """A font with Chinese letters that matplotlib and Vega find; raises `MissingDependency` without one."""
    known = set(font_manager.get_font_names())
    for name in CHINESE_FONTS:
        if name in known:
            return name
    raise MissingDependency(
        f"No font for drawing Chinese charts was found (looked for: {', '.join(CHINESE_FONTS)}).",
        hint="Install one, for example with `apt-get install fonts-wqy-microhei`, or draw with language='en'.",
    )


def font_of(content: Content, look: Look) -> str:
    """The typeface of the chart: the style's, or a Chinese one."""
    if content.language == "zh":
        return chinese_font()
    return look.font if look.font in set(font_manager.get_font_names()) else "DejaVu Sans"


def new_frame(content: Content, look: Look) -> Frame:
    """Figure with title, subtitle and note, and empty axes between them."""
    width, height = (72 * side for side in look.size)
    figure = Figure(figsize=look.size, dpi=look.dpi, facecolor=look.background)
    FigureCanvasAgg(figure)
    weight = "bold" if look.bold_title and content.language == "en" else "normal"
    start = look.title_anchor == "start"
    x, align = (PAD / width, "left") if start else (0.5, "center")
    y = height - PAD
    for line in title_lines(content, look, 0.94 * width):
        figure.text(x, y / height, line, fontsize=look.title_size, weight=weight, color=look.ink, va="top", ha=align)
        y -= 1.3 * look.title_size
    for line in wrapped(content.subtitle, 0.9 * width / look.text_size) if content.subtitle else []:
        figure.text(x, y / height, line, fontsize=look.text_size, color=look.muted, va="top", ha=align)
        y -= 1.3 * look.text_size
    bottom = PAD
    if content.note:
        size = 0.88 * look.text_size
        figure.text(PAD / width, bottom / height, content.note, fontsize=size, color=look.muted, va="bottom")
        bottom += 1.6 * size
    top = y - 0.3 * look.text_size
    figure.set_layout_engine("constrained", h_pad=0.06, w_pad=0.06)
    axes = figure.add_subplot(facecolor=look.panel)
    share = 0.58 if look.legend == "right" and len(content.series) > 1 else 0.76
    return Frame(content, look, figure, axes, (share * width, 0.76 * (top - bottom)), bottom, top)


def style_axes(frame: Frame, *, value_axis: bool) -> None:
    """Spines, grid, ticks and axis titles. The value axis is left out where the style does without it."""
    look, content, axes = frame.look, frame.content, frame.axes
    shown = {"all": ("left", "right", "top", "bottom"), "corner": ("left", "bottom"), "base": ("bottom",), "none": ()}
    base = "left" if content.horizontal else "bottom"
    visible = set(shown[look.spines] if look.spines != "base" else (base,))
    if not value_axis:
        visible &= {base}
    for side, spine in axes.spines.items():
        spine.set_visible(side in visible)
        spine.set_color(look.muted)
    axes.tick_params(colors=look.muted, labelcolor=look.ink, labelsize=look.text_size)
    axes.set_axisbelow(True)
    which = "x" if content.horizontal else "y"
    set_ticks, set_limits = getattr(axes, f"set_{which}ticks"), getattr(axes, f"set_{which}lim")
    if content.log:
        getattr(axes, f"set_{which}scale")("log")
        axes.minorticks_off()
    set_limits(*content.axis)
    if value_axis:
        set_ticks(content.axis_ticks, [content.tick(tick) for tick in content.axis_ticks])
        if look.grid != "none":
            line = "--" if look.grid == "dashed" else "-"
            colour = "#ffffff" if look.panel == "#eaeaf2" else look.muted
            axes.grid(axis=which, linestyle=line, linewidth=0.7, color=colour, alpha=0.9 if line == "-" else 0.5)
    else:
        set_ticks([])
    names = {"x": content.category_title, "y": content.value_title if value_axis else ""}
    if content.horizontal:
        names = {"x": content.value_title if value_axis else "", "y": content.category_title}
    axes.set_xlabel(names["x"], fontsize=look.text_size, color=look.ink)
    axes.set_ylabel(names["y"], fontsize=look.text_size, color=look.ink)


def add_legend(frame: Frame, handles: Sequence[Any], names: Sequence[str], place: str) -> None:
    """The legend at one of the style's places; `direct` is for the one who draws the marks."""
    look = frame.look
    options: dict[str, Any] = {"fontsize": look.text_size, "labelcolor": look.ink, "frameon": place == "inside"}
    if place == "inside":
        options |= {"loc": "best", "facecolor": look.panel, "framealpha": 0.85, "edgecolor": look.muted}
        frame.axes.legend(handles, names, **options)
    elif place == "right":
        frame.axes.legend(handles, names, loc="center left", bbox_to_anchor=(1.01, 0.5), **options)
    else:
        _level_legend(frame, handles, names, options, above=place == "top")


def _level_legend(
    frame: Frame, handles: Sequence[Any], names: Sequence[str], options: dict[str, Any], *, above: bool
) -> None:
    """In one or two rows over or under the plot, which makes room for them."""
    look = frame.look
    wide = sum(text_width(name, look.text_size) + 4.5 * look.text_size for name in names)
    columns = len(names) if wide < 72 * look.size[0] else (len(names) + 1) // 2
    high = 1.7 * look.text_size * -(-len(names) // columns) + 4
    start = above and look.title_anchor == "start"
    edge = frame.top if above else frame.bottom
    loc = ("upper" if above else "lower") + (" left" if start else " center")
    anchor = (0.0 if start else 0.5, edge / (72 * look.size[1]))
    frame.figure.legend(handles, names, loc=loc, bbox_to_anchor=anchor, ncols=columns, borderaxespad=0.1, **options)
    if above:
        frame.top -= high
    else:
        frame.bottom += high


def finish(frame: Frame) -> tuple[bytes, tuple[PlacedText, ...]]:
    """The picture as PNG and its texts; raises `Illegible` where they overlap or are cut off."""
    figure, high = frame.figure, 72 * frame.look.size[1]
    figure.get_layout_engine().set(rect=(0.012, frame.bottom / high, 0.976, (frame.top - frame.bottom) / high))
    figure.canvas.draw()
    texts = tuple(_texts(figure))
    width, height = figure.canvas.get_width_height()
    check_texts(texts, (0, 0, width, height))
    legend = frame.axes.get_legend()
    if legend is not None:
        _check_legend(legend, frame, texts)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=frame.look.dpi, facecolor=frame.look.background)
    return picture.getvalue(), texts


def vector_pdf(frame: Frame) -> bytes:
    """The figure as drawing operations with a text layer, on a page with margins around it."""
    page = io.BytesIO()
    options = {"bbox_inches": "tight", "pad_inches": PAGE_MARGIN / 72, "metadata": {"CreationDate": None}}
    frame.figure.savefig(page, format="pdf", facecolor=frame.look.background, **options)
    return page.getvalue()


def _texts(figure: Any) -> list[PlacedText]:
    found = []
    renderer = figure.canvas.get_renderer()
    for text in figure.findobj(Text):
        if not text.get_text().strip() or not text.get_visible():
            continue
        extent = text.get_window_extent(renderer)
        height = 1.2 * text.get_fontsize() * figure.dpi / 72
        found.append(PlacedText(text.get_text(), _box(extent), text.get_rotation(), height))
    return found


def _check_legend(legend: Any, frame: Frame, texts: Sequence[PlacedText]) -> None:
    box = _box(legend.get_window_extent())
    own = {text.get_text() for text in legend.get_texts()}
    beside = [PlacedText(text.text, text.box) for text in texts if text.text not in own]
    marks = [_box(patch.get_window_extent()) for patch in frame.axes.patches]
    if any(overlap(box, text.box) for text in beside) or any(overlap(box, mark, 4.0) for mark in marks):
        raise Illegible("the legend lies on the marks")


def _box(extent: Any) -> Box:
    x0, y0, x1, y1 = map(float, extent.extents)
    return (x0, y0, x1, y1)
