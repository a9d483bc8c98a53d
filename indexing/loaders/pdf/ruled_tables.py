"""Tables whose cells are enclosed by rules: the lines of text in a lattice as a grid of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..table_words import is_closing_sign, is_opening_sign
from .lattice import Lattice, places
from .lines import Line, boxes_of
from .rows import is_figure, rows_of
from .table_grid import Cell, Grid, Interval
from .table_header import header_rows

_UNDIVIDED = 0.1  # share of the cells in which entries stand side by side
_NARROW = 8.0  # points; an empty column narrower than this stands between two rules of a double line


def ruled_table(lattice: Lattice, lines: Sequence[Line]) -> tuple[Grid | None, set[int]]:
    """The grid, and the positions in `lines` of those that it takes.

    None where fewer than two rows have text, and where the rules part groups of columns only.
    """
    boxes = boxes_of(list(lines))
    x0, y0, x1, y1 = lattice.box
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = np.flatnonzero((x > x0) & (x < x1) & (y > y0) & (y < y1))
    row, column = places(lattice, boxes[inside])
    placed = [(lines[i], r, c) for i, r, c in zip(inside.tolist(), row.tolist(), column.tolist(), strict=True)]
    if _columns_undivided(placed):
        return None, set()
    cells = _rows_of_cells(lattice, placed)
    grid = _without_empty(lattice, cells)
    if len(grid.cells) < 2 or len(grid.columns) < 2:
        return None, set()
    grid = _without_sign_columns(grid)
    grid.header_rows = header_rows(grid)
    return grid, set(inside.tolist())


def _columns_undivided(placed: list[tuple[Line, int, int]]) -> bool:
    """Whether entries often stand side by side in what should be one cell."""
    by_place: defaultdict[tuple[int, int], list[Line]] = defaultdict(list)
    for line, row, column in placed:
        by_place[row, column].append(line)
    apart = sum(_stand_apart(lines) for lines in by_place.values())
    return apart > _UNDIVIDED * len(by_place)


def _rows_of_cells(lattice: Lattice, placed: list[tuple[Line, int, int]]) -> list[list[Cell]]:
    by_cell: defaultdict[int, list[tuple[Line, int]]] = defaultdict(list)
    for line, row, column in placed:
        by_cell[int(lattice.cells[row, column])].append((line, column))
    objects: dict[tuple[int, int], Cell] = {}
    for number, found in by_cell.items():
        spread = _stand_apart([line for line, _ in found])
        for line, column in found:
            # Side by side in what no rule divides: entries of columns that the other rows tell.
            cell = objects.setdefault((number, column if spread else -1), Cell())
            cell.lines.append(line)
    for cell in objects.values():
        cell.lines = [row.merged() for row in rows_of(cell.lines)]
    rows: list[list[Cell]] = []
    tall = _tall_cells(lattice)
    for numbers in lattice.cells.tolist():
        cells = [objects.get((n, -1)) or objects.get((n, c)) or Cell() for c, n in enumerate(numbers)]
        rows += _split_band(cells) if tall.isdisjoint(numbers) else [cells]
    return rows


def _tall_cells(lattice: Lattice) -> set[int]:
    """Numbers of the cells that reach over several rows."""
    same = lattice.cells[1:] == lattice.cells[:-1]
    return set(lattice.cells[1:][same].tolist())


def _stand_apart(lines: list[Line]) -> bool:
    """Whether two of the lines stand side by side."""
    return any(len(row.cells) > 1 for row in rows_of(lines))


def _split_band(row: list[Cell]) -> list[list[Cell]]:
    """Rows that no rule parts, as in tables with rules between columns only: a column of figures tells them."""
    several = [cell.lines for cell in row[1:] if len(cell.lines) > 1]
    if not any(all(is_figure(line.text) for line in lines) for lines in several):
        return [row]
    lines = [(line, column) for column, cell in enumerate(row) for line in cell.lines]
    bands: list[list[Cell]] = []
    middle = -1e9
    for line, column in sorted(lines, key=lambda item: (item[0].middle, item[1])):
        if line.middle - middle > 0.5 * line.height:
            bands.append([Cell() for _ in row])
            middle = line.middle
        bands[-1][column].lines.append(line)
    return bands


def _without_empty(lattice: Lattice, cells: list[list[Cell]]) -> Grid:
    """Without rows that hold nothing, and without narrow columns between the two rules of a double line."""
    rows = [row for row in cells if any(cell.lines for cell in row)]
    kept: list[int] = []
    seen: set[int] = set()
    for column in range(len(lattice.xs) - 1):
        own = [row[column] for row in rows if row[column].lines and id(row[column]) not in seen]
        seen |= {id(cell) for cell in own}
        if own or lattice.xs[column + 1] - lattice.xs[column] > _NARROW:
            kept.append(column)
    columns: list[Interval] = [(float(lattice.xs[c]), float(lattice.xs[c + 1])) for c in kept]
    return Grid([[row[column] for column in kept] for row in rows], 0, columns)


def _without_sign_columns(grid: Grid) -> Grid:
    """Join columns that hold nothing but currency signs, closing parentheses and percent signs to their numbers."""
    width = len(grid.columns)
    into = list(range(width))
    for column in range(1, width):
        texts = [row[column].text for row in grid.cells if row[column].lines and not _shared(row, column)]
        if texts and column + 1 < width and all(map(is_opening_sign, texts)):
            into[column] = column + 1
        elif texts and all(map(is_closing_sign, texts)):
            into[column] = column - 1
    if into == list(range(width)):
        return grid
    kept = [column for column in range(width) if into[column] == column]
    cells = [[_joined(row, [c for c in range(width) if c == k or into[c] == k]) for k in kept] for row in grid.cells]
    spans = [[grid.columns[c] for c in range(width) if c == k or into[c] == k] for k in kept]
    return Grid(cells, grid.header_rows, [(span[0][0], span[-1][1]) for span in spans])


def _shared(row: list[Cell], column: int) -> bool:
    return any(row[other] is row[column] for other in (column - 1, column + 1) if 0 <= other < len(row))


def _joined(row: list[Cell], columns: list[int]) -> Cell:
    cells = list({id(row[column]): row[column] for column in columns if row[column].lines}.values())
    if len(cells) < 2:
        return cells[0] if cells else Cell()
    return Cell([row.merged() for row in rows_of([line for cell in cells for line in cell.lines])])
