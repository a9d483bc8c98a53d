"""Bars by matplotlib: vertical and horizontal, single, grouped and stacked, with values at, in or beyond them."""

from __future__ import annotations

from typing import Any

from matplotlib.patches import Patch

from .bar_labels import BarLabel, bar_label, bar_spans
from .legibility import Place, text_width
from .mpl_frame import Frame, add_legend, style_axes
from .wording import category_turn, contrast, wrapped


def draw_bars(frame: Frame) -> frozenset[Place]:
    """Draw the bars; returns whose values are printed."""
    content, look, axes = frame.content, frame.look, frame.axes
    rows, count = len(content.series), len(content.categories)
    thickness = look.bar_width / (1 if content.stacked else rows)
    printed: set[Place] = set()
    for series, spans in enumerate(bar_spans(content)):
        shift = 0.0 if content.stacked else (series - (rows - 1) / 2) * thickness
        colour = look.palette[series % len(look.palette)]
        starts, lengths = [start for start, _ in spans], [end - start for start, end in spans]
        places, thick = [position + shift for position in range(count)], thickness * (0.96 if rows > 1 else 1.0)
        if content.horizontal:
            axes.barh(places, lengths, thick, left=starts, color=colour)
        else:
            axes.bar(places, lengths, thick, bottom=starts, color=colour)
        for category in content.printed:
            label = bar_label(content, look, frame.plot, (series, category), spans[category], colour)
            if label is not None:
                _write(frame, label, places[category])
                printed.add((series, category))
    _category_axis(frame)
    style_axes(frame, value_axis=look.value_axis or not content.printed)
    if rows > 1:
        _legend(frame)
    return frozenset(printed)


def _write(frame: Frame, label: BarLabel, across: float) -> None:
    away = {"middle": 0, "outside": label.way, "inside": -label.way}[label.where]
    common: dict[str, Any] = {"textcoords": "offset points", "fontsize": label.size, "color": label.ink}
    if frame.content.horizontal:
        align = {0: "center", 1: "left", -1: "right"}[away]
        common |= {"xytext": (away * frame.gap, 0), "ha": align, "va": "center_baseline"}
        frame.axes.annotate(label.text, (label.at, across), **common)
    else:
        align = {0: "center_baseline", 1: "bottom", -1: "top"}[away]
        common |= {"xytext": (0, away * frame.gap), "ha": "center", "va": align}
        frame.axes.annotate(label.text, (across, label.at), **common)


def _category_axis(frame: Frame) -> None:
    content, look, axes = frame.content, frame.look, frame.axes
    count = len(content.categories)
    if content.horizontal:
        names = ["\n".join(wrapped(name, 0.3 * frame.plot[0] / look.text_size)) for name in content.categories]
        axes.set_yticks(range(count), names)
        axes.set_ylim(count - 0.5, -0.5)
        axes.tick_params(axis="y", length=0 if look.spines == "none" else 3)
        return
    slot = frame.plot[0] / count
    turn = category_turn(content.categories, slot, look.text_size, look.turn)
    names = list(content.categories)
    if not turn:
        names = ["\n".join(wrapped(name, 0.95 * slot / look.text_size)) for name in names]
    slanted = {"ha": "right", "rotation_mode": "anchor"} if turn % 90 else {}
    axes.set_xticks(range(count), names, rotation=turn, **slanted)
    axes.set_xlim(-0.6, count - 0.4)
    if content.axis[0] < 0:
        axes.axhline(0, color=look.muted, linewidth=0.8)


def _legend(frame: Frame) -> None:
    content, look = frame.content, frame.look
    place = look.legend
    if place == "direct":
        if content.kind == "horizontal stacked bar" and _heads(frame):
            return
        place = "top"
    handles = [Patch(color=look.palette[index % len(look.palette)]) for index in range(len(content.series))]
    add_legend(frame, handles, content.series, place)


def _heads(frame: Frame) -> bool:
    """Names of the series over the blocks of the first bar, where each has room."""
    content, look = frame.content, frame.look
    scale = frame.plot[0] / (content.axis[1] - content.axis[0])
    spots = [(sum(spans[0]) / 2, spans[0][1] - spans[0][0]) for spans in bar_spans(content)]
    widths = [1.1 * text_width(name, look.text_size) for name in content.series]
    if any(length * scale < width for (_, length), width in zip(spots, widths, strict=True)):
        return False
    for index, (name, (at, _)) in enumerate(zip(content.series, spots, strict=True)):
        colour = look.palette[index % len(look.palette)]
        readable = (contrast(colour) == "#ffffff") == (contrast(look.background) == "#111111")
        frame.axes.annotate(
            name,
            (at, -0.5 * look.bar_width),
            xytext=(0, frame.gap),
            textcoords="offset points",
            ha="center",
            fontsize=look.text_size,
            color=colour if readable else look.ink,
            annotation_clip=False,
        )
    return True
