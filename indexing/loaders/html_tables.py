"""HTML tables: which of them hold data, and their cells as a full grid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bs4.element import Tag

from ...errors import LimitExceeded
from ..documents import Table
from .header_detection import first_row_is_header
from .html_cleaning import attribute, child_named, visible_text, walk
from .parsed import Limits

_LAYOUT_ROLES = {"presentation", "none"}
_LAYOUT_CONTENT = {"table", "form", "h1", "h2", "h3", "article", "section"}
_MAX_CELL_OF_DATA = 1_000
_MAX_COLUMN_SPAN = 1_000
_MAX_ROW_SPAN = 65_534
"""Largest spans that browsers follow (HTML Standard, 4.9.11)."""


def is_data_table(table: Tag) -> bool:
    """Whether the table holds data; otherwise it only arranges the page, and its cells are read as text."""
    if attribute(table, "role").strip().lower() in _LAYOUT_ROLES:
        return False
    rows = [_cells(row) for row in own_rows(table)]
    if any(cell.name == "th" for cells in rows for cell in cells):
        return True
    if child_named(table, "caption") or child_named(table, "thead"):
        return True
    if any(element.name in _LAYOUT_CONTENT for element in _own_elements(table)):
        return False
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    return all(len(visible_text(cell)) <= _MAX_CELL_OF_DATA for cells in rows for cell in cells)


def own_rows(table: Tag) -> list[Tag]:
    """The table's rows without those of tables inside it; head first, foot last."""
    rows = [element for element in _own_elements(table) if element.name == "tr"]
    return sorted(rows, key=lambda row: {"thead": 0, "tfoot": 2}.get(_section(row), 1))


def read_table(table: Tag, title: str, limits: Limits) -> Table:
    """The table as a grid in which a spanning cell's text stands in each position it covers.

    Raises `LimitExceeded` for more than `limits.max_table_rows` rows, and where spans blow the grid up beyond
    `limits.max_characters`.
    """
    rows = own_rows(table)
    if len(rows) > limits.max_table_rows:
        raise LimitExceeded(
            f"A table has {len(rows):,} rows; the limit is {limits.max_table_rows:,}.",
            hint="Split the table, or raise the limit `max_table_rows`.",
        )
    grid: list[list[str]] = []
    budget = _Budget(limits.max_characters)
    for _, group in groupby(rows, key=lambda row: id(row.parent)):
        grid += _expand(list(group), budget)
    width = max(map(len, grid), default=0)
    budget.spend(width * len(grid))
    padded = tuple(tuple(row + [""] * (width - len(row))) for row in grid)
    return Table(padded, _header_rows(rows, padded), title)


class _Budget:
    """How many more characters the grid may take; a cell counts as one even where it is empty."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise LimitExceeded("A table's spanning cells blow it up beyond all limits.", hint="Remove the table.")


def _expand(rows: list[Tag], budget: _Budget) -> list[list[str]]:
    """The rows of one section; spans end where it ends (HTML Standard, 4.9.12)."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> (rows still to cover, text) of cells from rows above
    for index, row in enumerate(rows):
        line = {column: text for column, (_, text) in hanging.items()}
        hanging = {column: (left - 1, text) for column, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in _cells(row):
            while column in line:
                column += 1
            text = visible_text(cell)
            columns = _span(cell, "colspan", _MAX_COLUMN_SPAN) or 1
            below = (_span(cell, "rowspan", _MAX_ROW_SPAN) or len(rows)) - 1
            below = min(below, len(rows) - index - 1)
            budget.spend(columns * (below + 1) * (len(text) + 1))
            for covered in range(column, column + columns):
                line.setdefault(covered, text)
                if below:
                    hanging[covered] = (below, text)
            column += columns
        grid.append([line.get(position, "") for position in range(max(line, default=-1) + 1)])
    return grid


def _header_rows(rows: list[Tag], grid: tuple[tuple[str, ...], ...]) -> int:
    """How many rows at the top are headers; one row at least is left as content."""
    count = 0
    for row in rows:
        cells = _cells(row)
        if _section(row) != "thead" and not (cells and all(cell.name == "th" for cell in cells)):
            break
        count += 1
    if count == 0 and first_row_is_header(grid):
        count = 1
    return max(min(count, len(grid) - 1), 0)


def _own_elements(table: Tag) -> Iterator[Tag]:
    """The elements inside the table; a table inside it comes as one element."""
    inner: set[int] = set()
    for event, item in walk(table, inner):
        if event == "open" and isinstance(item, Tag) and item is not table:
            if item.name == "table":
                inner.add(id(item))
            yield item


def _section(row: Tag) -> str:
    return row.parent.name if row.parent else ""


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(("td", "th"), recursive=False)


def _span(cell: Tag, name: str, largest: int) -> int:
    value = attribute(cell, name).strip()
    return min(int(value), largest) if value.isascii() and value.isdigit() and len(value) < 10 else 1
