"""Where the tables and texts of a sheet are: blocks of cells with blank rows and columns around them.

A blank row within a table (above a subtotal, between sections) does not cut it, nor does a narrow blank column
between numbers: what follows must begin like a table of its own, with names of columns or a column of labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ..header_detection import first_row_is_header, is_value

_MAX_TITLE_ROWS = 3
_BLANK_ROWS = 2  # up to which a table may go on
_SAMPLE = 50
_NOTE = re.compile(
    r"(?:sources?|notes?|(?:数据|資料|资料|數據)?(?:来源|來源)|备?注|備註|说明|說明)\s*[:：.\d(（]|[*†‡]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The cells of a row as displayed; rows and columns count from 1, `cells[0]` stands in column 1."""

    number: int
    cells: list[str]


@dataclass(slots=True)
class SheetBlock:
    """A block of cells that belong together. `columns` and `row_numbers` say where its cells stand in the sheet."""

    columns: list[int]
    row_numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    title_rows: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        """The first row of the sheet that it takes, its title's included."""
        return min(*self.title_rows, self.row_numbers[0]) if self.title_rows else self.row_numbers[0]

    @property
    def last_row(self) -> int:
        """The last row of the sheet that it takes, its notes' included."""
        return self.row_numbers[-1] + len(self.notes)

    @property
    def is_table(self) -> bool:
        """Whether it has rows and columns; else it is lines of text."""
        if len(self.cells) < 2:
            return False
        return len(self.columns) > 1 or any(is_value(row[0]) for row in self.cells[:_SAMPLE])

    @property
    def lines(self) -> list[str]:
        """The rows as lines of text."""
        return [*self.title, *(" ".join(filter(None, row)) for row in self.cells), *self.notes]


def find_blocks(rows: Iterable[SheetRow]) -> Iterator[SheetBlock]:
    """The blocks of a sheet from top to bottom, those side by side from left to right. Blank rows may be left out."""
    waiting: list[SheetBlock] = []
    for band in _bands(rows):
        titles = _title_rows([row.cells for row in band])
        groups = _column_groups(band[titles:])
        blocks = [_block(band[titles:], columns) for columns in groups]
        _give_titles(band[:titles], blocks)
        continued = [(old, block) for block in blocks for old in waiting if _continues(old, block)]
        if len(continued) == len(blocks) == len({id(old) for old, _ in continued}):
            for old, block in continued:
                _append(old, block)
        else:
            yield from map(_with_notes, waiting)
            waiting = blocks
    yield from map(_with_notes, waiting)


def _bands(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """Runs of rows without a blank one between them."""
    band: list[SheetRow] = []
    for row in rows:
        if not any(row.cells):
            continue
        if band and row.number > band[-1].number + 1:
            yield band
            band = []
        band.append(row)
    if band:
        yield band


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows of one cell each stand above one with more; too many of them are no title."""
    count = sum(1 for _ in takewhile(lambda cells: _count(cells) == 1, rows[: _MAX_TITLE_ROWS + 1]))
    return count if count <= _MAX_TITLE_ROWS and count < len(rows) else 0


def _column_groups(rows: Sequence[SheetRow]) -> list[list[int]]:
    """The columns of each table in a band; blank columns belong to none."""
    width = max(len(row.cells) for row in rows)
    filled = [False] * width
    for row in rows:
        for column, cell in enumerate(row.cells):
            if cell:
                filled[column] = True
    groups: list[list[int]] = []
    for column in range(width):
        if not filled[column]:
            continue
        adjacent = groups and groups[-1][-1] == column
        if adjacent or (groups and not _has_labels(rows, column)):
            groups[-1].append(column + 1)
        else:
            groups.append([column + 1])
    return groups


def _has_labels(rows: Sequence[SheetRow], column: int) -> bool:
    """Whether a column behind a blank one holds words: numbers there belong to the labels further left."""
    cells = [row.cells[column] for row in rows[1 : 1 + _SAMPLE] if column < len(row.cells) and row.cells[column]]
    return sum(not is_value(cell) for cell in cells) > len(cells) / 2 or not cells


def _block(rows: Sequence[SheetRow], columns: list[int]) -> SheetBlock:
    block = SheetBlock(columns)
    for row in rows:
        cells = [row.cells[column - 1] if column <= len(row.cells) else "" for column in columns]
        if any(cells):
            block.row_numbers.append(row.number)
            block.cells.append(cells)
    titles = _title_rows(block.cells) if len(columns) > 1 else 0
    block.title = ["".join(cells) for cells in block.cells[:titles]]
    block.title_rows = block.row_numbers[:titles]
    del block.cells[:titles], block.row_numbers[:titles]
    return block


def _give_titles(rows: Sequence[SheetRow], blocks: Sequence[SheetBlock]) -> None:
    """Titles go to the table that they stand over, or left of."""
    for row in reversed(rows):
        place, text = next((column, cell) for column, cell in enumerate(row.cells, start=1) if cell)
        owner = next((block for block in blocks if block.columns[-1] >= place), blocks[-1])
        owner.title.insert(0, text)
        owner.title_rows.insert(0, row.number)


def _continues(above: SheetBlock, block: SheetBlock) -> bool:
    """Whether a block below a blank row is more of the table above it."""
    if not above.is_table or len(above.columns) < 2 or not set(block.columns) <= set(above.columns):
        return False
    if block.first_row - above.row_numbers[-1] > _BLANK_ROWS + 1:
        return False
    several = [cells for cells in block.cells if _count(cells) > 1]
    has_numbers = any(is_value(cell) for cells in several for cell in cells)
    return has_numbers and not _begins_anew(block, several)


def _begins_anew(block: SheetBlock, rows: list[list[str]]) -> bool:
    return len(block.title) > 1 or first_row_is_header(rows) or not any(is_value(cell) for cell in rows[0])


def _append(above: SheetBlock, block: SheetBlock) -> None:
    """Add the rows of a block to the table above it; its title is a label between the rows."""
    place = {column: index for index, column in enumerate(above.columns)}

    def widened(cells: Sequence[str], columns: Sequence[int]) -> list[str]:
        line = [""] * len(above.columns)
        for column, cell in zip(columns, cells, strict=True):
            line[place[column]] = cell
        return line

    above.row_numbers += block.title_rows
    above.cells += [widened([label], above.columns[:1]) for label in block.title]
    above.row_numbers += block.row_numbers
    above.cells += [widened(cells, block.columns) for cells in block.cells]


def _with_notes(block: SheetBlock) -> SheetBlock:
    """The block with lines such as "Source: …" at its end told apart from its rows."""
    while len(block.cells) > 2 and _is_note(block.cells[-1]):
        block.notes.insert(0, "".join(block.cells.pop()))
        block.row_numbers.pop()
    return block


def _is_note(cells: Sequence[str]) -> bool:
    return _count(cells) == 1 and _NOTE.match(cells[0]) is not None


def _count(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))
