"""Where the tables of a page are: runs of rows whose entries stand under each other.

This is a first, simple detector for tables without a model: financial statements, lists of figures, aligned text.
It reads the text layer only; ruling lines are not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..table_words import is_units_line
from .amount_grid import amount_grid
from .captions import is_table_caption
from .lines import Line
from .rows import Row, is_figure
from .rules import PageRules
from .table_grid import Grid
from .text_grid import text_grid

_MAX_BRIDGE = 6  # label rows ("Current assets:") that may stand between two rows with figures
_MAX_HEADER = 6  # lines of a stacked column header
_TAIL_GAP = 0.35  # heights of a line between the lines of a wrapped entry
_FAR = 3.0  # rows further apart than this many row heights are no neighbours


@dataclass(frozen=True, slots=True)
class TableArea:
    """A table: its grid, and the rows `start:end` of the region that it takes."""

    start: int
    end: int
    grid: Grid


def find_tables(rows: list[Row], rules: PageRules) -> list[TableArea]:
    """The tables among the rows of one region, from top to bottom; they do not overlap.

    The `rules` of the page tell what an entry of the header spans, and where a row with wrapped cells ends.
    """
    tables: list[TableArea] = []
    done = 0
    parts = _parts(rows, _runs(rows))
    for number, (first_row, last_row) in enumerate(parts):
        start = _with_header(rows, first_row, last_row, done)
        limit = parts[number + 1][0] if number + 1 < len(parts) else len(rows)
        end = _with_tail(rows, first_row, last_row, limit)
        grid = _grid(rows[start:end], rules)
        if grid is None:
            continue
        tables.append(TableArea(start, end, grid))
        done = end
    return tables


def _grid(rows: list[Row], rules: PageRules) -> Grid | None:
    if sum(_is_body(row) for row in rows) >= 2 or _is_headed_row(rows):
        grid = amount_grid(rows, rules)
        if grid is not None:
            return grid
    several = [row for row in rows if len(row.cells) > 1]
    prose = sum(cell.reads_as_prose() for row in several for cell in row.cells)
    cells = sum(len(row.cells) for row in several)
    return text_grid(rows, rules) if len(several) >= 3 and prose < 0.3 * cells else None


def _is_headed_row(rows: list[Row]) -> bool:
    """Whether the only row of figures has a heading right over each of several figures."""
    body = [index for index, row in enumerate(rows) if _is_body(row)]
    if len(body) != 1 or body[0] == 0 or len(rows[body[0]].cells) < 3:
        return False
    figures, above = rows[body[0]].cells[1:], rows[body[0] - 1].cells
    named = [[cell for cell in above if cell.x0 < figure.x1 and figure.x0 < cell.x1] for figure in figures]
    return all(len(cells) == 1 for cells in named) and len({id(cells[0]) for cells in named}) == len(figures)


def _runs(rows: list[Row]) -> list[tuple[int, int]]:
    """Maximal runs that begin and end with a row of several entries, label rows between them allowed."""
    runs: list[tuple[int, int]] = []
    start = last = -1
    for index, row in enumerate(rows):
        near = last >= 0 and _near(rows, last, index)
        if len(row.cells) > 1:
            if not near or _is_prose(row):
                if start >= 0:
                    runs.append((start, last + 1))
                start = index
            last = index
        elif last >= 0 and (not near or not _may_bridge(rows, start, last, index)):
            runs.append((start, last + 1))
            start = last = -1
    if start >= 0:
        runs.append((start, last + 1))
    return runs


def _is_prose(row: Row) -> bool:
    """Lines of text side by side, which are no entries of a table above them."""
    return all(cell.reads_as_prose() for cell in row.cells)


def _parts(rows: list[Row], runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut runs where a new header begins: tables that follow each other without any text between them."""
    parts: list[tuple[int, int]] = []
    for start, end in runs:
        first, in_body = start, False
        for index in range(start, end):
            row = rows[index]
            if in_body and len(row.cells) > 1 and _is_bold_header(row):
                parts.append((first, index))
                first, in_body = index, False
            in_body = in_body or (_is_body(row) and not row.cells[0].bold)
        parts.append((first, end))
    return parts


def _is_bold_header(row: Row) -> bool:
    return all(cell.bold and not is_figure(cell.text) for cell in row.cells)


def _near(rows: list[Row], last: int, index: int) -> bool:
    between = rows[last : index + 1]
    return all(below.y0 - above.y1 < _FAR * max(above.height, 6.0) for above, below in pairwise(between))


def _may_bridge(rows: list[Row], start: int, last: int, index: int) -> bool:
    """Whether a row with one entry can stand inside the table that begins at `start`."""
    row = rows[index]
    if row.figure or index - last > _MAX_BRIDGE or is_table_caption(row.cells[0].text):
        return False
    second = min(other.cells[1].x0 for other in rows[start : last + 1] if len(other.cells) > 1)
    right = max(other.x1 for other in rows[start : last + 1])
    cell = row.cells[0]
    if cell.x1 <= second + 2 or cell.x0 >= second - 2 or _begins_entry(rows, index):
        return True
    return not cell.reads_as_prose() or (cell.words <= 9 and cell.x1 < 0.7 * right)


def _begins_entry(rows: list[Row], index: int) -> bool:
    """Whether a line goes on in one of the entries right below it: the top of a cell that is higher than the others."""
    if index + 1 == len(rows) or len(rows[index + 1].cells) < 2:
        return False
    cell, row = rows[index].cells[0], rows[index + 1]
    gap = row.y0 - cell.y1
    aligned = any(abs(other.x0 - cell.x0) < 2 for other in row.cells[1:])
    return gap < -0.1 * cell.height or (gap < 0.2 * cell.height and aligned)


def _with_header(rows: list[Row], start: int, end: int, done: int) -> int:
    """Take in the single entries right above that stand over the columns, or head the labels below ("Assets:")."""
    second = min(row.cells[1].x0 for row in rows[start:end] if len(row.cells) > 1)
    label_end = _label_end(rows[start:end], second)
    left = min(row.x0 for row in rows[start:end])
    first = start
    while first > done and start - first < _MAX_HEADER:
        row, below = rows[first - 1], rows[first]
        if row.figure or len(row.cells) != 1 or not _near(rows, first - 1, first):
            break
        cell = row.cells[0]
        heads_columns = cell.x0 > label_end - 2 and (cell.x0 + cell.x1) / 2 > second
        # The first line of an entry for the labels may stand higher than the names of the columns beside it.
        heads_columns = heads_columns or below.y0 < row.y1 - 0.2 * row.height
        subheading = (
            cell.text.endswith((":", "：")) and cell.words <= 5 and cell.x1 <= second + 2 and cell.x0 < left + 2
        )
        if not (heads_columns or subheading) or _is_title(cell, rows[start:end], second):
            break
        if cell.words > 12 or below.y0 - row.y1 > row.height:
            break
        first -= 1
    while first < start and is_units_line(rows[first].text):
        first += 1  # the units of the whole table belong to its title
    return first


def _is_title(cell: Line, rows: list[Row], second: float) -> bool:
    """Whether a line is centred over the whole table, labels included, rather than over its columns."""
    left, right, middle = min(row.x0 for row in rows), max(row.x1 for row in rows), (cell.x0 + cell.x1) / 2
    return abs(middle - (left + right) / 2) < 4 and abs(middle - (second + right) / 2) > 12


def _with_tail(rows: list[Row], start: int, end: int, limit: int) -> int:
    """Take in the single entries right below that go on with an entry of the last row, wrapped in its column."""
    last = [cell for row in rows[max(start, end - 3) : end] for cell in row.cells]
    second = min(row.cells[1].x0 for row in rows[start:end] if len(row.cells) > 1)
    while end < min(limit, len(rows)) and not rows[end].figure and len(rows[end].cells) == 1:
        cell, above = rows[end].cells[0], rows[end - 1]
        goes_on = any(abs(cell.x0 - other.x0) < 3 or abs(cell.x0 + cell.x1 - other.x0 - other.x1) < 4 for other in last)
        in_column = cell.x0 > second - 2 or (cell.x1 < second and cell.text[0].islower())
        if cell.y0 - above.y1 > _TAIL_GAP * cell.height or not (goes_on and in_column):
            break
        end += 1
    return end


def _label_end(rows: list[Row], second: float) -> float:
    """Where the labels of the rows usually end, so that a header may stand left of a narrow number."""
    ends = sorted(row.cells[0].x1 for row in rows if len(row.cells) > 1 and row.cells[0].x1 <= second)
    return ends[(3 * len(ends)) // 4] if ends else second


def _is_body(row: Row) -> bool:
    return any(is_figure(cell.text) for cell in row.cells[1:])
