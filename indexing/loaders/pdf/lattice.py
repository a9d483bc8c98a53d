"""Lattices: where rules cross and enclose cells, some of them over several rows or columns.

Pure geometry in points of the upright page; which lattices are tables shows in the text that stands in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_TOUCH = 3.0  # points between rules that meet
_SAME = 2.5  # points between the positions of one row's or column's edge
_OPEN_SIDE = 8.0  # points by which rules reach beyond the last rule that crosses them: a table without outer rules
_MAX_CELLS = 60_000


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


def lattice_of(horizontal: Floats, vertical: Floats) -> Lattice | None:
    """The lattice of rules that are connected; None for fewer than two rows and columns, and beyond all bounds."""
    xs = _edges(vertical[:, 0], horizontal[:, 1], horizontal[:, 2])
    ys = _edges(horizontal[:, 0], vertical[:, 1], vertical[:, 2])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > _MAX_CELLS:
        return None
    beside = _painted(xs, ys, vertical)[1:-1].T  # (rows, columns - 1): a rule between two columns
    below = _painted(ys, xs, horizontal)[1:-1]  # (rows - 1, columns): a rule between two rows
    return Lattice(xs, ys, _cells(beside, below), beside)


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


def _cells(beside: Bools, below: Bools) -> Ints:
    """Numbers of the cells, from top left to bottom right. What is enclosed but no rectangle is cut into such."""
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


def places(lattice: Lattice, boxes: Floats) -> tuple[Ints, Ints]:
    """Row and column in which the middle of each box stands."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    row = np.clip(np.searchsorted(lattice.ys, y) - 1, 0, len(lattice.ys) - 2)
    column = np.clip(np.searchsorted(lattice.xs, x) - 1, 0, len(lattice.xs) - 2)
    return row, column


def cell_count(lattice: Lattice) -> int:
    """How many cells it has."""
    return int(lattice.cells.max()) + 1
