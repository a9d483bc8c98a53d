"""A table's rows as lines of text that can be read alone: every cell with the name of its column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .documents import Box, Region, Table
from .loaders.parsed import TableBlock
from .part_regions import union_by_page

SEPARATOR = " | "

_PARENTS = 2  # the nearest ones, that a row's label tells
_LONGEST_PATH = 160  # characters

_T = TypeVar("_T")
_WORDS = re.compile(r"[^\W\d_]{4}")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's position in `Table.rows`, its columns that have text, their cells, and the line they make.

    A piece holds some cells, or fragments of them, of a row that is too long for a chunk.
    """

    index: int
    columns: tuple[int, ...]
    cells: tuple[str, ...]
    line: str
    is_piece: bool = False


def clean(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())


def parents_of(table: Table) -> list[str]:
    """For each row the subheadings that it stands below by the table's levels, as `Assets: Current assets`, else "".

    Rows with figures of their own are no subheadings: what is indented below them may be part of them, or their sum.
    """
    labels = [clean(row[0]).rstrip(" :：") if row else "" for row in table.rows]
    paths = [""] * len(labels)
    if not table.levels:
        return paths
    above: list[int] = []
    for index in range(table.header_rows, len(labels)):
        while above and table.levels[above[-1]] >= table.levels[index]:
            above.pop()
        path = ": ".join(labels[parent] for parent in above[-_PARENTS:])
        paths[index] = path if len(path) <= _LONGEST_PATH else ""
        if labels[index] and all(not cell or cell == table.rows[index][0] for cell in table.rows[index][1:]):
            above.append(index)
    return paths


def told_columns(table: Table, index: int, cells: Sequence[str]) -> list[int]:
    """Columns of a row that have text; of those that one spanning cell covers, the first.

    Without boxes, equal cells all over a row are taken for one if they hold words rather than numbers, "yes" or "n/a".
    """
    boxes = table.boxes[index] if table.boxes else None
    if boxes is None and len(set(cells)) == 1 and _WORDS.search(cells[0]):
        return [0]
    told = []
    for column, cell in enumerate(cells):
        covered = boxes is not None and column > 0 and boxes[column] is not None and boxes[column] == boxes[column - 1]
        if cell and not (covered and cell == cells[column - 1]):
            told.append(column)
    return told


def tell_cell(name: str, cell: str) -> str:
    """`Name: cell`, or the cell alone where its column has no name."""
    name = name.rstrip(" :：")
    return f"{name}: {cell}" if name else cell


def tell_row(names: Sequence[str], cells: Sequence[str], columns: Sequence[int]) -> str:
    """`Segment: Americas | 2023: $5.1bn`; in a table of two unnamed columns `Founded: 1998`; a lone label as it is."""
    if list(columns) == [0]:
        return cells[0]
    if len(cells) == 2 and len(columns) == 2 and not any(names):
        return tell_cell(*cells)
    return SEPARATOR.join(tell_cell(names[column], cells[column]) for column in columns)


def row_regions(block: TableBlock, row: TableRow) -> tuple[Region, ...]:
    """Where a row stands: around its cells; else, outside of pages, its share of the table's extent; else the table."""
    table = block.table
    if table.boxes is not None:
        known = union_by_page(box for column in row.columns if (box := table.boxes[row.index][column]))
        if known:
            return known
    if len(block.regions) == 1 and block.regions[0].page is None:
        share = Box(0.0, row.index / len(table.rows), 1.0, (row.index + 1) / len(table.rows))
        return (Region(None, share.within(block.regions[0].box)),)
    return block.regions


def sub_table(table: Table, rows: Sequence[TableRow], title: str, notes: tuple[str, ...]) -> Table:
    """The table cut down to `rows` and `notes`, with its header. A piece of a row keeps its columns only."""
    columns = tuple(range(len(table.rows[0]) if table.rows else 0))
    body = [table.rows[row.index] for row in rows]
    if rows and rows[0].is_piece:
        columns = rows[0].columns
        body = [rows[0].cells]
    header = [_pick(row, columns) for row in table.header]
    boxes = None
    if table.boxes is not None:
        kept = [*range(table.header_rows), *(row.index for row in rows)]
        boxes = tuple(_pick(table.boxes[index], columns) for index in kept)
    positions = [*range(table.header_rows), *(row.index for row in rows)]
    levels = tuple(table.levels[position] for position in positions) if table.levels else ()
    return replace(
        table, rows=(*header, *body), header_rows=len(header), title=title, boxes=boxes, footnotes=notes, levels=levels
    )


def _pick(row: Sequence[_T], columns: Iterable[int]) -> tuple[_T, ...]:
    return tuple(row[column] for column in columns)
