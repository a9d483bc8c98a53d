"""Which rules of a page form lattices, and which of these are tables: the words in them tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .lattice import Floats, Ints, Lattice, cell_count, lattice_of, places
from .rules import PageRules, Rules

_TOUCH = 3.0  # points between rules that meet
_STRADDLING = 0.04  # share of the words that may cross an edge of the lattice
_BOXED = 0.9  # share of the rows in which rectangles enclose single cells
_SIGN = 14.0  # points; narrower cells are those of signs
_WORD_SPACE = 0.4  # of the height of the letters
_RUNNING = 0.3  # share of the neighbours in a row that only a space parts, in text that no table parts
_LABELLED = 0.7  # share of the rows with something at their height left of the lattice
_FILLED = 0.25  # share of the cells that hold text in a table


def find_lattices(page: PageRules, words: Floats) -> list[Lattice]:
    """Lattices of at least two rows and columns that words (boxes `(n, 4)`) fill as they fill a table.

    The edges of rectangles count where they box each cell in. Shading, often cut into cells, does not: it leaves out
    the header or every other row, and gives the signs next to the numbers cells of their own.
    """
    lattices = list(_crossing(page.rules, words))
    if page.edges is not page.rules:
        boxed = [lattice for lattice in _crossing(page.edges, words) if _boxes_cells(lattice, words)]
        lattices += [lattice for lattice in boxed if not any(_holds(other, lattice) for other in lattices)]
    return _outermost(lattices)


def _crossing(rules: Rules, words: Floats) -> Iterator[Lattice]:
    if len(rules.horizontal) < 2 or not len(rules.vertical):
        return
    for horizontal, vertical in _components(rules):
        lattice = lattice_of(rules.horizontal[horizontal], rules.vertical[vertical])
        if lattice is not None and _holds_a_table(lattice, words):
            yield lattice


def _boxes_cells(lattice: Lattice, words: Floats) -> bool:
    """Whether rectangles enclose the cells of all rows, the header's too, and no sign has one of its own."""
    if lattice.divided.any(axis=1).mean() < _BOXED or np.diff(lattice.xs).min() < _SIGN:
        return False
    x0, y0, x1, _ = lattice.box
    height = float(np.median(np.diff(lattice.ys)))
    above = words[(words[:, 3] < y0 + 1) & (words[:, 3] > y0 - height) & (words[:, 2] > x0) & (words[:, 0] < x1)]
    return len(above) == 0 or len(np.unique(places(lattice, above)[1])) < 0.5 * (len(lattice.xs) - 1)


def _components(rules: Rules) -> list[tuple[Ints, Ints]]:
    """Groups of rules that are connected by crossings."""
    y, x0, x1 = rules.horizontal.T
    x, y0, y1 = rules.vertical.T
    meets = (x[None, :] >= x0[:, None] - _TOUCH) & (x[None, :] <= x1[:, None] + _TOUCH)
    meets &= (y[:, None] >= y0[None, :] - _TOUCH) & (y[:, None] <= y1[None, :] + _TOUCH)
    free = np.ones(len(y), bool)
    found: list[tuple[Ints, Ints]] = []
    for seed in range(len(y)):
        if not free[seed]:
            continue
        rows = np.zeros(len(y), bool)
        rows[seed] = True
        while True:
            columns = meets[rows].any(axis=0)
            reached = meets[:, columns].any(axis=1) | rows
            if (reached == rows).all():
                break
            rows = reached
        free &= ~rows
        if rows.sum() >= 2 and columns.any():
            found.append((np.flatnonzero(rows), np.flatnonzero(columns)))
    return found


def _holds_a_table(lattice: Lattice, words: Floats) -> bool:
    """Words in several rows and columns, hardly one of them across an edge."""
    x0, y0, x1, y1 = lattice.box
    x, y = (words[:, 0] + words[:, 2]) / 2, (words[:, 1] + words[:, 3]) / 2
    inside = words[(x > x0) & (x < x1) & (y > y0) & (y < y1)]
    if len(inside) < 4:
        return False
    row, column = places(lattice, inside)
    filled = np.unique(lattice.cells[row, column])
    if len(np.unique(row)) < 2 or len(np.unique(column)) < 2 or len(filled) < max(4, _FILLED * cell_count(lattice)):
        return False
    if _straddling(lattice, inside, row) > _STRADDLING * len(inside) or _runs_on(inside, column):
        return False
    return not _has_labels_beside(lattice, inside, words)


def _runs_on(boxes: Floats, column: Ints) -> bool:
    """Whether text runs on from cell to cell with nothing but the space between two words: rules across a text."""
    order = np.lexsort((boxes[:, 0], np.round((boxes[:, 1] + boxes[:, 3]) / 4)))
    boxes, column = boxes[order], column[order]
    gap = boxes[1:, 0] - boxes[:-1, 2]
    height = (boxes[:, 3] - boxes[:, 1])[1:]
    level = np.abs(boxes[1:, 1] + boxes[1:, 3] - boxes[:-1, 1] - boxes[:-1, 3]) < height
    pairs = level & (column[1:] > column[:-1])
    return bool((pairs & (gap < _WORD_SPACE * height)).sum() > _RUNNING * max(pairs.sum(), 1))


def _has_labels_beside(lattice: Lattice, inside: Floats, words: Floats) -> bool:
    """Whether the rows go on to the left of the lattice: the rules part a few columns of a larger table."""
    x0, y0, _, y1 = lattice.box
    middle = (words[:, 1] + words[:, 3]) / 2
    left = np.sort(middle[(words[:, 2] < x0) & (middle > y0) & (middle < y1)])
    if not len(left):
        return False
    levels = np.unique(np.round((inside[:, 1] + inside[:, 3]) / 2))
    near = np.clip(np.searchsorted(left, levels), 1, len(left) - 1) if len(left) > 1 else np.zeros(len(levels), int)
    distance = np.minimum(np.abs(left[near] - levels), np.abs(left[np.maximum(near - 1, 0)] - levels))
    return bool((distance < 3).mean() > _LABELLED)


def _straddling(lattice: Lattice, boxes: Floats, row: Ints) -> int:
    """How many boxes a rule between columns runs through."""
    inner = lattice.xs[1:-1]
    through = (boxes[:, :1] + 1.5 < inner[None, :]) & (inner[None, :] < boxes[:, 2:3] - 1.5)
    return int((through & lattice.divided[row]).any(axis=1).sum())


def _holds(outer: Lattice, inner: Lattice) -> bool:
    x0, y0, x1, y1 = inner.box
    x, y, box = (x0 + x1) / 2, (y0 + y1) / 2, outer.box
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _outermost(lattices: list[Lattice]) -> list[Lattice]:
    """Without those that lie in a larger one, from top to bottom."""
    kept: list[Lattice] = []
    for lattice in sorted(
        lattices, key=lambda lattice: -float(np.prod(np.ptp(np.reshape(lattice.box, (2, 2)), axis=0)))
    ):
        if not any(_holds(other, lattice) for other in kept):
            kept.append(lattice)
    return sorted(kept, key=lambda lattice: (lattice.box[1], lattice.box[0]))
