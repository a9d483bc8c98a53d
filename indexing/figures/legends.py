"""Which legend belongs to which chart: keys stand apart from what is drawn, and between two charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from .marks import Paths, behind_text
from .rectangles import Floats, Rectangle, around, around_each, distance, touching, union

_BESIDE = 30.0  # points from a chart to the keys of its legend
_ABOVE = 48.0  # points up or down to them
_LABEL = 10.0  # points from a chart to its tick labels
_KEY_SIZE = 13.0  # points
_KEY_WIDTH = 30.0  # points
_MANY_KEYS = 500  # small marks on a page are no legends
_THIN = 2.0  # points; thinner ones are pieces of lines
_TO_NAME = 1.4  # times the height of a name, from a key to the name at its right
_NEXT_IN_ROW = 5.0
_NEXT_IN_COLUMN = 1.5  # times the height of a name, from an entry to the next one


@dataclass(frozen=True, slots=True)
class PageText:
    """The boxes of a page's lines, and which of them are running text, which begin a figure's caption."""

    lines: Floats
    prose: NDArray[np.bool_]
    captions: NDArray[np.bool_]

    def labels_near(self, box: Rectangle) -> Floats:
        """The boxes of the lines within ten points of a box that are no running text."""
        labels = self.lines[~self.prose]
        reach = (box[0] - _LABEL, box[1] - _LABEL, box[2] + _LABEL, box[3] + _LABEL)
        return labels[touching(reach, labels)]


def legend_keys(paths: Paths, lines: Floats) -> Floats:
    """Boxes of small marks, and of pieces of lines, that could be the keys of a legend."""
    sizes = paths.boxes[:, 2:] - paths.boxes[:, :2]
    small = (sizes[:, 1] <= _KEY_SIZE) & (sizes[:, 0] <= _KEY_WIDTH) & (sizes.max(axis=1, initial=0) > _THIN)
    boxes: Floats = paths.boxes[small]
    if len(boxes) > _MANY_KEYS:
        return boxes[:0]
    icons = paths.boxes[(sizes.max(axis=1, initial=0) <= 3 * _KEY_SIZE) & ~small]
    on_icon = (boxes[:, None, :2] > icons[:, :2]).all(axis=2) & (boxes[:, None, 2:] < icons[:, 2:]).all(axis=2)
    return np.asarray(boxes[~on_icon.any(axis=1) & ~behind_text(boxes, lines)])


def find_legends(keys: Floats, text: PageText) -> list[Rectangle]:
    """The legends of a page: two or more entries in a row or a column, each a key with a name at its right."""
    names = text.lines[~text.prose]
    legends: list[list[tuple[Rectangle, Rectangle]]] = []
    for key in around_each(keys):
        entry = _entry(key, names)
        if entry is None:
            continue
        near = [legend for legend in legends if any(_follows(key, entry, *other) for other in legend)]
        merged = [(key, entry), *(other for legend in near for other in legend)]
        legends = [legend for legend in legends if legend not in near] + [merged]
    return [reduce(union, (entry for _, entry in legend)) for legend in legends if len(legend) > 1]


def with_legends(
    charts: list[Rectangle], keys: Floats, legends: Sequence[Rectangle], text: PageText
) -> list[Rectangle]:
    """Grow charts over their legends, and over keys of one size in a row or a column whose names stand elsewhere."""
    if not charts:
        return []
    grown = list(charts)
    labelled = [_with_labels(chart, text) for chart in charts]
    for legend in [*legends, *_bare_keys(keys)]:
        near = [
            (_titles_between(legend, chart, text.lines), distance(legend, chart), index)
            for index, chart in enumerate(labelled)
            if _in_reach(legend, chart)
        ]
        if near:
            index = min(near)[2]
            grown[index] = union(grown[index], legend)
    return grown


def _entry(key: Rectangle, names: Floats) -> Rectangle | None:
    """The box of a key with its name; None without a name."""
    height = names[:, 3] - names[:, 1]
    gap = names[:, 0] - key[2]
    level = np.abs(names[:, 1] + names[:, 3] - key[1] - key[3]) < 0.8 * height
    found = np.flatnonzero(level & (gap > -0.1 * height) & (gap < _TO_NAME * height))
    if not len(found):
        return None
    return union(key, around(names[found[gap[found].argmin()]][None]))


def _follows(key: Rectangle, entry: Rectangle, other_key: Rectangle, other: Rectangle) -> bool:
    """Whether two entries are next to each other in a legend, their keys of one size."""
    if abs(key[2] - key[0] - other_key[2] + other_key[0]) > 1 or abs(key[3] - key[1] - other_key[3] + other_key[1]) > 1:
        return False
    height = min(entry[3] - entry[1], other[3] - other[1])
    beside = max(entry[0] - other[2], other[0] - entry[2])
    below = max(entry[1] - other[3], other[1] - entry[3])
    in_row = abs(key[1] - other_key[1]) < 2 and beside < _NEXT_IN_ROW * height
    in_column = abs(key[0] - other_key[0]) < 2 and below < _NEXT_IN_COLUMN * height
    return in_row or in_column


def _bare_keys(keys: Floats) -> list[Rectangle]:
    """Small marks of one size in a row or a column, wherever their names stand."""
    sizes = keys[:, 2:] - keys[:, :2]
    marks = keys[(sizes.max(axis=1, initial=0) <= _KEY_SIZE) & (sizes.min(axis=1, initial=np.inf) > _THIN)]
    found: list[Rectangle] = []
    for key in around_each(marks):
        alike = (np.abs((marks[:, 2:] - marks[:, :2]) - (key[2] - key[0], key[3] - key[1])) < 1).all(axis=1)
        in_line = (np.abs(marks[:, :2] - key[:2]) < 1).any(axis=1)
        if (alike & in_line).sum() > 1:  # one mark alone may be anything
            found.append(key)
    return found


def _with_labels(chart: Rectangle, text: PageText) -> Rectangle:
    near = text.labels_near(chart)
    return union(chart, around(near)) if len(near) else chart


def _in_reach(legend: Rectangle, chart: Rectangle) -> bool:
    beside = chart[0] - _BESIDE < legend[0] and legend[2] < chart[2] + _BESIDE
    over = chart[0] < (legend[0] + legend[2]) / 2 < chart[2]
    right = 0 <= legend[0] - chart[2] < _BESIDE
    return (over or beside or right) and chart[1] - _ABOVE < legend[1] and legend[3] < chart[3] + _ABOVE


def _titles_between(legend: Rectangle, chart: Rectangle, lines: Floats) -> int:
    """Lines that stand alone between a legend and a chart, as titles and captions do and tick labels do not."""
    top, bottom = min(legend[3], chart[3]), max(legend[1], chart[1])
    middles = (lines[:, 1] + lines[:, 3]) / 2
    beside = (lines[:, 0] < chart[2]) & (lines[:, 2] > chart[0])
    between = middles[(middles > top) & (middles < bottom) & beside]
    return sum(int((np.abs(between - middle) < 3).sum() == 1) for middle in between)
