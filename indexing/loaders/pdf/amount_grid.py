"""Tables of figures: labels on the left, columns where the figures stand under each other."""

from __future__ import annotations

from .entries import split_entries
from .header_cells import header_cells
from .lines import Line
from .rows import Row, is_amount, is_figure
from .rules import PageRules
from .table_grid import Cell, Grid, Interval, overlap, union
from .wrapped_rows import join_wrapped_rows

_SLACK = 2.0  # points
_TIGHT, _JUMP = 0.35, 0.2  # heights of a line: between the lines of a cell; what the gap to a row above is wider
_LONG_LABEL = 8  # words of a label that may have been wrapped


def amount_grid(rows: list[Row], rules: PageRules) -> Grid | None:
    """The grid of the rows; None where of several rows of figures no two figures stand under each other."""
    body = next((i for i, row in enumerate(rows) if any(is_figure(cell.text) for cell in row.cells[1:])), None)
    if body is None:
        return None
    body = _first_line(rows, min(body, _after_bold_header(rows)))
    figures = [
        (cell.x0, cell.x1)
        for row in rows[body:]
        for cell in row.cells[1:]
        if is_amount(cell.text) or is_figure(cell.text)
    ]
    columns = _columns(figures)
    several = sum(any(is_figure(cell.text) for cell in row.cells[1:]) for row in rows[body:]) > 1
    if several and not any(sum(overlap(figure, span) > 0 for figure in figures) >= 2 for span in columns):
        return None
    columns = _with_text_columns(rows[body:], columns)
    columns = [*_label_columns(rows[body:], columns[0][0]), *columns]
    rows = [split_entries(row, columns) for row in rows]
    named = [
        i + 1 for i, row in enumerate(rows[:body]) if any(cell.x0 + cell.x1 > 2 * columns[0][1] for cell in row.cells)
    ]
    depth = _with_tail(rows[:body], max(named, default=0))
    top = header_cells(rows[:depth], columns, rules)
    cells = [_place(row, columns) for row in rows[depth:]]
    joined = join_wrapped_rows(rows[depth:], cells, rules)
    grid = Grid([*top, *(joined or cells)], len(top), columns)
    return grid if joined else _without_wraps(grid, columns)


def _with_tail(rows: list[Row], depth: int) -> int:
    """Take in the last line of what heads the labels, below the names of the columns."""
    while 0 < depth < len(rows) and len(rows[depth].cells) == 1:
        cell = rows[depth].cells[0]
        above = [line for row in rows[:depth] for line in row.cells if abs(line.x0 - cell.x0) < _SLACK]
        if not above or cell.y0 - max(line.y1 for line in above) > _TIGHT * cell.height:
            break
        depth += 1
    return depth


def _first_line(rows: list[Row], body: int) -> int:
    """Where the first row of the body really begins, if its wrapped cells reach higher than its figures."""
    first = body
    while 1 < first < len(rows) and len(rows[first - 1].cells) == 1:
        row, above = rows[first - 1], rows[first - 2]
        tight = rows[first].y0 - row.y1
        if tight > _TIGHT * row.height or row.y0 - above.y1 < tight + _JUMP * row.height:
            break
        first -= 1
    return first


def _columns(figures: list[Interval]) -> list[Interval]:
    """Extents of the columns of entries that stand under each other.

    A wide entry that would join two columns, each of several entries, joins none.
    """
    found: list[tuple[Interval, int]] = []
    for figure in sorted(figures, key=lambda span: (span[1] - span[0], span)):
        touched = [item for item in found if overlap(item[0], figure) > 0]
        if sum(count >= 2 for _, count in touched) > 1:
            continue
        for item in touched:
            found.remove(item)
        spans = [figure, *(span for span, _ in touched)]
        joined = (min(span[0] for span in spans), max(span[1] for span in spans))
        found.append((joined, 1 + sum(count for _, count in touched)))
    return union([span for span, _ in found])


def _after_bold_header(rows: list[Row]) -> int:
    """Index of the first row after a bold header; the number of rows where nothing tells them apart."""
    bold = [all(cell.bold for cell in row.cells[1:] or row.cells) for row in rows]
    return bold.index(False) if bold[0] and False in bold else len(rows)


def _with_text_columns(rows: list[Row], columns: list[Interval]) -> list[Interval]:
    """Add columns of words that stand between or right of the columns of figures."""
    words = [
        (cell.x0, cell.x1)
        for row in rows
        for cell in row.cells[1:]
        if cell.x0 >= columns[0][0] and all(overlap((cell.x0, cell.x1), span) <= 0 for span in columns)
    ]
    return sorted([*columns, *union(words)])


def _label_columns(rows: list[Row], first: float) -> list[Interval]:
    """Columns left of the figures: one for the labels, more where several rows have several entries there."""
    left = [[cell for cell in row.cells if cell.x1 <= first + _SLACK] for row in rows]
    several = [row for row in left if len(row) > 1]
    start = min((cell.x0 for row in rows for cell in row.cells[:1]), default=first)
    end = max((row[0].x1 for row, whole in zip(left, rows, strict=True) if row and len(whole.cells) > 1), default=first)
    if len(several) < 2:
        return [(min(start, first - 1), min(end, first))]
    labels = max(row[0].x1 for row in several)
    inner = _columns([(cell.x0, cell.x1) for row in left for cell in row if cell.x0 > labels or cell is not row[0]])
    return [(min(start, inner[0][0] - 1), min(labels, inner[0][0])), *inner]


def _place(row: Row, columns: list[Interval]) -> list[Cell]:
    """Put the entries of a row of the body into columns, each into the one it overlaps most, or the nearest."""
    placed = [Cell() for _ in columns]
    for number, line in enumerate(row.cells):
        span = (line.x0, line.x1)
        index = max(range(len(columns)), key=lambda i: (overlap(span, columns[i]), -i))
        if number == 0 and line.x0 < columns[0][1] - _SLACK:
            index = 0
        placed[index].lines.append(line)
    return placed


def _without_wraps(grid: Grid, columns: list[Interval]) -> Grid:
    """Join labels that run over two printed lines, with the figures on the first or on the last of them."""
    rows: list[list[Cell]] = []
    for index, row in enumerate(grid.cells):
        above = rows[-1] if rows and index > grid.header_rows else None
        if above and above[0].lines:
            alone_above = not any(cell.lines for cell in above[1:])
            alone_here = not any(cell.lines for cell in row[1:])
            if (alone_above or alone_here) and _is_wrapped(above[0].lines[-1], row, columns, alone=alone_above):
                cells = above[1:] if alone_here else row[1:]
                rows[-1] = [Cell(above[0].lines + row[0].lines), *cells]
                continue
        rows.append(row)
    return Grid(rows, grid.header_rows, columns)


def _is_wrapped(line: Line, row: list[Cell], columns: list[Interval], *, alone: bool) -> bool:
    """Whether the label `line` goes on in `row`. `alone` says that no figures stand beside `line`."""
    below = [cell.lines[0] for cell in row if cell.lines]
    gap = min(other.y0 for other in below) - line.y1
    if not row[0].lines:
        return alone and gap < 0.3 * line.height and not line.text.endswith(":")
    following = row[0].lines[0]
    if gap > 0.5 * line.height or line.text.endswith(":") or line.bold != following.bold:
        return False
    word = following.width * len(following.text.split(" ", 1)[0]) / len(following.text)
    full = columns[0][1] - line.x1 < word and line.words >= _LONG_LABEL
    return following.text[0].islower() or (alone and full)
