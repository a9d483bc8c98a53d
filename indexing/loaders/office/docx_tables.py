"""Tables of Word documents as full grids, and which of them only arrange the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ....errors import LimitExceeded
from ...documents import Table
from ..header_detection import first_row_is_header, names_columns
from ..parsed import Limits
from ..table_limits import require_characters, require_size
from .docx_styles import is_on, runs_with_text, word_value
from .xml import Element, child, tag

_MAX_CELL_OF_DATA = 1_000
_MAX_COLUMNS = 1_000
_ROW, _CELL = tag("w:tr"), tag("w:tc")
_WRAPPERS = {tag(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}

CellText = Callable[[Element], str]
"""The text of `w:tc` on one line."""


@dataclass(frozen=True, slots=True)
class _Cell:
    element: Element
    columns: int
    continues: bool  # the cell above, which covers it


def rows_of(table: Element) -> list[Element]:
    """The rows that were not deleted."""
    return [row for row in _below(table, _ROW) if child(row, "w:trPr", "w:del") is None]


def cells_of(row: Element) -> list[Element]:
    """The cells of a row, those that only continue the cell above included."""
    return list(_below(row, _CELL))


def is_layout(table: Element, cell_text: CellText) -> bool:
    """Whether the table only arranges the page: one cell, or cells with running text, or with tables of their own."""
    rows = [cells_of(row) for row in rows_of(table)]
    cells = [cell for row in rows for cell in row]
    if len(cells) <= 1:
        return True
    if any(is_on(row, "w:trPr", "w:tblHeader") for row in rows_of(table)):
        return False
    inner = any(next(cell.iter(tag("w:tbl")), None) is not None for cell in cells)
    return inner or any(len(cell_text(cell)) > _MAX_CELL_OF_DATA for cell in cells)


def read_table(table: Element, cell_text: CellText, limits: Limits) -> Table:
    """The table as a grid in which a spanning cell's text stands in each position it covers.

    Raises `LimitExceeded` for more than `limits.max_table_rows` rows or a thousand columns, and where spans blow the
    grid up.
    """
    rows = rows_of(table)
    require_size(len(rows), 1, limits)
    grid: list[list[str]] = []
    above: list[str] = []
    for row in rows:
        line = [""] * _span(row, "w:trPr", "w:gridBefore", least=0)
        for cell in map(_cell, cells_of(row)):
            if len(line) + cell.columns > _MAX_COLUMNS:
                raise LimitExceeded(f"A table has more than {_MAX_COLUMNS:,} columns.", hint="Split the table.")
            text = cell_text(cell.element)
            if cell.continues and not text and len(line) < len(above):
                text = above[len(line)]
            line += [text] * cell.columns
        grid.append(line)
        above = line
    width = max(map(len, grid), default=0)
    require_size(len(rows), width, limits)
    require_characters(grid, limits)
    padded = tuple(tuple(line + [""] * (width - len(line))) for line in grid)
    return Table(padded, _header_rows(rows, padded), word_value(table, "w:tblPr", "w:tblCaption"))


def _header_rows(rows: list[Element], grid: tuple[tuple[str, ...], ...]) -> int:
    """How many rows at the top are headers; one row at least is left as content."""
    count = 0
    while count < len(rows) and is_on(rows[count], "w:trPr", "w:tblHeader"):
        count += 1
    if count == 0 and len(rows) > 1:
        count = int(first_row_is_header(grid) or (_is_bold(rows[0]) and not _is_bold(rows[1])))
        spans = any(_cell(cell).columns > 1 for cell in cells_of(rows[0]))
        # Names above several columns each stand on a row that names the columns themselves.
        if spans and len(set(grid[0])) > 1 and len(rows) > 2 and names_columns(grid[1]):
            count = 2
    return max(min(count, len(grid) - 1), 0)


def _is_bold(row: Element) -> bool:
    """Whether all text of a row is bold by itself."""
    runs = runs_with_text(row)
    return bool(runs) and all(is_on(run, "w:rPr", "w:b") for run in runs)


def _cell(element: Element) -> _Cell:
    merge = child(element, "w:tcPr", "w:vMerge")
    continues = merge is not None and merge.get(tag("w:val"), "continue") != "restart"
    return _Cell(element, _span(element, "w:tcPr", "w:gridSpan", least=1), continues)


def _span(element: Element, *path: str, least: int) -> int:
    value = word_value(element, *path)
    return (
        min(max(int(value), least), _MAX_COLUMNS) if value.isascii() and value.isdecimal() and len(value) < 8 else least
    )


def _below(element: Element, name: str) -> Iterator[Element]:
    for node in element:
        if node.tag == name:
            yield node
        elif node.tag in _WRAPPERS:
            yield from _below(node, name)
