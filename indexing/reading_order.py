"""The order in which a person reads the labels of a figure: rows from top to bottom, each from left to right,
except that lines of running text stay together, so that two columns of prose are read one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from .documents import Box
from .loaders.parsed import Label

PROSE_LINES = 3
"""Fewest stacked lines that make a block of prose."""
PROSE_WORDS = 3.0
"""Fewest words a line of prose has on average; a CJK character counts as half a word."""
SAME_ROW = 0.5
"""Share of the lower line's height by which two labels of one row overlap vertically."""


def reading_order(labels: Sequence[Label], aspect: float = 1.0) -> list[Label]:
    """The same labels in reading order; ties keep the given order. `aspect` is the figure's width over its height."""
    rows = text_rows(labels)
    row_of = {index: number for number, row in enumerate(rows) for index in row}
    emitted: set[int] = set()
    block_of = {index: block for block in _prose_blocks(labels, row_of, rows, aspect) for index in block}
    order: list[int] = []
    for row in rows:
        for index in row:
            for line in block_of.get(index, (index,)):
                for member in _whole_line(line, block_of, rows[row_of[line]], labels):
                    if member not in emitted:
                        emitted.add(member)
                        order.append(member)
    return [labels[index] for index in order]


def text_rows(labels: Sequence[Label]) -> list[list[int]]:
    """Indices of the labels by row, rows from top to bottom, each row from left to right.

    A turned label spans many rows; it forms a row of its own, at the height where it begins.
    """
    rows: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    flat = [index for index, label in enumerate(labels) if not label.vertical]
    for index in sorted(flat, key=lambda i: (_middle(labels[i].box), labels[i].box.x0, i)):
        box = labels[index].box
        if rows and _overlap((box.y0, box.y1), spans[-1]) >= SAME_ROW * min(_height(box), spans[-1][1] - spans[-1][0]):
            rows[-1].append(index)
            # The row keeps the extent of its first label: rows that drift do not swallow the next one.
        else:
            rows.append([index])
            spans.append((box.y0, box.y1))
    for row in rows:
        row.sort(key=lambda i: (labels[i].box.x0, i))
    turned = [[index] for index, label in enumerate(labels) if label.vertical]
    return sorted(rows + turned, key=lambda row: (min(labels[i].box.y0 for i in row), labels[row[0]].box.x0, row[0]))


def _whole_line(index: int, block_of: dict[int, list[int]], row: list[int], labels: Sequence[Label]) -> list[int]:
    """A line of prose with the rest of it: a wide gap, as at a blank to fill in, splits a line in two labels."""
    if index not in block_of:
        return [index]
    right_edge = max(labels[i].box.x1 for i in block_of[index])
    start = row.index(index)
    rest = [i for i in row[start + 1 :] if i not in block_of and labels[i].box.x1 <= right_edge]
    return [index, *rest]


def _prose_blocks(
    labels: Sequence[Label], row_of: dict[int, int], rows: list[list[int]], aspect: float
) -> list[list[int]]:
    """Groups of stacked lines that read as running text, each from top to bottom."""
    blocks: list[list[int]] = []
    flat = (index for index, label in enumerate(labels) if not label.vertical)
    for index in sorted(flat, key=lambda i: (labels[i].box.y0, labels[i].box.x0, i)):
        above = next((block for block in blocks if _continues(labels[block[-1]].box, labels[index].box, aspect)), None)
        if above is None:
            blocks.append([index])
        else:
            above.append(index)
    return [block for block in blocks if _is_prose(block, labels, row_of, rows)]


def _continues(upper: Box, lower: Box, aspect: float) -> bool:
    """Whether `lower` is set as the next line below `upper`: close, as large, and flush left."""
    small, large = sorted((_height(upper), _height(lower)))
    gap = lower.y0 - upper.y1
    return large < 1.5 * small and -0.6 * small < gap < 0.8 * small and abs(lower.x0 - upper.x0) * aspect < 1.0 * small


def _is_prose(block: list[int], labels: Sequence[Label], row_of: dict[int, int], rows: list[list[int]]) -> bool:
    words = sum(_words(labels[index].text) for index in block)
    if len(block) < PROSE_LINES or words < PROSE_WORDS * len(block):
        return False
    # Row labels of a bar chart are stacked too, but a number stands beside most of them.
    beside_number = sum(any(_is_numeric(labels[other].text) for other in rows[row_of[i]] if other != i) for i in block)
    return 2 * beside_number <= len(block)


def _words(text: str) -> float:
    wide = sum("\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af" for character in text)
    return len(text.split()) + wide / 2


def _is_numeric(text: str) -> bool:
    return any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) <= 2


def _overlap(first: tuple[float, float], second: tuple[float, float]) -> float:
    return min(first[1], second[1]) - max(first[0], second[0])


def _height(box: Box) -> float:
    return box.y1 - box.y0


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2
