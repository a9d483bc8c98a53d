"""Tables of words: columns where the entries of several rows begin, or stand, under each other."""

from __future__ import annotations

from collections import Counter

from .entries import split_entries
from .rows import Row
from .rules import PageRules
from .table_grid import Cell, Grid, Interval, overlap, union
from .table_header import header_rows
from .wrapped_rows import join_wrapped_rows

_SLACK = 2.0  # points
_EDGE = 4.0  # points by which the left edges of one column differ
_ALIGNED = 0.6  # share of the entries that stand in the columns


def text_grid(rows: list[Row], rules: PageRules) -> Grid | None:
    """The grid of the rows; None where their entries stand in no columns."""
    columns = _by_left_edges(rows) or _by_gutters(rows)
    if columns is None:
        return None
    rows = [split_entries(row, columns) for row in rows]
    cells = [_place(row, columns) for row in rows]
    cells = join_wrapped_rows(rows, cells, rules) or _without_tails(rows, cells)
    grid = Grid(cells, 0, columns)
    grid.header_rows = header_rows(grid)
    return grid


def _by_left_edges(rows: list[Row]) -> list[Interval] | None:
    edges: list[list[float]] = []
    for x in sorted(cell.x0 for row in rows for cell in row.cells):
        if edges and x - edges[-1][-1] <= _EDGE:
            edges[-1].append(x)
        else:
            edges.append([x])
    starts = [cluster[0] for cluster in edges if len(cluster) >= 3]
    inner = [cell for row in rows for cell in row.cells[1:]]
    aligned = sum(any(-_SLACK <= cell.x0 - start <= _EDGE for start in starts[1:]) for cell in inner)
    if len(starts) < 2 or aligned < _ALIGNED * len(inner):
        return None
    right = max(row.x1 for row in rows)
    return list(zip(starts, [*(start - 0.1 for start in starts[1:]), max(right, starts[-1] + 1)], strict=True))


def _by_gutters(rows: list[Row]) -> list[Interval] | None:
    """Columns of centred or right-aligned entries: what the rows with the usual number of entries leave free."""
    several = [row for row in rows if len(row.cells) > 1]
    usual = Counter(len(row.cells) for row in several).most_common(1)[0][0]
    columns = union([(cell.x0, cell.x1) for row in several if len(row.cells) == usual for cell in row.cells])
    if len(columns) != usual:
        return None
    entries = [(cell.x0, cell.x1) for row in several for cell in row.cells]
    alone = sum(sum(overlap(entry, column) > 0 for column in columns) == 1 for entry in entries)
    return columns if alone >= _ALIGNED * len(entries) and len(several) >= 3 else None


def _place(row: Row, columns: list[Interval]) -> list[Cell]:
    placed = [Cell() for _ in columns]
    for line in row.cells:
        within = [i for i, column in enumerate(columns) if overlap((line.x0, line.x1), column) > 0]
        index = max((i for i, (start, _) in enumerate(columns) if start <= line.x0 + _EDGE), default=0)
        placed[within[0] if within and index not in within else index].lines.append(line)
    return placed


def _without_tails(rows: list[Row], cells: list[list[Cell]]) -> list[list[Cell]]:
    """Join to the row above what stands close below it without a label."""
    joined: list[list[Cell]] = []
    for index, row in enumerate(cells):
        close = index > 0 and rows[index].y0 - rows[index - 1].y1 < 0.4 * rows[index].height
        if joined and close and not row[0].lines:
            joined[-1] = [Cell([*into.lines, *extra.lines]) for into, extra in zip(joined[-1], row, strict=True)]
        else:
            joined.append(row)
    return joined
