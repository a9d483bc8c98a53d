"""What tells a chart from the rules and shading of a table, among the painted paths of a page.

Boxes are `x0, y0, x1, y1` in points with the origin at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rectangles import Floats, Rectangle, around, distance, touching, union

Ints = NDArray[np.int64]

_THIN = 2.0  # points; painted things thinner than this are rules
_CURVE_SIZE = 15.0  # points; smaller curves are glyphs, icons, markers
_MARK_SIZES = (1.5, 14.0)  # points of the marks of a scatter plot
_MARKS = 8  # of one size, at least, make a scatter plot
_ROWS_OF_MARKS = 4  # round ones at even distances, at least, make a dot plot
_ROWS_OF_PAIRS = 3  # of two or more round ones each, at least, make one, too
_ONE_ROW = 1.0  # points by which the marks of a row differ
_UNEVEN = 2.0  # points by which the distances of rows differ, rounded places and all
_OWN_COLUMNS = 0.75  # share of such marks, at least, that have a column of their own
_FEW_MARKS = 60  # of one size lie apart as well
_MANY_MARKS = 2_000  # of one size are taken as one plot
_NEXT_MARK = 60.0  # points to the nearest mark of the same plot
_APART = 1.5  # times the usual distance between neighbours, where that is more
_SPARSE = 200.0  # points to it in a plot of few marks


@dataclass(frozen=True, slots=True)
class Paths:
    """The painted paths of a page.

    `boxes` is `(n, 4)`, `segments` the number of points each path is made of, `group` the number of the embedded
    drawing (form) that a path is part of, or -1, `strokes` the width of the stroke by which `boxes` exceed the path on
    each side.
    """

    boxes: Floats
    segments: Ints
    group: Ints
    strokes: Floats

    def __getitem__(self, kept: Ints) -> Paths:
        """The paths at the positions `kept`."""
        return Paths(self.boxes[kept], self.segments[kept], self.group[kept], self.strokes[kept])


def strokes_of(paths: Paths) -> NDArray[np.bool_]:
    """Curves, polylines and diagonals, which no table has."""
    width, height = (paths.boxes[:, 2:] - paths.boxes[:, :2] - 2 * paths.strokes[:, None]).T
    curves = (np.maximum(width, height) > _CURVE_SIZE) & (paths.segments >= 6) & (np.minimum(width, height) > _THIN)
    diagonals = (paths.segments <= 3) & (width > _THIN) & (height > _THIN)
    return np.asarray(curves | (diagonals & (diagonals.sum() >= 3)), np.bool_)


def mark_families(paths: Paths, lines: Floats) -> Ints:
    """For each path the number of the scatter plot whose marks it is one of, or -1.

    Marks are equally large and lie anywhere: bullets, keys, ticks and dots in the cells of a table share columns and
    rows.
    """
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    least, most = sizes.min(axis=1, initial=np.inf), sizes.max(axis=1, initial=0)
    small = np.flatnonzero((least > _MARK_SIZES[0]) & (most < _MARK_SIZES[1]) & (paths.segments >= 4))
    families = np.full(len(sizes), -1, np.int64)
    if len(small) < _ROWS_OF_MARKS:
        return families
    small = small[~behind_text(paths.boxes[small], lines)]
    kinds = np.round(np.column_stack([sizes[small] * 2, paths.segments[small]])).astype(np.int64)
    _, kind = np.unique(kinds, axis=0, return_inverse=True)
    for value in np.unique(kind):
        alike = small[kind.ravel() == value]
        if paths.segments[alike[0]] > 5 and _in_even_rows(paths.boxes[alike]):
            families[alike] = families.max() + 1
            continue
        for cluster in _clusters(paths.boxes, alike, lines):
            curved = bool(paths.segments[cluster[0]] > 5)
            boxes = paths.boxes[cluster]
            if (len(cluster) >= _MARKS and _scattered(boxes, curved=curved)) or (curved and _in_even_rows(boxes)):
                families[cluster] = families.max() + 1
    return families


def behind_text(blocks: Floats, lines: Floats) -> NDArray[np.bool_]:
    """Blocks that text fills: highlighting and shading. A value printed on a bar fills but a part of it."""
    if not len(lines):
        return np.zeros(len(blocks), bool)
    middle_x, middle_y = (lines[:, 0] + lines[:, 2]) / 2, (lines[:, 1] + lines[:, 3]) / 2
    inside = (blocks[:, None, 0] < middle_x) & (middle_x < blocks[:, None, 2])
    inside &= (blocks[:, None, 1] < middle_y) & (middle_y < blocks[:, None, 3])
    inside &= (lines[:, 2] - lines[:, 0]) > 0.4 * (blocks[:, 2] - blocks[:, 0])[:, None]
    filled = inside @ (lines[:, 3] - lines[:, 1])
    return np.asarray(filled > 0.5 * (blocks[:, 3] - blocks[:, 1]), np.bool_)


def _scattered(boxes: Floats, *, curved: bool) -> bool:
    """Whether marks lie anywhere rather than in the columns and rows of a grid, as cells of a table do."""
    across, down = (len(np.unique(np.round(boxes[:, axis]))) for axis in (0, 1))
    if not curved:
        width, height = boxes[0, 2:] - boxes[0, :2]
        return min(across, down) >= max(4, 0.5 * len(boxes)) and bool(abs(width - height) < 0.15 * width)
    return min(across, down) >= 4 and across * down >= 3 * len(boxes)


def _in_even_rows(boxes: Floats) -> bool:
    """Whether marks lie, equally many in each, in some rows at even distances, and in hardly any common columns.

    Values are printed beside the marks, so that text may stand between them.
    """
    places = np.unique(np.round((boxes[:, :2] + boxes[:, 2:]) / 2), axis=0)  # outline and filling are two paths
    tops = np.sort(places[:, 1])
    starts = np.flatnonzero(np.diff(tops, prepend=-np.inf) > _ONE_ROW)
    counts, rows = np.diff(starts, append=len(tops)), tops[starts]
    if np.ptp(counts) or len(rows) < (_ROWS_OF_MARKS if counts[0] == 1 else _ROWS_OF_PAIRS):
        return False
    apart = len(np.unique(places[:, 0])) >= max(_ROWS_OF_MARKS, _OWN_COLUMNS * len(places))
    steps = np.diff(rows)
    return apart and bool(steps.min() > _MARK_SIZES[1] / 2 and np.ptp(steps) <= _UNEVEN)


def _clusters(boxes: Floats, marks: Ints, lines: Floats) -> list[Ints]:
    """Marks that lie near each other, or with others between; few ones also further apart, without text between."""
    if len(marks) > _MANY_MARKS:
        return [marks]
    next_mark = max(_NEXT_MARK, _APART * _usual_distance(boxes[marks]))
    clusters: list[Ints] = []
    free = np.ones(len(marks), bool)
    for index in range(len(marks)):
        if not free[index]:
            continue
        cluster = np.zeros(len(marks), bool)
        cluster[index] = True
        front = [index]
        while front:
            box = boxes[marks[front.pop()]]
            reach = (box[0] - next_mark, box[1] - next_mark, box[2] + next_mark, box[3] + next_mark)
            near = touching(reach, boxes[marks]) & ~cluster
            cluster |= near
            front += np.flatnonzero(near).tolist()
        free &= ~cluster
        clusters.append(marks[cluster])
    return _joined_clusters(boxes, clusters, lines) if len(marks) <= _FEW_MARKS else clusters


def _usual_distance(boxes: Floats) -> float:
    """Median distance from a mark to the nearest other one; 0 for many marks."""
    if not 1 < len(boxes) <= _FEW_MARKS:
        return 0.0
    apart = np.abs(boxes[:, None, :2] - boxes[None, :, :2]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))


def _joined_clusters(boxes: Floats, clusters: list[Ints], lines: Floats) -> list[Ints]:
    """Clusters with nothing printed between them as one: a plot with few marks."""
    joined: list[Ints] = []
    for cluster in clusters:
        own = around(boxes[cluster])
        near = [
            other
            for other in joined
            if distance(own, around(boxes[other])) < _SPARSE and nothing_between(own, around(boxes[other]), lines)
        ]
        kept = [other for other in joined if not any(other is merged for merged in near)]
        joined = [*kept, np.concatenate([cluster, *near])]
    return joined


def nothing_between(first: Rectangle, second: Rectangle, lines: Floats) -> bool:
    """Whether no line of text stands in the box around two boxes but outside of both."""
    over = touching(union(first, second), lines) & ~touching(first, lines) & ~touching(second, lines)
    return not over.any()
