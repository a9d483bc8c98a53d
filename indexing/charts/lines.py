"""Numbers at the points of lines: which line, and which place on the axis below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .blocks import Block
from .graphics import Dot, Stroke
from .marks import Mark
from .palette import Color, color_distance, is_neutral
from .series import INKS, Entry, entry_by_color

NEAR = 3.0
"""Heights of a line of text between a number and the line that it belongs to."""


def strokes_of_values(
    values: Sequence[Mark], strokes: Sequence[Stroke], inks: Mapping[int, Color]
) -> dict[int, tuple[Stroke, float]]:
    """The line of each number by its `id`, and how sure that is (0 to 1): by the number's colour, else the nearest."""
    found: dict[int, tuple[Stroke, float]] = {}
    for value in values:
        ink = inks.get(id(value))
        if ink is not None and not is_neutral(ink):
            same = sorted((color_distance(ink, stroke.color), n) for n, stroke in enumerate(strokes))
            if same and same[0][0] <= INKS and (len(same) == 1 or same[1][0] - same[0][0] > 12):
                found[id(value)] = (strokes[same[0][1]], 1.0)
                continue
        near = sorted(
            (distance, n) for n, stroke in enumerate(strokes) if (distance := _distance(value, stroke)) is not None
        )
        if near and near[0][0] < NEAR * value.line_height:
            sure = 1.0 if len(near) == 1 or near[1][0] > 1.5 * near[0][0] + 0.3 * value.line_height else 0.5
            found[id(value)] = (strokes[near[0][1]], sure)
    return found


def _distance(value: Mark, stroke: Stroke) -> float | None:
    """From the edge of a number to a line, straight up or down or from its side at the line's end."""
    at = stroke.at(value.cx, 0.6 * value.width + 3.0)
    if at is not None:
        return max(0.0, value.y0 - at, at - value.y1)
    for end, gap in ((0, stroke.x[0] - value.x1), (-1, value.x0 - stroke.x[-1])):
        if -value.width < gap < 2 * value.line_height:
            return max(0.0, gap) + max(0.0, value.y0 - stroke.y[end], stroke.y[end] - value.y1)
    return None


def line_entries(
    strokes: Sequence[Stroke], legend: Sequence[Entry], names: Sequence[Block], inks: Mapping[int, Color]
) -> list[Entry]:
    """The lines' names with the lines' colours: from the legend, from names in a line's colour, or beside its end."""
    if legend:
        return list(legend)
    names = [name for name in names if len(name.text) > 1]  # a marker read as a letter
    colored = [
        Entry(name, ink) for name in names if (ink := inks.get(id(name.marks[0]))) is not None and not is_neutral(ink)
    ]
    entries: list[Entry] = []
    for stroke in strokes:
        entry = entry_by_color(stroke.color, colored, INKS)
        if entry is not None and entry.name not in [known.name for known in entries]:
            entries.append(Entry(entry.name, stroke.color))
    if entries:
        return entries
    taken: set[int] = set()
    for stroke in strokes:
        near = sorted(
            (distance, n)
            for n, name in enumerate(names)
            if n not in taken and (distance := _end_distance(name, stroke)) is not None
        )
        near = near or sorted(
            (distance, n)
            for n, name in enumerate(names)
            if n not in taken and (distance := _beside_distance(name, stroke, strokes)) is not None
        )
        if near:
            taken.add(near[0][1])
            entries.append(Entry(names[near[0][1]], stroke.color))
    return entries


def _end_distance(name: Block, stroke: Stroke) -> float | None:
    """Between a name and the end of a line at its left, at about its height."""
    gap = name.x0 - stroke.x[-1]
    off = max(0.0, name.y0 - stroke.y[-1], stroke.y[-1] - name.y1)
    line = name.line_height
    return abs(gap) + 2 * off if -line < gap < 6 * line and off < 1.5 * line else None


def _beside_distance(name: Block, stroke: Stroke, strokes: Sequence[Stroke]) -> float | None:
    """Between a name and the line that it stands over or under, if that is the nearest one."""
    distances = []
    for other in strokes:
        at = other.at(name.cx, name.width)
        distances.append(float("inf") if at is None else max(0.0, name.y0 - at, at - name.y1))
    own = distances[strokes.index(stroke)]
    others = [distance for other, distance in zip(strokes, distances, strict=True) if other is not stroke]
    near = own < 1.5 * name.line_height and own < min(others, default=float("inf"))
    return 10 * name.line_height + own if near else None


def tick_under(x: float, ticks: Sequence[Block], reach: float) -> Block | None:
    """The tick label at `x`, None where it is further than `reach`."""
    near = min(ticks, key=lambda tick: (abs(tick.cx - x), tick.x0), default=None)
    return near if near is not None and abs(near.cx - x) <= reach else None


def place_of(value: Mark, stroke: Stroke | None, dots: Sequence[Dot]) -> float:
    """Where on the axis a number belongs: at the marker next to it, else under its middle."""
    if stroke is not None and not stroke.x[0] <= value.cx <= stroke.x[-1]:
        return stroke.x[0] if value.cx < stroke.x[0] else stroke.x[-1]
    near = [
        dot
        for dot in dots
        if abs(dot.cx - value.cx) < 0.8 * value.width + dot.width
        and min(abs(dot.y0 - value.y1), abs(value.y0 - dot.y1), abs(dot.cy - value.cy)) < 1.2 * value.line_height
        and (stroke is None or color_distance(dot.color, stroke.color) <= INKS)
    ]
    return min(near, key=lambda dot: abs(dot.cx - value.cx)).cx if near else value.cx
