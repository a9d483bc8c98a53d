"""Tick labels turned by 90 degrees that OCR has read word by word: "18", "to", "29" from the bottom up.

A word as short as it is high does not show that it is turned; the longer ones beside and over it do.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...documents import Box
from ...loaders.parsed import Label
from ..extent import Extent, bounds
from ..numbers import parse_number

LOWER_PART = 0.5
"""Share of the chart's height below which the labels of its x axis stand."""
ASIDE = 0.35
"""Heights of a line by which the middles of two words of one label differ at most."""
OTHER_SIZE = 1.5
"""Times that one word of a label is higher than another at most."""
NEXT_WORD = 0.6
"""Heights of a line between two words at most."""


def join_turned(labels: Sequence[Label], width: float, height: float) -> list[Label]:
    """The labels with the words of turned tick labels joined; `width` and `height` are the figure's pixels.

    A column of words is one turned label where a word of it is known to be turned, or where it stands beside such.
    """
    columns: list[list[int]] = []
    places = [
        Extent(box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height)
        for box in (label.box for label in labels)
    ]
    low = [index for index, place in enumerate(places) if place.cy > LOWER_PART * height]
    for index in sorted(low, key=lambda i: places[i].y0):
        above = next((column for column in columns if _goes_on(places[column[-1]], places[index])), None)
        if above is None:
            columns.append([index])
        else:
            above.append(index)
    columns = [column for column in columns if _is_text(column, labels)]
    turned = [column for column in columns if any(labels[i].vertical for i in column)]
    joined = [column for column in columns if column in turned or _is_beside(column, turned, places)]
    taken = {index for column in joined for index in column[1:]}
    whole = {column[0]: _join([labels[i] for i in column]) for column in joined}
    return [whole.get(index, label) for index, label in enumerate(labels) if index not in taken]


def _goes_on(upper: Extent, lower: Extent) -> bool:
    """Whether a word may stand before another one in a label that runs upwards."""
    small, large = sorted((upper.width, lower.width))
    gap = lower.y0 - upper.y1
    one_line = abs(upper.cx - lower.cx) < ASIDE * small and large < OTHER_SIZE * small
    return one_line and lower.y0 >= upper.cy and abs(gap) < NEXT_WORD * small


def _is_text(column: Sequence[int], labels: Sequence[Label]) -> bool:
    return len(column) > 1 and any(parse_number(labels[i].text) is None for i in column)


def _is_beside(column: Sequence[int], turned: Sequence[Sequence[int]], places: Sequence[Extent]) -> bool:
    """Whether a column of words begins and ends about where turned labels do."""
    own = Extent(*bounds([places[i] for i in column]))
    others = [Extent(*bounds([places[i] for i in other])) for other in turned]
    return any(abs(own.y0 - o.y0) < 0.5 * own.width and own.y1 < o.y1 + own.width for o in others)


def _join(words: Sequence[Label]) -> Label:
    text = " ".join(label.text for label in reversed(words))
    box = Box(
        min(label.box.x0 for label in words),
        min(label.box.y0 for label in words),
        max(label.box.x1 for label in words),
        max(label.box.y1 for label in words),
    )
    return Label(text, box, min(label.confidence for label in words), vertical=True)
