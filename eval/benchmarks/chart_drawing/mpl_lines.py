"""Lines and areas by matplotlib."""

from __future__ import annotations

import itertools
from typing import Any

from .legibility import Place, Point, far_apart, label_sides
from .mpl_frame import Frame, add_legend, style_axes
from .wording import category_turn

DASHES = ("-", "--", "-.", ":")


def draw_lines(frame: Frame) -> frozenset[Place]:
    """Draw lines or areas; returns whose values are printed."""
    content, look, axes = frame.content, frame.look, frame.axes
    xs = range(len(content.categories))
    handles: list[Any] = []
    ends = [content.axis[0] if not content.stacked else 0.0] * len(xs)
    for series, values in enumerate(content.values):
        colour = look.palette[series % len(look.palette)]
        if content.kind == "line":
            marker = "o" if look.markers or content.printed else ""
            dashes = DASHES[series % 4] if look.style == "grey" else "-"
            options: dict[str, Any] = {"color": colour, "linewidth": look.line_width, "linestyle": dashes}
            handles += axes.plot(xs, values, marker=marker, markersize=2.6 * look.line_width + 1, **options)
            continue
        tops = [end + value for end, value in zip(ends, values, strict=True)] if content.stacked else list(values)
        handles.append(axes.fill_between(xs, ends, tops, color=colour, alpha=1.0 if content.stacked else 0.7, lw=0))
        ends = tops if content.stacked else ends
    places = _print_values(frame) if content.printed else frozenset()
    names = [content.categories[index] for index in content.ticks]
    slot = frame.plot[0] / max(1, len(names))
    turn = category_turn(tuple(names), slot, look.text_size, look.turn)
    axes.set_xticks(content.ticks, names, rotation=turn, **({"ha": "right"} if turn not in {0, 90} else {}))
    margin = 0.03 * len(xs)
    axes.set_xlim(-margin - (0.4 if places else 0), len(xs) - 1 + margin + (0.4 if places else 0))
    style_axes(frame, value_axis=look.value_axis or not content.printed or len(content.printed) < len(content.ticks))
    if len(content.series) > 1:
        _name_series(frame, handles)
    return places


def points_on_paper(frame: Frame) -> list[list[Point]]:
    """The lines' points in points, about."""
    content = frame.content
    low, high = content.axis
    across = frame.plot[0] / max(1, len(content.categories) - 1)
    along = frame.plot[1] / (high - low)
    return [[(index * across, (value - low) * along) for index, value in enumerate(row)] for row in content.values]


def _print_values(frame: Frame) -> frozenset[Place]:
    content, look = frame.content, frame.look
    labels = {
        (series, category): content.label(content.values[series][category])
        for series, category in itertools.product(range(len(content.series)), content.printed)
    }
    size = 0.92 * look.text_size
    gap = frame.gap + 1.3 * look.line_width
    for place, side in label_sides(points_on_paper(frame), labels, size, gap).items():
        frame.axes.annotate(
            labels[place],
            (place[1], content.values[place[0]][place[1]]),
            xytext=(0, side * gap),
            textcoords="offset points",
            ha="center",
            va="bottom" if side > 0 else "top",
            fontsize=size,
            color=look.palette[place[0] % len(look.palette)] if len(content.series) > 1 else look.ink,
        )
    return frozenset(labels)


def _name_series(frame: Frame, handles: list[Any]) -> None:
    content, look = frame.content, frame.look
    if look.legend != "direct" or not _direct(frame):
        add_legend(frame, handles, content.series, look.legend if look.legend != "direct" else "right")


def _direct(frame: Frame) -> bool:
    """Names of the series at the ends of their lines or areas, where they keep apart."""
    content, look = frame.content, frame.look
    ends = [row[-1] for row in content.values]
    if content.stacked:
        ends = [sum(ends[:index]) + end / 2 for index, end in enumerate(ends)]
    scale = frame.plot[1] / (content.axis[1] - content.axis[0])
    if content.log or not far_apart([end * scale for end in ends], 1.4 * look.text_size):
        return False
    for series, end in enumerate(ends):
        frame.axes.annotate(
            content.series[series],
            (len(content.categories) - 1, end),
            xytext=(2 * frame.gap + (10 if content.printed else 0), 0),
            textcoords="offset points",
            va="center",
            fontsize=look.text_size,
            color=look.palette[series % len(look.palette)],
            annotation_clip=False,
        )
    return True
