"""From the blocks and drawings of a sheet to parsed blocks in reading order, with their places on the sheet.

A sheet counts as a page; rows and columns are taken as equally large, since widths are a matter of the screen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ....errors import DamagedFile
from ...documents import Box, Region, Table
from ..header_detection import first_row_is_header, is_value, names_columns
from ..parsed import Block, FigureBlock, Limits, SkippedFigure, TableBlock, TextBlock, TextSpan
from ..table_limits import require_characters
from .sheet_blocks import SheetBlock
from .sheet_references import CellRange

_MAX_BOXED_CELLS = 20_000
"""Cells of a larger table have no boxes of their own, since memory is not free; it comes in pieces instead."""
_PIECE = 500
"""Rows of such a piece, which is a place precise enough to find a row."""
_MAX_TITLE_LINES = 3
_NEAR = 3  # rows between a line of text and the table that it names


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as a page: its number from 1 and its size in rows and columns."""

    page: int
    rows: int
    columns: int

    def region(self, cells: CellRange) -> Region:
        """Where cells stand, as a fraction of the sheet."""
        rows, columns = max(self.rows, 1), max(self.columns, 1)
        box = Box(
            min((cells.first_column - 1) / columns, 1.0),
            min((cells.first_row - 1) / rows, 1.0),
            min(cells.last_column / columns, 1.0),
            min(cells.last_row / rows, 1.0),
        )
        return Region(self.page, box)


def text_at(text: str, region: Region, *, heading: bool = False) -> TextBlock:
    """A paragraph, or a heading of level 1, that stands in `region`."""
    return TextBlock("heading" if heading else "paragraph", text, (TextSpan(0, len(text), region),), int(heading))


def sheet_blocks(
    sheet: Sheet,
    blocks: Sequence[SheetBlock],
    merged: Sequence[CellRange],
    headers: Sequence[CellRange],
    limits: Limits,
) -> list[tuple[int, Block]]:
    """Tables and texts with the row where each begins. `headers` are the header rows that the sheet declares."""
    found: list[tuple[int, Block]] = []
    for index, block in enumerate(blocks):
        if not block.is_table:
            lines = "\n".join(filter(None, block.lines))
            found.append((block.first_row, text_at(lines, sheet.region(_cells(block)))))
            continue
        title = " ".join(block.title) or _title_above(blocks, index)
        fill_merged(block, merged)
        require_characters(block.cells, limits)
        header = _header_rows(block, merged, headers)
        if len(block.cells) * len(block.columns) <= _MAX_BOXED_CELLS:
            found.append((block.first_row, _table(sheet, block, title, header, merged)))
        else:
            found += _pieces(sheet, block, title, header)
        if block.notes:
            region = sheet.region(replace(_cells(block), first_row=block.row_numbers[-1] + 1))
            found.append((block.last_row, text_at("\n".join(block.notes), region)))
    return found


def in_order(
    blocks: Sequence[tuple[int, Block]], figures: Sequence[tuple[int, FigureBlock | SkippedFigure]]
) -> tuple[list[Block], list[SkippedFigure]]:
    """Blocks and figures from top to bottom; a figure beside a table comes behind it."""
    kept = [(row, 1, figure) for row, figure in figures if isinstance(figure, FigureBlock)]
    ordered = sorted([*((row, 0, block) for row, block in blocks), *kept], key=lambda item: item[:2])
    skipped = [figure for _, figure in figures if isinstance(figure, SkippedFigure)]
    return [block for _, _, block in ordered], skipped


def fill_merged(block: SheetBlock, merged: Sequence[CellRange]) -> None:
    """Put the text of merged cells into each cell that they cover, within the block.

    Raises `DamagedFile` where they overlap.
    """
    left = len(block.cells) * len(block.columns)
    for cells in merged:
        rows = _within(block.row_numbers, cells.first_row, cells.last_row)
        columns = _within(block.columns, cells.first_column, cells.last_column)
        left -= len(rows) * len(columns)
        if left < 0:
            raise DamagedFile("Merged cells of a sheet lie over each other.")
        if not rows or not columns:
            continue
        text = block.cells[rows[0]][columns[0]]
        for y in rows if text else ():
            for x in columns:
                block.cells[y][x] = block.cells[y][x] or text


def _within(numbers: Sequence[int], first: int, last: int) -> range:
    """Positions of the ascending numbers between `first` and `last`, if `first` is among them."""
    start = bisect_left(numbers, first)
    if start == len(numbers) or numbers[start] != first:
        return range(0)
    return range(start, bisect_right(numbers, last))


def _cells(block: SheetBlock) -> CellRange:
    return CellRange(block.first_row, block.columns[0], block.last_row, block.columns[-1])


def _title_above(blocks: Sequence[SheetBlock], index: int) -> str:
    """One or two lines of text right above a table without a title are its title, and stay text as well."""
    above, table = blocks[index - 1] if index else None, blocks[index]
    if above is None or above.is_table or len(above.lines) > _MAX_TITLE_LINES:
        return ""
    near = 0 < table.first_row - above.last_row <= _NEAR and above.columns[0] <= table.columns[-1]
    return " ".join(above.lines) if near else ""


def _table(sheet: Sheet, block: SheetBlock, title: str, header_rows: int, merged: Sequence[CellRange]) -> TableBlock:
    spans = _spans(block, merged)
    boxes = tuple(
        tuple(sheet.region(spans.get((y, x), CellRange(y, x, y, x))) for x in block.columns) for y in block.row_numbers
    )
    table = Table(tuple(map(tuple, block.cells)), header_rows, title, boxes)
    return TableBlock(table, (sheet.region(_cells(block)),))


def _pieces(sheet: Sheet, block: SheetBlock, title: str, header_rows: int) -> Iterator[tuple[int, TableBlock]]:
    """A large table in pieces, each with the header and the title."""
    header = tuple(map(tuple, block.cells[:header_rows]))
    for start in range(header_rows, len(block.cells), _PIECE):
        end = min(start + _PIECE, len(block.cells))
        rows = (block.row_numbers[start], block.row_numbers[end - 1])
        region = sheet.region(CellRange(rows[0], block.columns[0], rows[1], block.columns[-1]))
        table = Table((*header, *map(tuple, block.cells[start:end])), header_rows, title)
        yield rows[0], TableBlock(table, (region,))


def _spans(block: SheetBlock, merged: Sequence[CellRange]) -> dict[tuple[int, int], CellRange]:
    """The merged range of each cell of the block that lies in one."""
    spans: dict[tuple[int, int], CellRange] = {}
    rows, columns = set(block.row_numbers), set(block.columns)
    for cells in merged:
        if cells.first_row in rows and cells.first_column in columns:
            last_row, last_column = min(cells.last_row, block.last_row), min(cells.last_column, block.columns[-1])
            inside = CellRange(cells.first_row, cells.first_column, last_row, last_column)
            for y in range(inside.first_row, last_row + 1):
                spans |= {(y, x): inside for x in range(inside.first_column, last_column + 1)}
    return spans


def _header_rows(block: SheetBlock, merged: Sequence[CellRange], headers: Sequence[CellRange]) -> int:
    """How many rows at the top name the columns; one row at least is left as content."""
    top = block.row_numbers[0]
    count = next((cells.last_row - top + 1 for cells in headers if (top, block.columns[0]) in cells), 0)
    if not count:
        wide = {cells.first_row for cells in merged if cells.last_column > cells.first_column}
        spanning = sum(1 for _ in takewhile(wide.__contains__, block.row_numbers))
        if 0 < spanning < len(block.cells) - 1 and names_columns(block.cells[spanning]):
            count = spanning + 1
        else:
            count = int(first_row_is_header(block.cells) or _names_numbers(block.cells))
    return max(min(count, len(block.cells) - 1), 0)


def _names_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether two words or more in the first row, and nothing else, stand above columns of numbers."""
    named = [column for column, cell in enumerate(rows[0]) if cell]
    if any(is_value(rows[0][column]) for column in named):
        return False
    below = [column for column in named if is_value(rows[1][column])]
    return len(named) >= 2 and bool(below)
