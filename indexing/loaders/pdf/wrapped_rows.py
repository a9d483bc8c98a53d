"""Printed lines to rows, where cells are wrapped: what stands between two rules, bands of shading or wider gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from .rows import Row, is_figure
from .rules import PageRules
from .table_grid import Cell

_ACROSS = 0.6  # share of the table's width over which a rule or a band's edge runs that parts rows
_JUMP = 0.2  # heights of a line between the gaps within rows and those between rows
_TIGHT = 0.5  # heights; wider gaps are not those of wrapped lines
_RULED_EXCEPTIONS = 0.6  # ... between rules, where all cells of a row may be wrapped, but not those of most rows
_EXCEPTIONS = 0.2  # share of the rows whose lines could be rows of their own

Bands = list[list[int]]


def join_wrapped_rows(rows: Sequence[Row], cells: list[list[Cell]], rules: PageRules) -> list[list[Cell]] | None:
    """The printed `rows`, placed in `cells`, with those joined that make one row of the table.

    None where nothing tells for sure that lines belong together.
    """
    if len(rows) < 3:
        return None
    for bands, sure in _candidates(rows, rules):
        if any(len(band) > 1 for band in bands) and _holds(bands, cells, sure=sure):
            return [_joined([cells[index] for index in band]) for band in bands]
    return None


def _candidates(rows: Sequence[Row], rules: PageRules) -> Iterator[tuple[Bands, bool]]:
    """Ways to part the printed rows, the surest first, and whether something painted parts them."""
    separators = _separators(rows, rules)
    if len(separators):
        yield _between(rows, separators), True
    gaps = [below.y0 - reach for below, reach in zip(rows[1:], _reaches(rows), strict=False)]
    height = float(np.median([row.cells[0].height for row in rows]))
    for narrow, wide in reversed(list(pairwise(sorted(gaps)))):
        if narrow < _TIGHT * height and wide - narrow > _JUMP * height:
            yield _by_gaps(gaps, (narrow + wide) / 2), False


def _reaches(rows: Sequence[Row]) -> list[float]:
    """How far down the rows up to each one reach."""
    return list(accumulate((row.y1 for row in rows), max))


def _separators(rows: Sequence[Row], rules: PageRules) -> list[float]:
    left, right = min(row.x0 for row in rows), max(row.x1 for row in rows)
    top, bottom = rows[0].y0, rows[-1].y1
    y, x0, x1 = rules.edges.horizontal.T
    inside = (y > top) & (y < bottom)
    if not inside.any():
        return []
    common = np.clip(np.minimum(x1, right) - np.maximum(x0, left), 0, None)[inside]
    heights = y[inside]
    order = np.argsort(heights, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(heights[order]) > 1.5) + 1)
    return [float(heights[group].mean()) for group in groups if common[group].sum() > _ACROSS * (right - left)]


def _between(rows: Sequence[Row], separators: Sequence[float]) -> Bands:
    numbers = np.searchsorted(separators, [(row.y0 + row.y1) / 2 for row in rows]).tolist()
    bands: Bands = []
    for index, number in enumerate(numbers):
        if index and number == numbers[index - 1]:
            bands[-1].append(index)
        else:
            bands.append([index])
    return bands


def _by_gaps(gaps: Sequence[float], least: float) -> Bands:
    bands: Bands = [[0]]
    for index, gap in enumerate(gaps, start=1):
        if gap < least:
            bands[-1].append(index)
        else:
            bands.append([index])
    return bands


def _holds(bands: Bands, cells: list[list[Cell]], *, sure: bool) -> bool:
    """Whether each band can be one row: one figure a column, one weight of label; surely not several whole rows."""
    doubtful = 0
    several = [band for band in bands if len(band) > 1]
    for band in several:
        rows = [cells[index] for index in band]
        for column in range(1, len(rows[0])):
            if sum(bool(row[column].lines) and is_figure(row[column].text) for row in rows) > 1:
                return False
        labels = [line for row in rows for line in row[0].lines]
        if len({line.bold for line in labels}) > 1 or any(line.text.endswith((":", "：")) for line in labels[:-1]):
            return False
        filled = [sum(bool(cell.lines) for cell in row) for row in rows]
        whole = sum(count == max(filled) for count in filled)
        doubtful += whole > 1 and max(filled) > 1
    return doubtful <= (_RULED_EXCEPTIONS if sure else _EXCEPTIONS) * len(several)


def _joined(rows: list[list[Cell]]) -> list[Cell]:
    if len(rows) == 1:
        return rows[0]
    return [
        Cell(sorted((line for cell in column for line in cell.lines), key=lambda line: line.y0))
        for column in zip(*rows, strict=True)
    ]
