"""Pies, donuts, scatter plots and dot plots by matplotlib."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.patches import Patch

from .content import nice_axis
from .legibility import Illegible, Place, text_width
from .mpl_frame import Frame, add_legend, style_axes
from .wording import contrast, wrapped


def draw_round(frame: Frame) -> frozenset[Place]:
    """A pie or donut: names beside the slices or in a legend, values beside the names or in the slices."""
    content, look, axes = frame.content, frame.look, frame.axes
    values = content.values[0]
    colours = [look.palette[index % len(look.palette)] for index in range(len(values))]
    printed = [content.label(value) for value in values] if content.printed else [""] * len(values)
    in_legend, beside = look.legend in {"right", "bottom", "inside"}, look.value_labels == "outside"
    names = [] if in_legend else list(content.categories)
    if beside and not in_legend:
        names = [f"{name}\n{text}" if text else name for name, text in zip(names, printed, strict=True)]
    if beside and in_legend and content.printed:
        names = printed
    ring = {"width": 0.42} if content.kind == "donut" else {}
    options: dict[str, Any] = {"startangle": 90, "counterclock": False, "colors": colours}
    options["wedgeprops"] = {**ring, "edgecolor": look.background, "linewidth": 1}
    options["textprops"] = {"fontsize": look.text_size, "color": look.ink}
    wedges, _ = axes.pie(values, labels=names or None, labeldistance=1.08, **options)[:2]
    if content.printed and not beside:
        if min(values) < 6:
            raise Illegible("a slice is too thin for its value")
        distance = 0.79 if content.kind == "donut" else 0.66
        for wedge, text, colour in zip(wedges, printed, colours, strict=True):
            x, y = _middle(wedge, distance)
            axes.text(x, y, text, ha="center", va="center", fontsize=look.text_size, color=contrast(colour))
    if in_legend:
        add_legend(frame, wedges, content.categories, "bottom" if look.legend == "bottom" else "right")
    return frozenset((0, index) for index in range(len(values))) if content.printed else frozenset()


def _middle(wedge: Any, distance: float) -> tuple[float, float]:
    angle = math.radians((wedge.theta1 + wedge.theta2) / 2)
    return distance * math.cos(angle), distance * math.sin(angle)


def draw_scatter(frame: Frame) -> frozenset[Place]:
    """Points over two number axes; nothing is printed."""
    content, look, axes = frame.content, frame.look, frame.axes
    handles = []
    for series, points in enumerate(content.points):
        colour = look.palette[series % len(look.palette)]
        xs, ys = zip(*points, strict=True)
        handles.append(axes.scatter(xs, ys, s=6 * look.line_width**2 + 6, color=colour, alpha=0.8, linewidths=0))
    limits, ticks = nice_axis(0, max(x for row in content.points for x, _ in row), 5)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlim(*limits)
    style_axes(frame, value_axis=True)
    if len(content.series) > 1:
        add_legend(frame, handles, content.series, "right" if look.legend in {"direct", "inside"} else look.legend)
    return frozenset()


def draw_dots(frame: Frame) -> frozenset[Place]:
    """A row of dots for each category, the values beside the outer dots."""
    content, look, axes = frame.content, frame.look, frame.axes
    count = len(content.categories)
    printed: set[Place] = set()
    for category in range(count):
        numbers = [row[category] for row in content.values]
        axes.plot([content.axis[0], content.axis[1]], [category] * 2, color=look.muted, alpha=0.25, lw=0.8, zorder=1)
        if len(numbers) > 1:
            axes.plot([min(numbers), max(numbers)], [category] * 2, color=look.muted, lw=1.6, zorder=2)
    for series, values in enumerate(content.values):
        colour = look.palette[series % len(look.palette)]
        axes.scatter(values, range(count), s=9 * look.text_size - 40, color=colour, zorder=3)
        for category in content.printed:
            others = [row[category] for row in content.values]
            right = values[category] == max(others)
            frame.axes.annotate(
                content.label(values[category]),
                (values[category], category),
                xytext=((1 if right else -1) * (frame.gap + 4), 0),
                textcoords="offset points",
                ha="left" if right else "right",
                va="center_baseline",
                fontsize=look.text_size,
                color=look.ink,
            )
            printed.add((series, category))
    names = ["\n".join(wrapped(name, 0.3 * frame.plot[0] / look.text_size)) for name in content.categories]
    axes.set_yticks(range(count), names)
    axes.set_ylim(count - 0.4, -0.6)
    style_axes(frame, value_axis=look.value_axis or not content.printed)
    widest = max(text_width(content.label(value), look.text_size) for row in content.values for value in row)
    room = (content.axis[1] - content.axis[0]) * (widest + 16) / frame.plot[0]
    axes.set_xlim(content.axis[0] - room, content.axis[1] + room)
    if len(content.series) > 1:
        handles = [Patch(color=look.palette[index % len(look.palette)]) for index in range(len(content.series))]
        add_legend(frame, handles, content.series, "top" if look.legend in {"direct", "inside"} else look.legend)
    return frozenset(printed)
