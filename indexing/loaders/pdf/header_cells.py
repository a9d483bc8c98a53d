"""The header of a table without cells of rules: entries over several lines, and which columns an entry spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from .lines import Line
from .rows import Row
from .rules import PageRules
from .table_grid import Cell, Interval, overlap

_SLACK = 2.0  # points
_STACKED = 0.45  # heights of a line, at most, between two lines of one entry
_COMMON = 0.3  # share of a column's width, or of the entry's, over which the entry stands
_SHIFT = 0.25  # share of a group's width by which its heading may be off its middle
_ALIGNED = 2.5  # points by which the edges or the middles of the lines of one entry differ


def header_cells(rows: Sequence[Row], columns: list[Interval], rules: PageRules) -> list[list[Cell]]:
    """The printed `rows` of a header as rows of cells, one for each level; an entry stands in each column it spans."""
    entries = _entries([line for row in rows for line in row.cells], rules)
    levels = _levels(entries)
    outlines = [Row([_outline(entry) for entry in level]) for level in levels]
    return [
        _placed(level, outlines[number], outlines[number + 1 :], columns, rules) for number, level in enumerate(levels)
    ]


def _entries(lines: list[Line], rules: PageRules) -> list[list[Line]]:
    """Lines that stand close under each other, on one axis or edge, are one entry ("December 31," over "2023")."""
    entries: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.y0, line.x0)):
        above = [entry for entry in entries if _is_under(line, entry[-1])]
        beside = [other for other in lines if other is not line and above and _is_under(other, above[0][-1])]
        if len(above) == 1 and not beside and not _ruled_between(above[0][-1], line, rules):
            above[0].append(line)
        else:
            entries.append([line])
    return entries


def _is_under(line: Line, above: Line) -> bool:
    gap = line.y0 - above.y1
    if not -0.3 * line.height < gap < _STACKED * line.height or min(line.x1, above.x1) <= max(line.x0, above.x0):
        return False
    differences = (line.x0 - above.x0, line.x1 - above.x1, (line.x0 + line.x1 - above.x0 - above.x1) / 2)
    return min(map(abs, differences)) < _ALIGNED


def _ruled_between(above: Line, line: Line, rules: PageRules) -> bool:
    y, x0, x1 = rules.rules.horizontal.T
    middle = (line.x0 + line.x1) / 2
    return bool(((y > above.middle) & (y < line.middle) & (x0 < middle) & (x1 > middle)).any())


def _levels(entries: list[list[Line]]) -> list[list[list[Line]]]:
    """Entries side by side, from top to bottom, whatever the number of their lines."""
    levels: list[list[list[Line]]] = []
    for entry in sorted(entries, key=lambda entry: (entry[0].y0 + entry[-1].y1, entry[0].x0)):
        outline = _outline(entry)
        if levels:
            level = [_outline(other) for other in levels[-1]]
            top, bottom = min(other.y0 for other in level), max(other.y1 for other in level)
            beside = min(bottom, outline.y1) - max(top, outline.y0) > 0.5 * min(bottom - top, outline.height)
            if beside and not any(other.x0 < outline.x1 and outline.x0 < other.x1 for other in level):
                levels[-1].append(entry)
                continue
        levels.append([entry])
    return [sorted(level, key=lambda entry: entry[0].x0) for level in levels]


def _outline(entry: Sequence[Line]) -> Line:
    """One line in the place of an entry."""
    return replace(
        entry[0],
        x0=min(map(attrgetter("x0"), entry)),
        y0=entry[0].y0,
        x1=max(map(attrgetter("x1"), entry)),
        y1=entry[-1].y1,
    )


def _placed(
    level: Sequence[list[Line]], row: Row, below: Sequence[Row], columns: list[Interval], rules: PageRules
) -> list[Cell]:
    placed = [Cell() for _ in columns]
    shares = _underlined(row, level, columns, rules) or _even_shares(row, below, columns)
    for number, line in enumerate(row.cells):
        span = (line.x0, line.x1)
        hits = [
            i
            for i, other in enumerate(columns)
            if overlap(span, other) > _COMMON * min(other[1] - other[0], line.width)
        ]
        if number in shares:
            hits = shares[number]
        elif 0 in hits and line.x0 < columns[0][0] + _SLACK:
            hits = [0]
        elif not hits:
            hits = [max(range(len(columns)), key=lambda i: (overlap(span, columns[i]), -i))]
        shared = Cell(list(level[number]))
        for hit in hits:
            placed[hit] = Cell([*placed[hit].lines, *level[number]]) if placed[hit].lines else shared
    return placed


def _underlined(
    row: Row, level: Sequence[list[Line]], columns: list[Interval], rules: PageRules
) -> dict[int, list[int]]:
    """Entries with a rule right below them, as long as the columns that they head."""
    y, x0, x1 = rules.rules.horizontal.T
    found: dict[int, list[int]] = {}
    for number, line in enumerate(row.cells):
        last = level[number][-1]
        under = (y > last.middle) & (y < last.y1 + 0.7 * last.height) & (x0 < line.x1 - 1) & (x1 > line.x0 + 1)
        if not under.any():
            continue
        # The rule may have gaps between the columns.
        pieces = under & (np.abs(y - y[under].min()) < 1)
        start, end = float(x0[pieces].min()), float(x1[pieces].max())
        if end - start < line.width:
            continue
        others = [other for other in row.cells if other is not line and start < (other.x0 + other.x1) / 2 < end]
        hits = [i for i, span in enumerate(columns) if start - _SLACK < (span[0] + span[1]) / 2 < end + _SLACK]
        if not others and len(hits) > 1 and 0 not in hits:
            found[number] = hits
    return found


def _even_shares(row: Row, below: Sequence[Row], columns: list[Interval]) -> dict[int, list[int]]:
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
    # Figures set to the right shift all columns by about as much against what is centred over them.
    shifts = []
    for entry, share in shares.items():
        start, end = columns[share[0]][0], columns[share[-1]][1]
        shifts.append(middles[entry] - (start + end) / 2)
        if abs(shifts[-1]) > _SHIFT * (end - start) + 4:
            return {}
    width = max(columns[share[-1]][1] - columns[share[0]][0] for share in shares.values())
    return shares if max(shifts) - min(shifts) < 0.12 * width + 4 else {}


def _over_figures(row: Row, columns: list[Interval]) -> list[int]:
    """Positions of the entries right of the labels."""
    return [i for i, line in enumerate(row.cells) if (line.x0 + line.x1) / 2 > columns[0][1]]
