"""Numbers at the points of lines: which line each belongs to, and the place of its point.

Three things tell the line of a number: the colour of its digits, how near the line is, and the height. Heights and
numbers go on evenly, so that the numbers whose line is plain tell where on the page every other one must be. Numbers
that stand over each other belong to different lines.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..graphics import Stroke
from ..marks import Mark, line_height
from ..palette import Color, color_distance
from ..series.series import INKS
from .line_names import has_hue
from .vertices import has_markers, vertices_of

NEAR = 3.0
"""Heights of a line of text between a number and the line that it belongs to, at most."""
OFF_COLOR = 15.0
"""Levels between two colours that count as much as one height of a line between a number and a line."""
OTHER_COLOR = 3.5
"""What the colour of a number counts at most: a marker that its box reaches over may be what was seen."""
OFF_HEIGHT = 2.0
"""Weight of a height of a line by which a line misses the height that a number has on the scale."""
WORST = 3.0
"""Heights of a line beyond which missing the scale counts no more: it may be the number that is misread."""
ON_SCALE = 0.4
"""Heights of a line by which a point may miss the scale."""
FEWEST = 4
"""Numbers that make a scale."""
ASIDE = 1.0
"""Heights of a line that a number may stand beside the bend of the line that it belongs to."""
BESIDE_MARKER = 0.5
"""Heights of a line between a marker and the number beside it."""
MARKERS = frozenset("0oO°")
"""What OCR makes of a marker: none of these is a number off the height of zero."""
MISREAD = 2.0
"""Heights of a line by which the point of a number that OCR has misread misses the scale."""
FIRM = 0.7
"""Share of the numbers on the scale from which on the others are misread, rather than on a scale of their own."""
TWICE = 2.5
"""What a second number at the same point of a line costs, in heights of a line."""
SAME = 0.5
"""Heights of a line within which two points of a line are the same."""
MANY = 7
"""Numbers over each other from which on each takes what is best for itself."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number's place on a line: in pixels, with what speaks against it in heights of a line of text."""

    stroke: Stroke
    x: float
    y: float
    cost: float
    is_end: bool
    """Whether the line begins or ends there."""


@dataclass(frozen=True, slots=True)
class HeightScale:
    """From a number to the height of its point: `pixel = offset + slope * number`."""

    slope: float
    offset: float

    def at(self, number: float) -> float:
        """The height in pixels."""
        return self.offset + self.slope * number


def points_of_values(
    values: Sequence[Mark], strokes: Sequence[Stroke], inks: Mapping[int, Color], scale: HeightScale | None = None
) -> dict[int, tuple[Point, float]]:
    """The point of each number by its `id`, how sure its line is (0 to 1). `scale`: that of the axis, if known.

    0 says that the number cannot be what is printed at the point.
    """
    places = [(np.asarray(stroke.x), np.asarray(stroke.y)) for stroke in strokes]
    near = {id(v): _points_near(v, strokes, places, inks.get(id(v))) for v in values}
    near = {key: points for key, points in near.items() if points}
    marks = [value for value in values if id(value) in near]
    size = line_height(marks)
    vertices = {id(stroke): vertices_of(stroke) for stroke in strokes}
    at_bend = {id(v): [_at_vertex(p, v, vertices[id(p.stroke)], None) for p in near[id(v)]] for v in marks}
    heights = [[(_number(v), min(points[id(v)], key=_cost).y) for v in marks] for points in (at_bend, near)]
    if scale is None or not any(_fits(scale, pairs, ON_SCALE * size) for pairs in heights):
        scale = height_scale(heights[0], ON_SCALE * size) or height_scale(heights[1], ON_SCALE * size)
    if scale is None:
        near = at_bend
    else:
        at = dict(zip(map(id, strokes), places, strict=True))
        moved = {id(v): [_at_vertex(p, v, vertices[id(p.stroke)], scale) for p in near[id(v)]] for v in marks}
        near = {id(v): [_with_height(p, v, scale, at[id(p.stroke)]) for p in moved[id(v)]] for v in marks}
    found: dict[int, tuple[Point, float]] = {}
    for group in _groups(marks, near, size):
        for value, point in zip(group, _shared_out([near[id(v)] for v in group], size), strict=True):
            others = [p.cost for p in near[id(value)] if p is not point]
            sure = 1.0 if min(others, default=math.inf) > point.cost + 0.5 else 0.6
            found[id(value)] = (point, sure)
    scale = scale or height_scale([(_number(v), found[id(v)][0].y) for v in marks], ON_SCALE * size)
    if scale is not None:
        found.update({key: (found[key][0], 0.0) for key in _misread(found, marks, scale, size)})
    return found


def _misread(
    found: Mapping[int, tuple[Point, float]], values: Sequence[Mark], scale: HeightScale, size: float
) -> list[int]:
    """The numbers that belong elsewhere by their height: markers read as zeros, and numbers read in part.

    Numbers that all miss the scale, yet rise with their line, have another one: that of a second axis, or panel.
    """
    missed = {id(v): _missed(found[id(v)][0], v, scale) / size for v in values}
    firm = sum(off <= MISREAD for off in missed.values()) >= FIRM * len(missed)
    zeros = {id(value) for value in values if value.text in MARKERS}
    others = [value for value in values if id(value) not in zeros]
    for stroke in {id(found[id(v)][0].stroke) for v in others}:
        line = [v for v in others if id(found[id(v)][0].stroke) == stroke]
        if all(missed[id(v)] > MISREAD for v in line) and _rises([(_number(v), found[id(v)][0].y) for v in line], size):
            missed.update(dict.fromkeys(map(id, line), 0.0))
    return [key for key, off in missed.items() if off > (1.0 if key in zeros else MISREAD if firm else math.inf)]


def _rises(points: Sequence[tuple[float, float]], size: float) -> bool:
    """Whether two or more points `(number, pixel)` stand the higher on the page, the larger their numbers are."""
    steps = list(itertools.pairwise(sorted(points)))
    return bool(steps) and all(
        low[1] > high[1] if high[0] > low[0] else abs(low[1] - high[1]) < size for low, high in steps
    )


def _missed(point: Point, value: Mark, scale: HeightScale) -> float:
    """Pixels between where a number must be by the scale and its line, which may be steep there."""
    expected = scale.at(_number(value))
    x, y = np.asarray(point.stroke.x), np.asarray(point.stroke.y)
    close = np.abs(x - point.x) <= 0.8 * value.line_height
    return float(np.min(np.abs(np.append(y[close], point.y) - expected)))


def height_scale(pairs: Sequence[tuple[float, float]], tolerance: float) -> HeightScale | None:
    """The scale on which most of the points `(number, pixel)` lie; None where there is none."""
    if len(pairs) < FEWEST:
        return None
    numbers, pixels = (np.asarray(column) for column in zip(*pairs, strict=True))
    first, second = np.triu_indices(len(pairs), 1)
    rise = numbers[second] - numbers[first]
    usable = rise != 0
    slope = (pixels[second] - pixels[first])[usable] / rise[usable]
    offset = pixels[first][usable] - slope * numbers[first][usable]
    on_line = np.abs(offset[:, None] + slope[:, None] * numbers - pixels) <= tolerance
    on_line[slope >= 0] = False  # larger numbers stand higher
    if not len(on_line):
        return None
    best = on_line[on_line.sum(axis=1).argmax()]
    if best.sum() < max(FEWEST, 0.6 * len(pairs)) or np.ptp(pixels[best]) < 4 * tolerance:
        return None
    line = np.polyfit(numbers[best], pixels[best], 1)
    return HeightScale(float(line[0]), float(line[1]))


def _number(value: Mark) -> float:
    return value.number.number if value.number else 0.0


def _cost(point: Point) -> float:
    return point.cost


def _fits(scale: HeightScale, pairs: Sequence[tuple[float, float]], tolerance: float) -> bool:
    return 2 * sum(abs(scale.at(number) - pixel) <= 2 * tolerance for number, pixel in pairs) >= len(pairs)


def _points_near(
    value: Mark, strokes: Sequence[Stroke], places: Sequence[tuple[NDArray[np.float64], ...]], ink: Color | None
) -> list[Point]:
    colors = [color_distance(ink, stroke.color) if ink else 0 for stroke in strokes]
    colored = ink is not None and has_hue(ink) and min(colors, default=INKS + 1) <= INKS
    points: list[Point] = []
    for stroke, (x, y), off_color in zip(strokes, places, colors, strict=True):
        color = min(OTHER_COLOR, (off_color - min(colors)) / OFF_COLOR) if colored else 0.0
        point = _nearest(value, stroke, x, y, color)
        if point is not None:
            points.append(point)
    return points


def _nearest(value: Mark, stroke: Stroke, x: NDArray[np.float64], y: NDArray[np.float64], color: float) -> Point | None:
    """The point of a line that a number stands over, under or beside; None where the line is too far."""
    size = value.line_height
    away = np.hypot(
        np.maximum(np.maximum(value.x0 - x, x - value.x1), 0.0), np.maximum(np.maximum(value.y0 - y, y - value.y1), 0.0)
    )
    nearest = int(away.argmin())
    off = float(away[nearest])
    if off > NEAR * size:
        return None
    at_x, at_y = float(x[nearest]), float(y[nearest])
    if x[0] <= value.cx <= x[-1]:
        # Over or under the line, unless it is so steep there that the number stands beside it.
        middle = float(np.interp(value.cx, x, y))
        upright = max(0.0, value.y0 - middle, middle - value.y1)
        if upright <= 1.6 * off + 0.4 * size:
            at_x, at_y, off = value.cx, middle, upright
    else:
        end = 0 if value.cx < x[0] else -1
        at_x, at_y = float(x[end]), float(y[end])
    is_end = min(abs(at_x - x[0]), abs(at_x - x[-1])) <= 0.6 * size
    return Point(stroke, at_x, at_y, off / size + color, is_end)


def _with_height(
    point: Point, value: Mark, scale: HeightScale, place: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> Point:
    """The point with what its height on the scale says; where the line is steep, a place near by may be right."""
    x, y = place
    expected = scale.at(_number(value))
    close = np.abs(x - point.x) <= 0.4 * value.line_height
    missed = min([abs(point.y - expected), *np.abs(y[close] - expected).tolist()]) / value.line_height
    cost = point.cost + OFF_HEIGHT * min(WORST, max(0.0, missed - 0.5 * ON_SCALE))
    return Point(point.stroke, point.x, point.y, cost, point.is_end)


def _at_vertex(point: Point, value: Mark, vertices: NDArray[np.float64], scale: HeightScale | None) -> Point:
    """The point moved to where the line bends next to it, at the number's height if that is known."""
    size = value.line_height
    places = vertices[:, 0]
    beside = np.maximum(np.maximum(value.x0 - places, places - value.x1), 0.0)
    is_near = np.abs(places - point.x) <= ASIDE * size
    if has_markers(point.stroke):
        is_near |= beside <= BESIDE_MARKER * size
    near = np.flatnonzero(is_near)
    if not len(near):
        return point
    inside = point.stroke.x[0] <= value.cx <= point.stroke.x[-1]
    off = np.abs(vertices[near, 0] - (value.cx if inside else point.x))
    if scale is not None and inside:
        missed = np.abs(vertices[near, 1] - scale.at(_number(value))) - 0.5 * ON_SCALE * size
        off = off + OFF_HEIGHT * np.clip(missed, 0.0, WORST * size)
    best = int(near[int(off.argmin())])
    x, y = vertices[best].tolist()
    is_end = min(abs(x - point.stroke.x[0]), abs(x - point.stroke.x[-1])) <= 0.3 * size
    return Point(point.stroke, x, y, point.cost, is_end or best in {0, len(vertices) - 1})


def _groups(values: Sequence[Mark], near: Mapping[int, Sequence[Point]], size: float) -> list[list[Mark]]:
    """Numbers whose points have one place on the axis."""
    place = {id(v): min(near[id(v)], key=_cost).x for v in values}
    groups: list[list[Mark]] = []
    for value in sorted(values, key=lambda v: (place[id(v)], v.cy)):
        if groups and place[id(value)] - place[id(groups[-1][-1])] < 0.6 * size:
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


def _shared_out(choices: Sequence[Sequence[Point]], size: float) -> list[Point]:
    """A point for each number, so that all together fit best and no line has two numbers at one place."""
    if len(choices) > MANY:
        return [min(points, key=_cost) for points in choices]
    best: tuple[float, list[Point]] = (math.inf, [])

    def go_on(taken: list[Point], cost: float) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if len(taken) == len(choices):
            best = (cost, list(taken))
            return
        for point in sorted(choices[len(taken)], key=_cost)[:4]:
            twice = any(point.stroke is other.stroke and abs(point.x - other.x) < SAME * size for other in taken)
            go_on([*taken, point], cost + point.cost + (TWICE if twice else 0.0))

    go_on([], 0.0)
    return best[1]
