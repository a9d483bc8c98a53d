"""Which bar or dot carries a printed number, and which way the bars of a chart run."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ..extent import Extent
from ..graphics import Bar, Dot
from ..marks import Mark
from ..painted.mending import separated
from .shared_carriers import in_number_columns, one_number_each

SAME_SIZE = 0.12
"""Share by which the thickness of the bars of one chart may differ."""
BEYOND = 2.0
"""Heights of a line that a number may stand off the end of its bar."""

MOST = 2
"""Times as many bars run one way as the other, from which on their thickness is the chart's."""
ON_LINE = 1.5
"""Pixels by which bars may miss a common line."""
MEETING = 3.0
"""Pixels between two segments of a stack."""
TINY = 0.04
"""Share of the area of a chart's bars that those which seem to run the other way may take: pieces of them."""
FRAGMENT = 0.6
"""Share of the usual thickness below which a bar in the place of another is a piece of one."""
NEXT_TO = 1.2
"""Heights of a line between a number and the dot that it belongs to."""

Carrier = Bar | Dot


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chart by the way they run: `rows` from left to right, `columns` upwards."""

    rows: tuple[Bar, ...] = ()
    columns: tuple[Bar, ...] = ()


def oriented(bars: Sequence[Bar], values: Sequence[Mark]) -> Bars:
    """Bars of one chart are equally thick and stand on one line: each runs the way that more of the others agree with.

    Where the boxes leave it open, as with a single bar, the numbers at the ends of bars decide.
    """
    rows: list[Bar] = []
    columns: list[Bar] = []
    open_: list[Bar] = []
    as_rows = _agreeing([bar.height for bar in bars], [(bar.x0, bar.x1) for bar in bars])
    as_columns = _agreeing([bar.width for bar in bars], [(bar.y0, bar.y1) for bar in bars])
    for bar, across, along in zip(bars, as_rows, as_columns, strict=True):
        (rows if across > along else columns if along > across else open_).append(bar)
    if open_:
        _decide(open_, rows, columns, values)
    rows, columns = _as_thick(rows, columns)
    # A bar that happens to be as long as another is no chart of its own.
    if _are_few(rows, columns):
        columns, rows = columns + rows, []
    elif _are_few(columns, rows):
        rows, columns = rows + columns, []
    rows, columns = _whole(separated(rows, values), across="y"), _whole(columns, across="x")
    return Bars(tuple(sorted(rows, key=_place)), tuple(sorted(columns, key=_place)))


def _as_thick(rows: list[Bar], columns: list[Bar]) -> tuple[list[Bar], list[Bar]]:
    """Short bars may be equally long by chance: those as thick as most of the bars are run the way these do."""
    if len(rows) >= MOST * len(columns) > 0:
        usual = statistics.median([bar.height for bar in rows])
        as_high = [bar for bar in columns if _alike(bar.height, usual)]
        return rows + as_high, [bar for bar in columns if bar not in as_high]
    if len(columns) >= MOST * len(rows) > 0:
        usual = statistics.median([bar.width for bar in columns])
        as_wide = [bar for bar in rows if _alike(bar.width, usual)]
        return [bar for bar in rows if bar not in as_wide], columns + as_wide
    return rows, columns


def _are_few(bars: Sequence[Bar], others: Sequence[Bar]) -> bool:
    """Whether bars are too few, or too small, beside others that run the other way."""
    return len(bars) <= 0.15 * len(others) or sum(b.area for b in bars) <= TINY * sum(o.area for o in others)


def _whole(bars: Sequence[Bar], across: str) -> list[Bar]:
    """Bars without fragments: pieces much thinner than the others, in the place of one of them."""

    def thick(bar: Bar) -> float:
        return bar.width if across == "x" else bar.height

    usual = statistics.median([thick(bar) for bar in bars]) if bars else 0.0
    solid = [bar for bar in bars if thick(bar) >= FRAGMENT * usual]
    return [
        bar
        for bar in bars
        if thick(bar) >= FRAGMENT * usual
        or not any((bar.overlap_x(o) if across == "x" else bar.overlap_y(o)) >= 0.8 * thick(bar) for o in solid)
    ]


def _decide(bars: Sequence[Bar], rows: list[Bar], columns: list[Bar], values: Sequence[Mark]) -> None:
    if len(rows) != len(columns):
        (rows if len(rows) > len(columns) else columns).extend(bars)
        return
    in_rows, in_columns = (sum(_go_on(one, other, values, way) for one in bars for other in bars) for way in "xy")
    if in_rows != in_columns:
        (rows if in_rows > in_columns else columns).extend(bars)
        return
    level = _same([bar.y1 for bar in bars]) - _same([bar.x0 for bar in bars])
    beside = sum(_end_distance_x(value, bar) is not None for bar in bars for value in values)
    above = sum(_end_distance_y(value, bar) is not None for bar in bars for value in values)
    longer = sum(bar.width - bar.height for bar in bars)
    (columns if (level, above - beside, -longer) > (0, 0, 0) else rows).extend(bars)


def _go_on(bar: Bar, other: Bar, values: Sequence[Mark], way: str) -> bool:
    """Whether a bar with a number in it goes on, as thick as it is, as another of another colour with one in it."""
    if way == "x":
        thick = abs(bar.y0 - other.y0) < ON_LINE and abs(bar.y1 - other.y1) < ON_LINE
        meets = abs(other.x0 - bar.x1) <= MEETING
    else:
        thick = abs(bar.x0 - other.x0) < ON_LINE and abs(bar.x1 - other.x1) < ON_LINE
        meets = abs(other.y0 - bar.y1) <= MEETING
    inside = all(any(each.holds(value.cx, value.cy) for value in values) for each in (bar, other))
    return thick and meets and inside and bar.color != other.color


def _same(places: Sequence[float]) -> int:
    """How many of the places agree with another."""
    return sum(sum(abs(place - other) < 1.5 for other in places) > 1 for place in places)


def _place(bar: Extent) -> tuple[float, float]:
    return bar.y0, bar.x0


def _agreeing(thick: Sequence[float], ends: Sequence[tuple[float, float]]) -> list[int]:
    """For each bar: how many are as thick, and how many begin or end on one line with it, the base line perhaps."""
    import numpy as np

    size, edges = np.asarray(thick, float), np.asarray(ends, float).reshape(-1, 2)
    larger = np.maximum(size[:, None], size[None])
    alike = np.abs(size[:, None] - size[None]) <= np.maximum(1.5, SAME_SIZE * larger)
    on_line = np.zeros(alike.shape, bool)
    for one, other in itertools.product(edges.T, edges.T):
        on_line |= np.abs(one[:, None] - other[None]) < ON_LINE
    return [int(count) for count in alike.sum(axis=1) + on_line.sum(axis=1)]


def _alike(first: float, second: float) -> bool:
    return abs(first - second) <= max(1.5, SAME_SIZE * max(first, second))


def carriers_of(values: Sequence[Mark], bars: Bars, dots: Sequence[Dot]) -> dict[int, Carrier]:
    """The bar or dot of each number (by its `id`): the one it is printed in, else the one at whose end it stands."""
    held: dict[int, Bar] = {}
    for value in values:
        inside = [bar for bar in (*bars.rows, *bars.columns) if bar.holds(value.cx, value.cy)]
        if inside:
            held[id(value)] = min(inside, key=lambda bar: bar.area)
    found: dict[int, Carrier] = {**one_number_each(held, values, bars.rows)}
    taken = {id(bar) for bar in found.values()}
    at_ends: dict[int, Carrier] = {}
    for value in values:
        if id(value) not in found:
            near = [
                (distance, number, carrier)
                for number, (carrier, distance) in enumerate(
                    [(bar, _end_distance_x(value, bar)) for bar in bars.rows]
                    + [(bar, _end_distance_y(value, bar)) for bar in bars.columns]
                )
                if distance is not None and id(carrier) not in taken
            ]
            if near:
                at_ends[id(value)] = min(near, key=lambda entry: entry[:2])[2]
    alone = in_number_columns([value for value in values if id(value) not in found], at_ends)
    found.update({key: carrier for key, carrier in at_ends.items() if key not in alone})
    pairs = [
        (gap, v, d)
        for v, value in enumerate(values)
        if id(value) not in found
        for d, dot in enumerate(dots)
        if (gap := _gap(value, dot)) < NEXT_TO * value.line_height
    ]
    used: set[int] = set()
    for _, v, d in sorted(pairs):
        if id(values[v]) not in found and d not in used:
            found[id(values[v])] = dots[d]
            used.add(d)
    return found


def _end_distance_x(value: Mark, bar: Extent) -> float | None:
    """Pixels between a number and the end of the horizontal bar at whose height it stands."""
    if abs(value.cy - bar.cy) > max(0.5 * bar.height, 0.4 * value.line_height):
        return None
    right, left = value.x0 - bar.x1, bar.x0 - value.x1
    limit = BEYOND * value.line_height
    if -0.6 * value.width < right < limit:
        return max(0.0, right)
    # Left of a bar stand numbers of bars that run to the left, but also those of the chart's next column.
    return 1.5 * max(0.0, left) + 2.0 if -0.6 * value.width < left < limit else None


def _end_distance_y(value: Mark, bar: Extent) -> float | None:
    """Pixels between a number and the end of the column over which it stands."""
    if abs(value.cx - bar.cx) > max(0.5 * bar.width, 0.3 * value.width):
        return None
    above, below = bar.y0 - value.y1, value.y0 - bar.y1
    limit = 0.8 * BEYOND * value.line_height
    aside = 0.3 * abs(value.cx - bar.cx)
    if -0.6 * value.height < above < limit:
        return max(0.0, above) + aside
    return 1.5 * max(0.0, below) + 2.0 + aside if -0.6 * value.height < below < limit else None


def _gap(value: Mark, dot: Extent) -> float:
    return float(max(0.0, -value.overlap_x(dot)) + max(0.0, -value.overlap_y(dot)))
