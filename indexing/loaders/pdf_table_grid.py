"""Rows to a grid: which column each entry of a table belongs to, and which rows are its header."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from .pdf_lines import Line, join_texts
from .pdf_rows import Row, is_amount, is_figure

Interval = tuple[float, float]
_SLACK = 2.0  # points
_LONG_LABEL = 8  # words of a label that may have been wrapped


@dataclass(slots=True)
class Cell:
    """One entry with the printed lines it is made of. A spanning entry is one object that stands in several places."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines joined."""
        text = ""
        for line in self.lines:
            text = join_texts(text, line.text)
        return text

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Box in points of the upright page; undefined for an empty cell."""
        return (
            min(line.x0 for line in self.lines),
            min(line.y0 for line in self.lines),
            max(line.x1 for line in self.lines),
            max(line.y1 for line in self.lines),
        )


@dataclass(slots=True)
class Grid:
    """Cells by row and column; the first `header_rows` rows are headers. `columns` are their extents in points."""

    cells: list[list[Cell]]
    header_rows: int
    columns: list[Interval]


def amount_grid(rows: list[Row]) -> Grid | None:
    """A table of figures: labels on the left, columns where the figures stand under each other."""
    body = next((i for i, row in enumerate(rows) if any(is_figure(cell.text) for cell in row.cells[1:])), None)
    if body is None:
        return None
    body = min(body, _after_bold_header(rows))
    figures = [cell for row in rows[body:] for cell in row.cells[1:] if is_amount(cell.text) or is_figure(cell.text)]
    columns = _union([(cell.x0, cell.x1) for cell in figures])
    supported = [span for span in columns if sum(_overlap((cell.x0, cell.x1), span) > 0 for cell in figures) >= 2]
    if not supported:
        return None
    columns = _with_text_columns(rows[body:], columns)
    columns = [*_label_columns(rows[body:], columns[0][0]), *columns]
    cells = [_place_header(row, rows[index + 1 : body + 1], columns) for index, row in enumerate(rows[:body])]
    cells += [_place(row, columns) for row in rows[body:]]
    header = max((index + 1 for index in range(body) if any(cell.lines for cell in cells[index][1:])), default=0)
    return _without_wraps(Grid(cells, header, columns), columns)


def text_grid(rows: list[Row]) -> Grid | None:
    """A table of words: columns where the entries of several rows begin (or are centred) under each other."""
    edges: list[list[float]] = []
    for x in sorted(cell.x0 for row in rows for cell in row.cells):
        if edges and x - edges[-1][-1] <= 4:
            edges[-1].append(x)
        else:
            edges.append([x])
    starts = [cluster[0] for cluster in edges if len(cluster) >= 3]
    inner = [cell for row in rows for cell in row.cells[1:]]
    aligned = sum(any(-_SLACK <= cell.x0 - start <= 4 for start in starts[1:]) for cell in inner)
    if len(starts) < 2 or aligned < 0.6 * len(inner):
        return None
    columns = [(start, following) for start, following in zip(starts, [*starts[1:], float("inf")], strict=True)]
    cells: list[list[Cell]] = []
    above: Row | None = None
    for row in rows:
        placed = [Cell() for _ in columns]
        for line in row.cells:
            index = max((i for i, (start, _) in enumerate(columns) if start <= line.x0 + 4), default=0)
            placed[index].lines.append(line)
        if above and cells and not placed[0].lines and row.y0 - above.y1 < 0.4 * row.height:
            for into, extra in zip(cells[-1], placed, strict=True):
                into.lines.extend(extra.lines)
        else:
            cells.append(placed)
        above = row
    bold = [all(line.bold for cell in row for line in cell.lines) for row in cells]
    return Grid(cells, 1 if bold[0] and not all(bold) and len(cells) > 1 else 0, columns)


def _union(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _after_bold_header(rows: list[Row]) -> int:
    """Index of the first row after a bold header; the number of rows where nothing tells them apart."""
    bold = [all(cell.bold for cell in row.cells[1:] or row.cells) for row in rows]
    return bold.index(False) if bold[0] and False in bold else len(rows)


def _overlap(first: Interval, second: Interval) -> float:
    return min(first[1], second[1]) - max(first[0], second[0])


def _with_text_columns(rows: list[Row], columns: list[Interval]) -> list[Interval]:
    """Add columns of words that stand between or right of the columns of figures."""
    words = [
        (cell.x0, cell.x1)
        for row in rows
        for cell in row.cells[1:]
        if cell.x0 >= columns[0][0] and all(_overlap((cell.x0, cell.x1), span) <= 0 for span in columns)
    ]
    return sorted([*columns, *_union(words)])


def _label_columns(rows: list[Row], first: float) -> list[Interval]:
    """Columns left of the figures: one for the labels, more where several rows have several entries there."""
    left = [[cell for cell in row.cells if cell.x1 <= first + _SLACK] for row in rows]
    several = [row for row in left if len(row) > 1]
    start = min((cell.x0 for row in rows for cell in row.cells[:1]), default=first)
    end = max((row[0].x1 for row, whole in zip(left, rows, strict=True) if row and len(whole.cells) > 1), default=first)
    if len(several) < 2:
        return [(min(start, first - 1), min(end, first))]
    inner = _union([(cell.x0, cell.x1) for row in several for cell in row[1:]])
    edges = [min(start, inner[0][0] - 1), *(span[0] for span in inner), first]
    return list(pairwise(edges))


def _place(row: Row, columns: list[Interval]) -> list[Cell]:
    """Put the entries of a row of the body into columns, each into the one it overlaps most, or the nearest."""
    placed = [Cell() for _ in columns]
    for number, line in enumerate(row.cells):
        span = (line.x0, line.x1)
        index = max(range(len(columns)), key=lambda i: (_overlap(span, columns[i]), -i))
        if number == 0 and line.x0 < columns[0][1] - _SLACK:
            index = 0
        placed[index].lines.append(line)
    return placed


def _place_header(row: Row, below: list[Row], columns: list[Interval]) -> list[Cell]:
    """Put the entries of a header row into columns; one over several columns stands in each of them."""
    placed = [Cell() for _ in columns]
    shares = _even_shares(row, below, columns)
    for number, line in enumerate(row.cells):
        span = (line.x0, line.x1)
        hits = [i for i, other in enumerate(columns) if _overlap(span, other) > min(4.0, 0.3 * (other[1] - other[0]))]
        if number in shares:
            hits = shares[number]
        elif 0 in hits and line.x0 < columns[0][0] + _SLACK:
            hits = [0]
        elif not hits:
            hits = [max(range(len(columns)), key=lambda i: (_overlap(span, columns[i]), -i))]
        shared = Cell([line])
        for hit in hits:
            placed[hit] = Cell([*placed[hit].lines, line]) if placed[hit].lines else shared
    return placed


def _even_shares(row: Row, below: list[Row], columns: list[Interval]) -> dict[int, list[int]]:
    """Header entries that are centred over several columns each ("Three Months Ended" over 2023 and 2022)."""
    entries = _over_figures(row, columns)
    figures = range(1, len(columns))
    # One entry alone spans all columns only where the row right below has an entry for each of them.
    split = max((len(_over_figures(other, columns)) for other in below[: 1 if len(entries) == 1 else None]), default=0)
    if not entries or len(entries) >= len(figures) or split < len(figures):
        return {}
    middles = {i: (row.cells[i].x0 + row.cells[i].x1) / 2 for i in entries}
    shares: dict[int, list[int]] = {i: [] for i in entries}
    for column in figures:
        middle = sum(columns[column]) / 2
        shares[min(entries, key=lambda i: (abs(middles[i] - middle), i))].append(column)
    if len({len(share) for share in shares.values()}) > 1:
        return {}
    for entry, share in shares.items():
        centre = (columns[share[0]][0] + columns[share[-1]][1]) / 2
        if abs(centre - middles[entry]) > 0.12 * (columns[share[-1]][1] - columns[share[0]][0]) + 4:
            return {}
    return shares


def _over_figures(row: Row, columns: list[Interval]) -> list[int]:
    """Positions of the entries right of the labels."""
    return [i for i, line in enumerate(row.cells) if (line.x0 + line.x1) / 2 > columns[0][1]]


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
