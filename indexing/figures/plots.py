"""What belongs to one plot though it lies apart: the lines of a grid, and curves over the same stretch.

Boxes are `x0, y0, x1, y1` in points with the origin at the top left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .marks import Ints, Paths, nothing_between
from .rectangles import Floats, around, distance

_THIN = 2.0  # points
_EDGE = 1.0  # points within which lines of a grid begin and end
_LINES = 3  # of a grid, at least
_EVEN = 0.03  # share by which their steps differ
_CURVES = 24  # of one page, at most, are compared
_APART = 200.0  # points between two curves of one plot


def grid_families(paths: Paths) -> Ints:
    """For each path the number of the grid that it is a line of, or -1: lines of one length at even steps."""
    families = np.full(len(paths.boxes), -1, np.int64)
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    for along, across in ((0, 1), (1, 0)):
        thin = sizes[:, across] - 2 * paths.strokes < _THIN
        rules = np.flatnonzero(thin & (sizes[:, along] > 10 * _THIN) & (paths.segments <= 5))
        ends = np.round(paths.boxes[rules][:, [along, along + 2]] / _EDGE).astype(np.int64)
        for pair in np.unique(ends, axis=0):
            group = rules[(np.abs(ends - pair) <= 1).all(axis=1)]
            group = group[families[group] < 0]
            places = (paths.boxes[group, across] + paths.boxes[group, across + 2]) / 2
            if _at_even_steps(places):
                families[group] = families.max() + 1
    return families


def _at_even_steps(places: Floats) -> bool:
    """Whether lines lie at even steps; the axis may be drawn over a line of the grid."""
    places = np.sort(places)
    places = places[np.diff(places, prepend=-np.inf) > _THIN]
    if len(places) < _LINES:
        return False
    steps = np.diff(places)
    return bool(np.ptp(steps) < max(_EVEN * steps.max(), 1.0))


def line_families(paths: Paths, strokes: NDArray[np.bool_], lines: Floats) -> Ints:
    """For each path the number of the plot that it is a curve of, or -1: curves over one stretch, no text between."""
    families = np.full(len(paths.boxes), -1, np.int64)
    curves = np.flatnonzero(strokes)
    if len(curves) > _CURVES:
        return families
    for index, first in enumerate(curves):
        for second in curves[index + 1 :]:
            one, other = around(paths.boxes[[first]]), around(paths.boxes[[second]])
            same = abs(one[0] - other[0]) < 2 and abs(one[2] - other[2]) < 2
            if same and distance(one, other) < _APART and nothing_between(one, other, lines):
                known = sorted({int(families[first]), int(families[second])} - {-1})
                families[[first, second]] = known[0] if known else families.max() + 1
                families[np.isin(families, known)] = families[first]
    return families
