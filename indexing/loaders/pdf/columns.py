"""Reading order: which parts of a page are read one after the other.

Columns of running text show in many lines of prose that start at one left edge inside the page with a clean gutter
before it and prose on the other side as well. A table shows the same edges, but its columns hold short entries, or
entries that start at the same height on both sides: those stay together and are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .captions import is_figure_caption, is_table_caption
from .lines import Line

_EDGE_TOLERANCE = 3.0  # points by which the left edges of one column's lines differ
_MIN_LINES = 3
_FILLED = 0.6  # share of full lines from which entries that start side by side are columns of text all the same
_LEVEL = 0.12  # heights of a line by which the entries of a row differ
_MIN_GUTTER = 6.0  # points


@dataclass(frozen=True, slots=True)
class FigureSpot:
    """The place that figure number `index` of the page takes on the upright page, in points."""

    index: int
    x0: float
    y0: float
    x1: float
    y1: float


Item = Line | FigureSpot


def reading_regions(items: Sequence[Item]) -> list[list[Item]]:
    """Parts of the page in reading order; each is read from top to bottom over its whole width."""
    for edge in _column_edges(items):
        bands = _bands(items, edge)
        if bands is not None:
            return [region for band in bands for region in band]
    return [list(items)] if items else []


def _column_edges(items: Sequence[Item]) -> list[float]:
    """Left edges inside the page that several lines of prose share, the most frequent first."""
    prose = [item for item in items if isinstance(item, Line) and item.reads_as_prose()]
    if len(prose) < 2 * _MIN_LINES:
        return []
    left = min(line.x0 for line in prose)
    right = max(line.x1 for line in prose)
    inner = sorted(line.x0 for line in prose if left + 0.2 * (right - left) < line.x0 < right - 0.1 * (right - left))
    clusters: list[list[float]] = []
    for x in inner:
        if clusters and x - clusters[-1][0] <= _EDGE_TOLERANCE:
            clusters[-1].append(x)
        else:
            clusters.append([x])
    clusters = [cluster for cluster in clusters if len(cluster) >= _MIN_LINES]
    return [cluster[0] for cluster in sorted(clusters, key=lambda cluster: (-len(cluster), cluster[0]))]


def _bands(items: Sequence[Item], edge: float) -> list[list[list[Item]]] | None:
    """Cut the page at the gutter left of `edge`, band by band; None where no band has columns on both sides.

    Items that cross the gutter end a band: what stands above them is read before, in both columns.
    """
    crossing_ids = {id(item) for item in items if _crosses(item, edge)} | _table_rows(items, edge)
    crossing = [item for item in items if id(item) in crossing_ids]
    crossing_ids |= {id(item) for item in items if _is_caption_of(item, crossing)}
    crossing = sorted((item for item in items if id(item) in crossing_ids), key=_middle)
    others = sorted((item for item in items if id(item) not in crossing_ids), key=_middle)
    limits = [float("-inf"), *(_middle(item) for item in crossing), float("inf")]
    bands: list[list[list[Item]]] = []
    together: list[Item] = []
    found = False
    for number, (above, below) in enumerate(pairwise(limits)):
        inside = [item for item in others if above <= _middle(item) < below]
        left = [item for item in inside if item.x1 <= edge]
        right = [item for item in inside if item.x1 > edge]
        if _are_columns(left, right):
            found = True
            if together:
                bands.append([together])
                together = []
            bands.append([*reading_regions(left), *reading_regions(right)])
        else:
            together = together + inside
        if number < len(crossing):
            together = [*together, crossing[number]]
    if not found:
        return None
    if together:
        bands.append([together])
    return bands


def _crosses(item: Item, edge: float) -> bool:
    # Figures are cut out with some room around them.
    room = 1.0 if isinstance(item, Line) else 10.0
    return item.x0 < edge - room and item.x1 > edge


def _is_caption_of(item: Item, crossing: Sequence[Item]) -> bool:
    """Whether a line is the caption right above a table or figure that crosses the gutter."""
    if not isinstance(item, Line) or not (is_table_caption(item.text) or is_figure_caption(item.text)):
        return False
    return any(_middle(other) - item.middle > 0 and other.y0 - item.y1 < 2 * item.height for other in crossing)


def _table_rows(items: Sequence[Item], edge: float) -> set[int]:
    """Ids of the short entries that stand at one height on both sides of the gutter: a table below the columns."""
    lines = sorted((item for item in items if isinstance(item, Line)), key=_middle)
    rows: list[list[Line]] = []
    for line in lines:
        if rows and line.middle - rows[-1][0].middle < 0.5 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    ends = _paragraph_ends(lines)
    found = [
        row
        for row in rows
        if not any(id(line) in ends for line in row)
        if any(line.text[-1] in "0123456789)%—–-" for line in row)
        if all(
            len(side) > 1 or (len(side) == 1 and not side[0].reads_as_prose())
            for side in ([line for line in row if line.x0 < edge - 1], [line for line in row if line.x0 >= edge - 1])
        )
    ]
    # The rows of one table stand on one line; those of two tables in two columns do so by chance only.
    level = sum(max(line.y1 for line in row) - min(line.y1 for line in row) < _LEVEL * row[0].height for row in found)
    return {id(line) for row in found for line in row} if level >= 0.5 * len(found) else set()


def _paragraph_ends(lines: Sequence[Line]) -> set[int]:
    """Ids of the short lines set right below a line of prose as its next line: they happen to stand beside a table."""
    prose = [line for line in lines if line.reads_as_prose()]
    return {
        id(line)
        for line in lines
        if not line.reads_as_prose()
        if any(
            abs(above.x0 - line.x0) < _EDGE_TOLERANCE
            and line.x1 < above.x1
            and abs(above.size - line.size) < 0.06 * line.size
            and -0.3 * line.height < line.y0 - above.y1 < 0.5 * line.height
            for above in prose
        )
    }


def _are_columns(left: list[Item], right: list[Item]) -> bool:
    """Whether two sides of a gutter are columns of running text rather than columns of a table."""
    if not (_is_column(left) and _is_column(right)):
        return False
    if not all(any(isinstance(item, Line) and item.reads_as_prose() for item in side) for side in (left, right)):
        return True  # a figure beside text
    if min(item.x0 for item in right) - max(item.x1 for item in left) < _MIN_GUTTER:
        return False
    starts_left, starts_right = _starts(left), _starts(right)
    # The first paragraphs of two columns start side by side anyway.
    common = sum(any(abs(y - other) < 2.5 for other in starts_right[1:]) for y in starts_left[1:])
    fewer = min(len(starts_left), len(starts_right)) - 1
    if common < 2 or common < 0.6 * fewer:
        return True
    return _filled(left) >= _FILLED and _filled(right) >= _FILLED


def _filled(items: list[Item]) -> float:
    """Share of the lines of prose that reach the right edge, as all but the last of a paragraph do."""
    lines = [item for item in items if isinstance(item, Line) and item.reads_as_prose()]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    return sum(line.x1 > right - 0.15 * (right - left) for line in lines) / len(lines)


def _is_column(items: list[Item]) -> bool:
    lines = [item for item in items if isinstance(item, Line)]
    figures = len(items) - len(lines)
    if len(lines) < _MIN_LINES:
        return figures > 0
    prose = sum(line.reads_as_prose() for line in lines)
    return prose >= _MIN_LINES and prose >= 0.4 * len({round(line.middle) for line in lines})


def _starts(items: list[Item]) -> list[float]:
    """Heights at which something starts after a gap that is wider than between the lines of a paragraph."""
    ordered = sorted(items, key=lambda item: (item.y0, item.x0))
    gaps = sorted(max(below.y0 - above.y1, 0.0) for above, below in pairwise(ordered))
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    starts = [ordered[0].y0]
    for above, below in pairwise(ordered):
        if below.y0 - above.y1 > usual + 0.3 * (below.y1 - below.y0):
            starts.append(below.y0)
    return starts


def _middle(item: Item) -> float:
    return (item.y0 + item.y1) / 2
