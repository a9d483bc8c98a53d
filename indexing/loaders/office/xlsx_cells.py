"""The cells of a worksheet as displayed, read as a stream: a sheet of a hundred thousand rows never is in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....errors import DamagedFile, LimitExceeded
from ..parsed import Limits
from .chart_data import Cell
from .number_formats import Value, format_number
from .sheet_blocks import SheetRow
from .sheet_references import CellRange, parse_range, parse_reference

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]+)[\"']")
_NO_RESULT = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)(?:<v>\s*</v>|<v\s*/>)?</(?:\w+:)?c>")
_MAX_MERGES = 100_000
_MAX_CELLS = 10_000_000
_MAX_POSITIONS = 100_000_000
"""Empty cells up to the last one of each row; programs write sheets whose rows are all 16,384 columns long."""
_MAX_ROWS = 1_048_576
_MAX_TEXT = 32_767
"""Characters of a cell, by the format itself."""

DEFAULT_FORMAT = "General"


@dataclass(slots=True)
class SheetScan:
    """What a look at the bytes of a worksheet tells: its merged cells, and how many formulas have no result."""

    merged: list[CellRange] = field(default_factory=list)
    without_result: int = 0


def scan_sheet(chunks: Iterable[bytes]) -> SheetScan:
    """Search a worksheet part; merged cells stand behind all rows, but are needed with them.

    Raises `LimitExceeded` for more than 100,000 merged cells.
    """
    scan = SheetScan()
    rest = b""
    for chunk in _ahead(chunks):
        data = rest + chunk
        # Whole cells and whole tags only: the last begun one waits for its end.
        cut = max(data.rfind(b"<c "), data.rfind(b"<mergeCell"), 0) if chunk else len(data)
        ready, rest = data[:cut], data[cut:]
        scan.without_result += len(_NO_RESULT.findall(ready))
        scan.merged += filter(None, (parse_range(found.decode()) for found in _MERGE.findall(ready)))
        if len(scan.merged) > _MAX_MERGES:
            raise LimitExceeded(f"A sheet has more than {_MAX_MERGES:,} merged cells.", hint="Split the workbook.")
    return scan


def _ahead(chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield from (chunk for chunk in chunks if chunk)
    yield b""


class CellStore:
    """Keeps the cells that charts refer to while the sheets stream by."""

    def __init__(self, references: Iterable[str]) -> None:
        self._wanted: dict[str, list[CellRange]] = {}
        self._cells: dict[tuple[str, int, int], Cell] = {}
        for reference in sorted(set(references)):
            found = parse_reference(reference)
            if found:
                self._wanted.setdefault(found[0].casefold(), []).append(found[1])

    def ranges(self, sheet: str) -> list[CellRange]:
        """The ranges wanted of a sheet."""
        return self._wanted.get(sheet.casefold(), [])

    def keep(self, sheet: str, row: int, column: int, cell: Cell) -> None:
        """Keep a cell that lies in a wanted range."""
        self._cells[sheet.casefold(), row, column] = cell

    def resolve(self, reference: str) -> Sequence[Sequence[Cell]]:
        """The cells of a wanted reference, row by row."""
        found = parse_reference(reference)
        if found is None or found[1] not in self.ranges(found[0]):
            return ()
        sheet, cells = found[0].casefold(), found[1]
        columns = range(cells.first_column, cells.last_column + 1)
        missing: Cell = (None, DEFAULT_FORMAT)
        return [
            [self._cells.get((sheet, row, column), missing) for column in columns]
            for row in range(cells.first_row, cells.last_row + 1)
        ]


class SheetReader:
    """Reads the rows of worksheets; its limits hold for all sheets of a workbook together, that of rows for each."""

    def __init__(self, limits: Limits, store: CellStore, *, epoch_1904: bool) -> None:
        self._limits = limits
        self._store = store
        self._epoch_1904 = epoch_1904
        self._characters = 0
        self._cells = 0
        self._positions = 0

    def rows(self, sheet: Any, name: str) -> Iterator[SheetRow]:  # noqa: ANN401 - openpyxl has no types
        """The rows of an openpyxl worksheet that hold anything. Raises `LimitExceeded` and `DamagedFile`."""
        sheet.reset_dimensions()  # files tell wrong ones
        wanted = self._store.ranges(name)
        count = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number > _MAX_ROWS:  # openpyxl gives every row up to whatever number the file names
                raise DamagedFile(f"The sheet {name!r} names rows that no sheet has.")
            cells = [self._text(cell) for cell in row]
            for cells_of_chart in wanted:
                if cells_of_chart.first_row <= number <= cells_of_chart.last_row:
                    self._keep(name, number, row, cells_of_chart)
            self._positions += len(cells)
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                count += 1
                self._spend(name, cells, count)
                yield SheetRow(number, cells)

    def _text(self, cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            # Most texts are shared by many cells: a copy is made only where something changes.
            plain = value.isprintable() and "  " not in value
            return value.strip() if plain else " ".join(value[:_MAX_TEXT].split())
        if isinstance(value, bool):
            return str(value).upper()
        return format_number(value, _format_of(cell), epoch_1904=self._epoch_1904)

    def _keep(self, name: str, number: int, row: Sequence[Any], wanted: CellRange) -> None:
        for column in range(wanted.first_column, min(wanted.last_column, len(row)) + 1):
            cell = row[column - 1]
            if cell.value is not None:
                value: Value | str = cell.value
                self._store.keep(name, number, column, (value, _format_of(cell)))

    def _spend(self, name: str, cells: Sequence[str], count: int) -> None:
        self._cells += len(cells)
        self._characters += sum(map(len, cells))
        if count > self._limits.max_table_rows:
            raise LimitExceeded(
                f"The sheet {name!r} has more than {self._limits.max_table_rows:,} rows.",
                hint="Split the workbook, or raise the setting `index.max_table_rows`.",
            )
        if self._characters > self._limits.max_characters:
            raise LimitExceeded(
                f"The sheets hold more than {self._limits.max_characters:,} characters.",
                hint="Split the workbook, or raise the setting `index.max_characters`.",
            )
        if self._cells > _MAX_CELLS or self._positions > _MAX_POSITIONS:
            raise LimitExceeded("The sheets hold too many cells.", hint="Split the workbook.")


def _format_of(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    try:
        code: str = cell.number_format
    except (IndexError, AttributeError):  # a style that the file does not have
        return DEFAULT_FORMAT
    return code or DEFAULT_FORMAT
