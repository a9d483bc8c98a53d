"""What tells a chart from the rules and shading of a table, among the painted paths of a page.

Boxes are `x0, y0, x1, y1` in points with the origin at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rectangles import Floats, Rectangle, touching

Ints = NDArray[np.int64]

_THIN = 2.0  # points; painted things thinner than this are rules
_NEXT_BAR = 2.0  # times the thickness of a bar, to the next one of the same chart
_KEY_SIZE = 13.0  # points
_MANY_KEYS = 500  # small marks on a page are no legends
_CURVE_SIZE = 15.0  # points; smaller curves are glyphs, icons, markers
_MARK_SIZES = (1.5, 14.0)  # points of the marks of a scatter plot
_MARKS = 8  # of one size, at least, make a scatter plot
_MANY_MARKS = 2_000  # of one size are taken as one plot
_NEXT_MARK = 60.0  # points to the nearest mark of the same plot


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


def bar_families(paths: Paths, lines: Floats) -> Ints:
    """For each path the number of the group of bars that it belongs to, or -1.

    The bars of a group stand on, hang from, or start at one line, side by side.
    """
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    blocks = (paths.segments >= 4) & (paths.segments <= 5) & (sizes.min(axis=1, initial=np.inf) >= _THIN)
    blocks[blocks] &= ~_behind_text(paths.boxes[blocks], lines)
    rules = paths.boxes[(sizes.min(axis=1, initial=np.inf) < _THIN) & (sizes.max(axis=1, initial=0) > _THIN)]
    families = np.full(len(sizes), -1, np.int64)
    for base, tip, across in ((3, 1, 0), (0, 2, 1), (1, 3, 0), (2, 0, 1)):
        for group in _bars(paths.boxes, np.flatnonzero(blocks & (families < 0)), rules, base, tip, across):
            families[group] = families.max() + 1
    return families


def mark_families(paths: Paths, lines: Floats) -> Ints:
    """For each path the number of the scatter plot whose marks it is one of, or -1.

    Marks are equally large and lie anywhere: bullets, keys, ticks and dots in the cells of a table share columns and
    rows.
    """
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    least, most = sizes.min(axis=1, initial=np.inf), sizes.max(axis=1, initial=0)
    small = np.flatnonzero((least > _MARK_SIZES[0]) & (most < _MARK_SIZES[1]) & (paths.segments >= 4))
    families = np.full(len(sizes), -1, np.int64)
    if len(small) < _MARKS:
        return families
    small = small[~_behind_text(paths.boxes[small], lines)]
    kinds = np.round(np.column_stack([sizes[small] * 2, paths.segments[small]])).astype(np.int64)
    _, kind = np.unique(kinds, axis=0, return_inverse=True)
    for value in np.unique(kind):
        for cluster in _clusters(paths.boxes, small[kind.ravel() == value]):
            if len(cluster) >= _MARKS and _scattered(paths.boxes[cluster], curved=paths.segments[cluster[0]] > 5):
                families[cluster] = families.max() + 1
    return families


def is_shaded_table(box: Rectangle, lines: Floats, bars: Floats) -> bool:
    """Rows of text that the bars do not belong to: the blocks are shading of a table's cells."""
    inside = lines[touching(box, lines)]
    bars = bars[touching(box, bars)]
    middles = (inside[:, 1] + inside[:, 3]) / 2
    rows = [value for value in np.unique(np.round(middles)) if (np.abs(middles - value) < 2).sum() >= 3]
    barred = sum(bool(((bars[:, 1] < value) & (value < bars[:, 3])).any()) for value in rows)
    return len(rows) >= 4 and barred < 0.5 * len(rows)


def legend_keys(paths: Paths, lines: Floats) -> Floats:
    """Boxes of small marks that could be the keys of a legend."""
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    small = (sizes.max(axis=1, initial=0) <= _KEY_SIZE) & (sizes.min(axis=1, initial=np.inf) > _THIN)
    boxes: Floats = paths.boxes[small]
    if len(boxes) > _MANY_KEYS:
        return boxes[:0]
    icons = paths.boxes[(sizes.max(axis=1, initial=0) <= 3 * _KEY_SIZE) & ~small]
    on_icon = (boxes[:, None, :2] > icons[:, :2]).all(axis=2) & (boxes[:, None, 2:] < icons[:, 2:]).all(axis=2)
    return np.asarray(boxes[~on_icon.any(axis=1) & ~_behind_text(boxes, lines)])


def _behind_text(blocks: Floats, lines: Floats) -> NDArray[np.bool_]:
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


def _clusters(boxes: Floats, marks: Ints) -> list[Ints]:
    """Marks that lie near each other, or with others between them."""
    if len(marks) > _MANY_MARKS:
        return [marks]
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
            reach = (box[0] - _NEXT_MARK, box[1] - _NEXT_MARK, box[2] + _NEXT_MARK, box[3] + _NEXT_MARK)
            near = touching(reach, boxes[marks]) & ~cluster
            cluster |= near
            front += np.flatnonzero(near).tolist()
        free &= ~cluster
        clusters.append(marks[cluster])
    return clusters


def _bars(boxes: Floats, blocks: Ints, rules: Floats, base: int, tip: int, across: int) -> list[Ints]:
    """Groups of blocks that begin on one line and end at different places, equally thick, at even distances.

    `base` and `tip` are the columns of `boxes` where bars begin and end, `across` the one in which they lie apart.
    """
    found: list[Ints] = []
    bases = np.round(boxes[blocks, base]).astype(np.int64)
    values, counts = np.unique(bases, return_counts=True)
    for value in values[counts > 1]:
        for group in _equally_thick(boxes, blocks[bases == value], across):
            if len(group) < 2 or len(set(np.round(boxes[group, tip]).tolist())) < 2:
                continue
            if _stand_as_bars(boxes[group], tip, across) or _on_axis(boxes[group], rules, base, across):
                gaps = boxes[group[1:], across] - boxes[group[:-1], across + 2]
                thick = np.median(boxes[group, across + 2] - boxes[group, across])
                # Two charts may stand side by side on one height.
                parts = np.split(group, np.flatnonzero(gaps > _NEXT_BAR * thick) + 1)
                found += parts if min(map(len, parts)) > 1 else [group]
    return found


def _equally_thick(boxes: Floats, blocks: Ints, across: int) -> list[Ints]:
    """The blocks by thickness, each group in the order in which they lie."""
    if len(blocks) < 2:
        return []
    thick = boxes[blocks, across + 2] - boxes[blocks, across]
    order = np.argsort(thick, kind="stable")
    steps = np.diff(thick[order]) > np.maximum(1.0, 0.1 * thick[order[:-1]])
    groups = np.split(blocks[order], np.flatnonzero(steps) + 1)
    return [group[np.argsort(boxes[group, across], kind="stable")] for group in groups]


def _on_axis(bars: Floats, rules: Floats, base: int, across: int) -> bool:
    """Whether two or more bars stand apart on the line of an axis, however alike their lengths are."""
    if len(bars) < 2:
        return False
    gaps = bars[1:, across] - bars[:-1, across + 2]
    thick = float(np.median(bars[:, across + 2] - bars[:, across]))
    other = 1 - across
    on_line = (np.abs(rules[:, other] - bars[0, base]) < 2) & (rules[:, other + 2] - rules[:, other] < _THIN)
    spanning = (rules[:, across] <= bars[0, across] + 2) & (rules[:, across + 2] >= bars[-1, across + 2] - 2)
    return bool(gaps.min() > 0.1 * thick and gaps.max() < 5 * thick and (on_line & spanning).any())


def _stand_as_bars(boxes: Floats, tip: int, across: int) -> bool:
    """Whether blocks, in order, that begin on one line are bars rather than the shaded cells of a table."""
    if len(boxes) < 3:
        return False
    thick = float(np.median(boxes[:, across + 2] - boxes[:, across]))
    gaps = boxes[1:, across] - boxes[:-1, across + 2]
    # Cells of a table end on few common lines; bars end wherever their values say.
    tips = len(np.unique(np.round(boxes[:, tip])))
    if tips < max(3, 0.5 * len(boxes)) or gaps.max() > 5 * thick or gaps.min() < -0.1 * thick:
        return False
    # Cells of a table touch each other as well; of bars only those of one group do, and the many of a histogram.
    apart = np.flatnonzero(gaps > 0.3 * thick)
    runs = np.diff(np.concatenate([[-1], apart, [len(boxes) - 1]]))
    grouped = len(runs) > 1 and bool((runs == runs[0]).all())
    return grouped or bool(np.median(gaps) > 0.1 * thick) or (across == 0 and len(boxes) >= 6)
