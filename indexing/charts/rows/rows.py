"""Rows of a chart: bars or numbers at one height, alone or as a group of several series."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..extent import Extent, bounds
from ..marks import Mark
from ..palette import Color, color_distance
from ..series.carriers import Carrier

FRAGMENT = 0.4
"""Share of the usual height of a row below which one without numbers is a stroke of a letter."""
SHARED = 0.6
"""Share of its height that a bar or number has in common with its row."""
TOUCHING = 0.2
"""Share of a bar's thickness up to which the gap to the next one makes them a group."""
NEAR = 0.4
"""As `TOUCHING`, where the gaps between groups are twice as wide."""
ALIKE = 46
"""Levels by which the colours of a bar and of its legend key may differ in a channel."""


@dataclass(frozen=True, slots=True)
class Row(Extent):
    """A band across the chart: what lies in it, and the numbers in it from left to right."""

    parts: tuple[Extent, ...]
    values: tuple[Mark, ...]


def rows_of_values(values: Sequence[Mark], carriers: Mapping[int, Carrier], bars: Sequence[Extent]) -> list[Row]:
    """Bands of the bars and of the numbers that stand beside them or alone, from top to bottom."""
    bands: list[list[Extent]] = []
    for bar in sorted(bars, key=lambda b: (-b.height, b.cy, b.x0)):
        near = [band for band in bands if bar.overlap_y(band[0]) >= SHARED * bar.height]
        if near:
            near[0].append(bar)
        else:
            bands.append([bar])
    # The boxes of numbers may be higher than their bars are.
    for value in sorted((v for v in values if id(v) not in carriers), key=lambda v: (-v.height, v.cy, v.x0)):
        near = [b for b in bands if value.overlap_y(b[0]) >= SHARED * min(value.height, b[0].height)]
        if near:
            min(near, key=lambda band: abs(band[0].cy - value.cy)).append(value)
        else:
            bands.append([value])
    bands.sort(key=lambda band: band[0].cy)
    rows: list[Row] = []
    for band in bands:
        inside = {id(part) for part in band}
        own = [v for v in values if id(v) in inside or id(carriers.get(id(v))) in inside]
        rows.append(Row(*bounds(band), tuple(band), tuple(sorted(own, key=lambda v: v.x0))))
    usual = statistics.median([row.height for row in rows]) if rows else 0.0
    return [row for row in rows if row.values or row.height >= FRAGMENT * usual]


def grouped_rows(rows: Sequence[Row], texts: Sequence[Mark], keys: Sequence[Color] = ()) -> list[Row]:
    """Rows that touch each other as one, where there is one name for several of them (grouped bars).

    `keys` are the colours of a legend: rows of different colours that it names are series of one category.
    """
    widest = max((lower.y0 - upper.y1 for upper, lower in itertools.pairwise(rows)), default=0.0)
    groups: list[list[Row]] = []
    between = _between_bars(rows)
    for row in rows:
        last = groups[-1][-1] if groups else None
        if last is not None and row in between:
            groups[-1].append(row)
            continue
        last = next((other for other in reversed(groups[-1]) if other not in between), last) if groups else None
        touches = last is not None and row.y0 - last.y1 <= _reach(row, last, widest)
        if touches and last is not None and row.overlap_x(last) > 0 and _other_bars(row, groups[-1]):
            groups[-1].append(row)
        else:
            groups.append([row])
    several = [group for group in groups if len(group) > 1]
    members = [row for group in several for row in group]
    if not several or 2 * len(members) < len(rows):
        return list(rows)
    named = sum(any(_is_beside(text, row) for text in texts) for row in members)
    if named > 0.75 * len(members) and not _are_series(several, keys):
        return list(rows)
    return [
        Row(
            *bounds(group),
            tuple(part for row in group for part in row.parts),
            tuple(value for row in group for value in row.values),
        )
        for group in groups
    ]


def _between_bars(rows: Sequence[Row]) -> list[Row]:
    """Rows of numbers alone that lie in two rows of bars, one closely under the other: they belong to both."""
    return [
        row
        for upper, row, lower in zip(rows, rows[1:], rows[2:], strict=False)
        if not any(hasattr(part, "color") for part in row.parts)
        and all(any(hasattr(part, "color") for part in other.parts) for other in (upper, lower))
        and upper.overlap_y(row) > 0 < lower.overlap_y(row)
        and lower.y0 - upper.y1 <= max(2.0, TOUCHING * min(upper.height, lower.height))
        and _other_bars(lower, [upper])
    ]


def _reach(row: Row, last: Row, widest: float) -> float:
    """The gap up to which two rows touch: wider ones do only where those between groups are wider still."""
    thick = min(row.height, last.height)
    return max(2.0, TOUCHING * thick, min(NEAR * thick, 0.5 * widest))


def _are_series(groups: Sequence[Sequence[Row]], keys: Sequence[Color]) -> bool:
    """Whether the rows of most groups have colours of a legend, each its own."""
    alike = 0
    for group in groups:
        named = [{n for part in row.parts for n, key in enumerate(keys) if _has_color(part, key)} for row in group]
        alike += all(len(own) == 1 for own in named) and len(set.union(*named)) == len(group)
    return 2 * alike > len(groups)


def _has_color(part: Extent, key: Color) -> bool:
    color = getattr(part, "color", None)
    return color is not None and color_distance(color, key) <= ALIKE


def _other_bars(row: Row, group: Sequence[Row]) -> bool:
    """Whether the row's bars have another colour than the group has so far: bars of one series do not form a group."""
    known = {getattr(part, "color", None) for other in group for part in other.parts}
    return not {getattr(part, "color", None) for part in row.parts} & known - {None}


def _is_beside(text: Mark, row: Row) -> bool:
    return text.x1 <= row.x0 + 0.5 * text.line_height and abs(text.cy - row.cy) < 0.3 * max(
        row.height, 0.5 * text.line_height
    )
