"""A table on its page: grid, title above, notes below; and how these are told from the text around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..table_words import is_units_line, note_mark
from .captions import is_table_caption
from .lines import Line
from .paragraphs import PlacedLine
from .rows import Row
from .table_grid import Grid

_FAR = 3.0  # rows further apart than this many row heights are no neighbours
_TITLE_ROWS = 4
_NOTE_ROWS = 60
_NOTE_GAP = 2.5  # times the height of a note, from the table or the note above
_SMALLER = 0.96  # of the size of the table's letters


@dataclass(slots=True)
class PlacedTable:
    """A table, which may run over pages: `pages` has the page (counted from 1) of each row of the grid."""

    grid: Grid
    pages: list[int]
    title: list[PlacedLine] = field(default_factory=list)
    notes: list[list[PlacedLine]] = field(default_factory=list)

    @classmethod
    def on(cls, page: int, grid: Grid) -> PlacedTable:
        """A table on one page."""
        return cls(grid, [page] * len(grid.cells))


def title_start(rows: Sequence[Row], start: int, done: int) -> int:
    """Index of the row where the title of the table begins that starts at `start`; `start` where it has none.

    Titles are captions ("Table 3: ...") of up to three lines, and lines that tell nothing but units.
    """
    first = start
    for back in range(1, _TITLE_ROWS + 1):
        index = start - back
        if index < done or rows[index].figure or not _near(rows[index], rows[index + 1]):
            break
        text = rows[index].text
        if is_table_caption(text):
            return index
        if first == index + 1 and is_units_line(text):
            first = index
    return first


def take_notes(rows: Sequence[Row], start: int, end: int, table: PlacedTable) -> int:
    """Give the table the notes among `rows[start:end]` that stand right below it; returns the index after them."""
    page, lines = table.pages[-1], [line for row in table.grid.cells for cell in row for line in cell.lines]
    bottom, size = max(line.y1 for line in lines), sorted(line.size for line in lines)[len(lines) // 2]
    cells = " ".join(line.text for line in [*lines, *(placed.line for placed in table.title)])
    index = start
    while index < min(end, start + _NOTE_ROWS) and not rows[index].figure:
        line = rows[index].merged()
        mark = note_mark(line.text)
        if line.y0 - bottom > _NOTE_GAP * line.height:
            break
        if mark is not None and (mark in cells or line.size < _SMALLER * size):
            table.notes.append([PlacedLine(line, page)])
        elif table.notes and _goes_on(table.notes[-1][-1].line, line):
            table.notes[-1].append(PlacedLine(line, page))
        else:
            break
        bottom = line.y1
        index += 1
    return index


def notes_in_last_rows(table: PlacedTable) -> None:
    """Take notes out of the grid that stand in its last rows, over all columns."""
    grid = table.grid
    taken: list[list[PlacedLine]] = []
    while len(grid.cells) > 2:
        cells = {id(cell): cell for cell in grid.cells[-1] if cell.lines}
        cell = next(iter(cells.values()))
        alone = len(cells) == 1 and all(other is cell for other in grid.cells[-1])
        if not alone or note_mark(cell.text) is None:
            break
        page = table.pages.pop()
        taken.insert(0, [PlacedLine(line, page) for line in cell.lines])
        grid.cells.pop()
    table.notes = taken + table.notes


def _near(above: Row, below: Row) -> bool:
    return below.y0 - above.y1 < _FAR * max(above.height, 6.0)


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a note goes on in `line`."""
    close = line.y0 - above.y1 < 0.6 * line.height and abs(line.size - above.size) < 0.06 * above.size
    ended = above.text.endswith((".", "。", "!", "！", ";", "；"))
    return close and (line.text[0].islower() or not ended)
