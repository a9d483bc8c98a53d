"""Which legend belongs to which chart: keys stand apart from what is drawn, and between two charts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rectangles import Floats, Rectangle, around, around_each, distance, touching, union

_BESIDE = 30.0  # points from a chart to the keys of its legend
_ABOVE = 48.0  # points up or down to them
_LABEL = 10.0  # points from a chart to its tick labels


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


def with_keys(charts: list[Rectangle], keys: Floats, text: PageText) -> list[Rectangle]:
    """Grow charts over the keys of their legends: marks of one size that stand in a row or a column beside them."""
    grown = list(charts)
    labelled = [_with_labels(chart, text) for chart in charts]
    for key in around_each(keys) if charts else ():
        alike = (np.abs((keys[:, 2:] - keys[:, :2]) - (key[2] - key[0], key[3] - key[1])) < 1).all(axis=1)
        in_line = (np.abs(keys[:, :2] - key[:2]) < 1).any(axis=1)
        if (alike & in_line).sum() < 2:
            continue  # one mark alone may be anything
        near = [
            (_titles_between(key, chart, text.lines), distance(key, chart), index)
            for index, chart in enumerate(labelled)
            if _in_reach(key, chart)
        ]
        if near:
            index = min(near)[2]
            grown[index] = union(grown[index], key)
    return grown


def _with_labels(chart: Rectangle, text: PageText) -> Rectangle:
    near = text.labels_near(chart)
    return union(chart, around(near)) if len(near) else chart


def _in_reach(key: Rectangle, chart: Rectangle) -> bool:
    beside = chart[0] - _BESIDE < key[0] and key[2] < chart[2] + _BESIDE
    return beside and chart[1] - _ABOVE < key[1] and key[3] < chart[3] + _ABOVE


def _titles_between(key: Rectangle, chart: Rectangle, lines: Floats) -> int:
    """Lines that stand alone between a legend and a chart, as titles and captions do and tick labels do not."""
    top, bottom = min(key[3], chart[3]), max(key[1], chart[1])
    middles = (lines[:, 1] + lines[:, 3]) / 2
    beside = (lines[:, 0] < chart[2]) & (lines[:, 2] > chart[0])
    between = middles[(middles > top) & (middles < bottom) & beside]
    return sum(int((np.abs(between - middle) < 3).sum() == 1) for middle in between)
