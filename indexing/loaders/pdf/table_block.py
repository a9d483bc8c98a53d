"""A table put on its pages, as the block that the loader gives: texts, boxes, levels of the rows, units, notes."""

from __future__ import annotations

from collections.abc import Sequence

from ...documents import Region, Table
from ...part_regions import union_by_page
from ..parsed import TableBlock
from ..row_levels import row_levels
from ..table_words import first_units
from .paragraphs import Hyphenation, PlacedLine, text_and_spans
from .placed_table import PlacedTable
from .table_grid import Cell, Grid
from .words import PageFrame


def table_block(placed: PlacedTable, frames: Sequence[PageFrame], hyphenation: Hyphenation) -> TableBlock:
    """The block. Cells have the boxes of their lines; the table has a region a page, title and notes included."""

    def text(lines: Sequence[PlacedLine]) -> str:
        return text_and_spans(lines, frames, hyphenation)[0]

    def region(cell: Cell, page: int) -> Region | None:
        return Region(page, frames[page - 1].fraction(*cell.bounds)) if cell.lines else None

    def regions(lines: Sequence[PlacedLine]) -> tuple[Region, ...]:
        return union_by_page(
            Region(place.page, frames[place.page - 1].fraction(line.x0, line.y0, line.x1, line.y1))
            for place in lines
            for line in [place.line]
        )

    grid = placed.grid
    placed_rows = list(zip(grid.cells, placed.pages, strict=True))
    rows = tuple(
        tuple(text([PlacedLine(line, page) for line in cell.lines]) for cell in row) for row, page in placed_rows
    )
    boxes = tuple(tuple(region(cell, page) for cell in row) for row, page in placed_rows)
    title = text(placed.title)
    table = Table(
        rows,
        header_rows=grid.header_rows,
        title=title,
        boxes=boxes,
        units=first_units([title, *(cell for row in rows[: grid.header_rows] for cell in row)]),
        footnotes=tuple(text(note) for note in placed.notes),
        levels=row_levels(_indents(grid), rows, grid.header_rows, _bold_labels(grid)),
    )
    notes = tuple(regions(note) for note in placed.notes)
    cells = [box for row in boxes for box in row if box is not None]
    around = [region for note in notes for region in note]
    return TableBlock(table, union_by_page([*regions(placed.title), *cells, *around]), notes)


def _indents(grid: Grid) -> list[float | None]:
    """Left edges of the labels; unknown where labels are centred or set to the right."""
    labels = [row[0].bounds if row[0].lines else None for row in grid.cells]
    body = [box for box in labels[grid.header_rows :] if box is not None]
    for edge in ([box[2] for box in body], [(box[0] + box[2]) / 2 for box in body]):
        if len(body) > 2 and max(edge) - min(edge) < 1.5 < max(box[0] for box in body) - min(box[0] for box in body):
            return [None] * len(labels)
    return [box[0] if box else None for box in labels]


def _bold_labels(grid: Grid) -> list[bool]:
    return [bool(row[0].lines) and all(line.bold for line in row[0].lines) for row in grid.cells]
