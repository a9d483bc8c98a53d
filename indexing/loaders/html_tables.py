"""HTML tables: which of them hold data, and their cells as a full grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from bs4.element import Tag

from ...errors import LimitExceeded
from ..documents import Table
from .header_detection import first_row_is_header
from .html_cleaning import attribute, child_named, visible_text, walk
from .parsed import Limits
from .table_refinement import refined

_ROW_SCOPES = {"row", "rowgroup"}
_INDENT = re.compile(r"(?:padding-left|margin-left|text-indent)\s*:\s*(\d{1,3}(?:\.\d+)?)\s*(pt|px|em)", re.IGNORECASE)
_POINTS = {"pt": 1.0, "px": 0.75, "em": 12.0}
_WIDE_SPACES = "\u00a0\u2002\u2003\u3000"
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
            hint="Split the table, or raise the setting `index.max_table_rows`.",
        )
    grid: list[list[str]] = []
    budget = _Budget(limits.max_characters)
    apart = frozenset(map(id, nested_tables(table)))
    for _, group in groupby(rows, key=lambda row: id(row.parent)):
        grid += _expand(list(group), budget, apart)
    width = max(map(len, grid), default=0)
    budget.spend(width * len(grid))
    padded = tuple(tuple(row + [""] * (width - len(row))) for row in grid)
    data = Table(padded, _header_rows(rows, padded), title)
    labels = [next(iter(_cells(row)), None) for row in rows]
    return refined(data, [_indent(label) for label in labels], [_is_bold(label) for label in labels])


def nested_tables(table: Tag) -> list[Tag]:
    """Data tables inside the cells, not those inside these again."""
    return [element for element in _own_elements(table) if element.name == "table" and is_data_table(element)]


class _Budget:
    """How many more characters the grid may take; a cell counts as one even where it is empty."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise LimitExceeded("A table's spanning cells blow it up beyond all limits.", hint="Remove the table.")


def _expand(rows: list[Tag], budget: _Budget, apart: frozenset[int]) -> list[list[str]]:
    """The rows of one section; spans end where it ends (HTML Standard, 4.9.12). `apart` are read by themselves."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> (rows still to cover, text) of cells from rows above
    for index, row in enumerate(rows):
        line = {column: text for column, (_, text) in hanging.items()}
        hanging = {column: (left - 1, text) for column, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in _cells(row):
            while column in line:
                column += 1
            text = visible_text(cell, apart)
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
        if _section(row) != "thead" and not _names_columns(_cells(row)):
            break
        count += 1
    if count == 0 and first_row_is_header(grid):
        count = 1
    return max(min(count, len(grid) - 1), 0)


def _names_columns(cells: list[Tag]) -> bool:
    """Whether a row has header cells only, none of them that of a row; an empty corner may be a plain cell."""
    if any(attribute(cell, "scope").lower() in _ROW_SCOPES for cell in cells):
        return False
    return any(cell.name == "th" for cell in cells) and all(
        cell.name == "th" or not visible_text(cell) for cell in cells
    )


def _indent(label: Tag | None) -> float:
    """Indentation of a row's label in points: padding, margin, or spaces that do not collapse."""
    if label is None:
        return 0.0
    first = next((child for child in label.children if isinstance(child, Tag)), None)
    styles = " ".join(attribute(tag, "style") for tag in (label, first) if tag is not None)
    indent = sum(float(number) * _POINTS[unit.lower()] for number, unit in _INDENT.findall(styles))
    text = label.get_text()
    spaces = len(text) - len(text.lstrip("\u00a0\u2002\u2003\u3000 \n\t"))
    return indent + 3.0 * sum(character in _WIDE_SPACES for character in text[:spaces])


def _is_bold(label: Tag | None) -> bool:
    if label is None:
        return False
    tags = (child for child in label.descendants if isinstance(child, Tag))
    return any(tag.name in {"b", "strong"} for tag in tags)


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
    return [child for child in row.children if isinstance(child, Tag) and child.name in {"td", "th"}]


def _span(cell: Tag, name: str, largest: int) -> int:
    value = attribute(cell, name).strip()
    return min(int(value), largest) if value.isascii() and value.isdigit() and len(value) < 10 else 1
