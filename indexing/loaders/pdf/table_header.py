"""Which rows of a grid are its header: type weight, the row in which the figures begin, and entries over columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ..header_detection import first_row_is_header
from .rows import is_amount, is_figure, is_year

if TYPE_CHECKING:
    from .table_grid import Cell, Grid

_MAX_HEADER = 5  # rows
_LONG = 60  # characters; longer cells are content


def header_rows(grid: Grid) -> int:
    """How many rows at the top are headers; one row at least is left as content."""
    rows = grid.cells
    bold = [_is_bold(row) for row in rows]
    count = bold.index(False) if bold[0] and False in bold else 0
    # A row of figures is no header, be it bold.
    if not count:
        count = _rows_before_figures(rows)
    if not count and _names_columns(rows):
        count = 1
    count = max(count, _end_of_spans(rows))
    return min(count, _MAX_HEADER, len(rows) - 1)


def _is_bold(row: Sequence[Cell]) -> bool:
    lines = [line for cell in row for line in cell.lines]
    return bool(lines) and all(line.bold for line in lines)


def _rows_before_figures(rows: Sequence[Sequence[Cell]]) -> int:
    """Rows above the first one with figures, if the columns below hold figures; label rows belong to the body."""
    figures = [any(_is_number(cell.text) for cell in row[1:]) for row in rows]
    if sum(figures) < 0.4 * len(rows):
        return 0
    count = figures.index(True)
    while count and not any(cell.lines for cell in rows[count - 1][1:]):
        count -= 1
    named = [row for row in rows[:count] if any(len(cell.text) > _LONG for cell in row)]
    return 0 if named else count


def _is_number(text: str) -> bool:
    """Whether a cell holds figures; dashes stand in columns of words, too."""
    return is_figure(text) and any(map(str.isdigit, text))


def _names_columns(rows: Sequence[Sequence[Cell]]) -> bool:
    first = [cell.text for cell in rows[0]]
    if any(len(text) > _LONG for text in first) or any(is_amount(text) and not is_year(text) for text in first if text):
        return False
    return first_row_is_header([[cell.text for cell in row] for row in rows])


def _end_of_spans(rows: Sequence[Sequence[Cell]]) -> int:
    """Rows of a header that begins with entries over several columns: down to the row that names each column."""
    count = 0
    for row in rows[:_MAX_HEADER]:
        spans = any(a is b and a.lines for a, b in pairwise(row))
        if not spans or len({id(cell) for cell in row if cell.lines}) < 2:
            break
        count += 1
    return count + 1 if count else 0
