"""The header of a table without cells of rules: which columns an entry spans, and entries over several lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pdf_rows import Row
from .pdf_rules import PageRules
from .pdf_table_grid import Cell, Interval, overlap

_SLACK = 2.0  # points
_STACKED = 0.6  # heights of a line, at most, between two lines of one entry


def place_header(row: Row, below: list[Row], columns: list[Interval], rules: PageRules) -> list[Cell]:
    """Put the entries of a header row into columns; one over several columns stands in each of them."""
    placed = [Cell() for _ in columns]
    shares = _underlined(row, columns, rules) or _even_shares(row, below, columns)
    for number, line in enumerate(row.cells):
        span = (line.x0, line.x1)
        hits = [i for i, other in enumerate(columns) if overlap(span, other) > min(4.0, 0.3 * (other[1] - other[0]))]
        if number in shares:
            hits = shares[number]
        elif 0 in hits and line.x0 < columns[0][0] + _SLACK:
            hits = [0]
        elif not hits:
            hits = [max(range(len(columns)), key=lambda i: (overlap(span, columns[i]), -i))]
        shared = Cell([line])
        for hit in hits:
            placed[hit] = Cell([*placed[hit].lines, line]) if placed[hit].lines else shared
    return placed


def stacked(rows: list[list[Cell]], rules: PageRules) -> list[list[Cell]]:
    """Header rows with the lines of one entry joined ("December 31," over "2023"); levels stay apart."""
    joined: list[list[Cell]] = []
    for row in rows:
        if joined and _is_stacked(joined[-1], row, rules):
            pairs = {(id(a), id(b)): Cell([*a.lines, *b.lines]) for a, b in zip(joined[-1], row, strict=True)}
            joined[-1] = [pairs[id(a), id(b)] for a, b in zip(joined[-1], row, strict=True)]
        else:
            joined.append(row)
    return joined


def _is_stacked(above: Sequence[Cell], row: Sequence[Cell], rules: PageRules) -> bool:
    top, bottom = [cell for cell in above if cell.lines], [cell for cell in row if cell.lines]
    if not top or not bottom:
        return False
    end, start = max(cell.bounds[3] for cell in top), min(cell.bounds[1] for cell in bottom)
    if start - end > _STACKED * top[-1].lines[-1].height:
        return False
    y, x0, x1 = rules.rules.horizontal.T
    left, right = min(cell.bounds[0] for cell in bottom), max(cell.bounds[2] for cell in bottom)
    middle = (max(cell.lines[-1].middle for cell in top), min(cell.lines[0].middle for cell in bottom))
    if ((y > middle[0]) & (y < middle[1]) & (x0 < right) & (x1 > left)).any():
        return False
    # A column's entries go together where both stand over the same columns.
    return all(
        (above[i] is above[j]) == (row[i] is row[j])
        for i in range(len(row))
        for j in range(i + 1, len(row))
        if above[i].lines and above[j].lines and row[i].lines and row[j].lines
    ) and not any(_spans(above, i) and not row[i].lines for i in range(len(row)) if bottom)


def _spans(row: Sequence[Cell], index: int) -> bool:
    return bool(row[index].lines) and sum(cell is row[index] for cell in row) > 1


def _underlined(row: Row, columns: list[Interval], rules: PageRules) -> dict[int, list[int]]:
    """Entries with a rule right below them, as long as the columns that they head."""
    y, x0, x1 = rules.rules.horizontal.T
    found: dict[int, list[int]] = {}
    for number, line in enumerate(row.cells):
        middle = (line.x0 + line.x1) / 2
        near = np.flatnonzero(
            (y > line.middle) & (y < line.y1 + 0.7 * line.height) & (x0 < middle) & (x1 > middle) & (x1 - x0 > line.width)
        )
        if not len(near):
            continue
        rule = near[np.argmin(y[near])]
        others = [other for other in row.cells if other is not line and x0[rule] < (other.x0 + other.x1) / 2 < x1[rule]]
        hits = [i for i, span in enumerate(columns) if x0[rule] - _SLACK < (span[0] + span[1]) / 2 < x1[rule] + _SLACK]
        if not others and len(hits) > 1 and 0 not in hits:
            found[number] = hits
    return found


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

