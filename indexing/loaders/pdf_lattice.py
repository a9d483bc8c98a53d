"""Lattices: where rules cross and enclose cells, some of them over several rows or columns.

Pure geometry in points of the upright page; which lattices are tables shows in the text that stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pdf_rules import PageRules, Rules

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_TOUCH = 3.0  # points between rules that meet
_SAME = 2.5  # points between the positions of one row's or column's edge
_OPEN_SIDE = 8.0  # points by which rules reach beyond the last rule that crosses them: a table without outer rules
_MAX_CELLS = 60_000
_STRADDLING = 0.04  # share of the words that may cross an edge of the lattice
_BOXED = 0.9  # share of the rows in which rectangles enclose single cells
_SIGN = 14.0  # points; narrower cells are those of signs
_WORD_SPACE = 0.4  # of the height of the letters
_RUNNING = 0.3  # share of the neighbours in a row that only a space parts, in text that no table parts
_LABELLED = 0.7  # share of the rows with something at their height left of the lattice
_FILLED = 0.25  # share of the cells that hold text in a table


@dataclass(frozen=True, slots=True)
class Lattice:
    """Edges of columns and rows, ascending, and for each place (row, column) the number of the cell that covers it.

    `divided` says for each row and each inner edge between columns whether a rule stands there.
    """

    xs: Floats
    ys: Floats
    cells: Ints
    divided: Bools

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The whole lattice."""
        return float(self.xs[0]), float(self.ys[0]), float(self.xs[-1]), float(self.ys[-1])

    def dividers(self) -> list[tuple[float, float, float]]:
        """Rules `x, y0, y1` between columns, on which no line of text runs on."""
        found: list[tuple[float, float, float]] = []
        for column in range(self.divided.shape[1]):
            rows = np.flatnonzero(self.divided[:, column])
            groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
            found += [
                (float(self.xs[column + 1]), float(self.ys[group[0]]), float(self.ys[group[-1] + 1]))
                for group in groups
                if len(group)
            ]
        return found


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
        lattice = _lattice(rules.horizontal[horizontal], rules.vertical[vertical])
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


def _lattice(horizontal: Floats, vertical: Floats) -> Lattice | None:
    xs = _edges(vertical[:, 0], horizontal[:, 1], horizontal[:, 2])
    ys = _edges(horizontal[:, 0], vertical[:, 1], vertical[:, 2])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > _MAX_CELLS:
        return None
    beside = _painted(xs, ys, vertical)[1:-1].T  # (rows, columns - 1): a rule between two columns
    below = _painted(ys, xs, horizontal)[1:-1]  # (rows - 1, columns): a rule between two rows
    cells = _cells(beside, below)
    return Lattice(xs, ys, cells, beside) if cells is not None else None


def _edges(positions: Floats, starts: Floats, ends: Floats) -> Floats:
    """Positions of edges, near ones joined, and the open sides to which the crossing rules reach."""
    ordered = np.sort(positions)
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > _SAME) + 1)
    edges = [float(group.mean()) for group in groups]
    if np.quantile(starts, 0.25) < edges[0] - _OPEN_SIDE:
        edges.insert(0, float(starts.min()))
    if np.quantile(ends, 0.75) > edges[-1] + _OPEN_SIDE:
        edges.append(float(ends.max()))
    return np.array(edges)


def _painted(positions: Floats, along: Floats, rules: Floats) -> Bools:
    """`(len(positions), len(along) - 1)`: whether a rule at a position covers the stretch between two edges."""
    painted = np.zeros((len(positions), len(along) - 1), bool)
    nearest = np.abs(rules[:, :1] - positions[None, :]).argmin(axis=1)
    middles = (along[1:] + along[:-1]) / 2
    for position, (_, start, end) in zip(nearest.tolist(), rules.tolist(), strict=True):
        painted[position] |= (middles > start - _TOUCH) & (middles < end + _TOUCH)
    return painted


def _cells(beside: Bools, below: Bools) -> Ints | None:
    """Numbers of the cells, from top left to bottom right; None where what rules enclose is not rectangular."""
    rows, columns = beside.shape[0], below.shape[1]
    cells = np.full((rows, columns), -1, np.int64)
    number = 0
    for row in range(rows):
        for column in range(columns):
            if cells[row, column] >= 0:
                continue
            right = column + 1
            while right < columns and not beside[row, right - 1] and cells[row, right] < 0:
                right += 1
            bottom = row + 1
            while bottom < rows and _goes_on(beside, below, bottom, column, right):
                bottom += 1
            cells[row:bottom, column:right] = number
            number += 1
    return cells


def _goes_on(beside: Bools, below: Bools, row: int, left: int, right: int) -> bool:
    """Whether the cell of columns `left:right` that ends above `row` has no edge there."""
    if below[row - 1, left:right].any() or beside[row, left : right - 1].any():
        return False
    closed_left = left == 0 or bool(beside[row, left - 1])
    closed_right = right == below.shape[1] or bool(beside[row, right - 1])
    return closed_left and closed_right


def _holds_a_table(lattice: Lattice, words: Floats) -> bool:
    """Words in several rows and columns, hardly one of them across an edge."""
    x0, y0, x1, y1 = lattice.box
    x, y = (words[:, 0] + words[:, 2]) / 2, (words[:, 1] + words[:, 3]) / 2
    inside = words[(x > x0) & (x < x1) & (y > y0) & (y < y1)]
    if len(inside) < 4:
        return False
    row, column = places(lattice, inside)
    filled = np.unique(lattice.cells[row, column])
    if len(np.unique(row)) < 2 or len(np.unique(column)) < 2 or len(filled) < max(4, _FILLED * _count(lattice)):
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


def places(lattice: Lattice, boxes: Floats) -> tuple[Ints, Ints]:
    """Row and column in which the middle of each box stands."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    row = np.clip(np.searchsorted(lattice.ys, y) - 1, 0, len(lattice.ys) - 2)
    column = np.clip(np.searchsorted(lattice.xs, x) - 1, 0, len(lattice.xs) - 2)
    return row, column


def _count(lattice: Lattice) -> int:
    return int(lattice.cells.max()) + 1


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
