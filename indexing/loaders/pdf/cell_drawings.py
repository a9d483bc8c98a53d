"""Small drawings in the cells of a ruled table: logos, ticks, sparklines. They make no chart of the table.

A chart would grow from them over all the rules around, and the table would be lost as one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...figures.areas import SkippedArea
from ...figures.marks import Paths, strokes_of
from ...figures.rectangles import around_each
from .lattice import Floats, Lattice, cell_count, places

_FEWEST = 3  # rows of such a table
_FILLED = 0.6  # share of its cells that hold text
_SMALL = 36.0  # points, shorter side of what a cell holds; a chart may be larger
_OVER = 2.0  # points that a drawing may reach over the edge of its cell


def without_cell_drawings(
    paths: Paths, lattices: Sequence[Lattice], lines: Floats
) -> tuple[Paths, tuple[SkippedArea, ...]]:
    """The paths without those of tables whose text (boxes of lines, `(n, 4)`) fills most cells, and what they draw."""
    strokes = strokes_of(paths)
    dropped = np.zeros(len(paths.boxes), np.bool_)
    for lattice in lattices:
        inside = _within(lattice, paths.boxes)
        drawn = paths.boxes[inside & strokes]
        if len(drawn) and _is_filled(lattice, lines) and _stand_in_cells(lattice, drawn):
            dropped |= inside
    skipped = tuple(
        SkippedArea(box, "decoration: a drawing in the cell of a table")
        for box in around_each(paths.boxes[dropped & strokes])
    )
    return (paths[np.flatnonzero(~dropped)], skipped) if dropped.any() else (paths, ())


def _within(lattice: Lattice, boxes: Floats) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = lattice.box
    low, high = (x0 - _OVER, y0 - _OVER), (x1 + _OVER, y1 + _OVER)
    return np.asarray((boxes[:, :2] >= low).all(axis=1) & (boxes[:, 2:] <= high).all(axis=1), np.bool_)


def _is_filled(lattice: Lattice, lines: Floats) -> bool:
    inside = lines[_within(lattice, lines)]
    filled = np.unique(lattice.cells[places(lattice, inside)])
    return len(lattice.ys) > _FEWEST and len(filled) >= _FILLED * cell_count(lattice)


def _stand_in_cells(lattice: Lattice, drawn: Floats) -> bool:
    """Whether all drawings are small and each stands in one row and one column."""
    row, column = places(lattice, drawn)
    low = np.column_stack([lattice.xs[column], lattice.ys[row]])
    high = np.column_stack([lattice.xs[column + 1], lattice.ys[row + 1]])
    alone = (drawn[:, :2] > low - _OVER).all() and (drawn[:, 2:] < high + _OVER).all()
    return bool(alone and ((drawn[:, 2:] - drawn[:, :2]).min(axis=1) < _SMALL).all())
