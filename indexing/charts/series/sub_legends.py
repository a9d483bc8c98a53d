"""Several legends in one chart, each for a panel or group of its own, with the same colours in each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from ..extent import Extent, bounds
from .series import Entry


def legend_for(extent: Extent, legends: Sequence[Sequence[Entry]]) -> Sequence[Entry]:
    """The legend of what is painted at `extent`: the lowest over its foot, of several side by side the nearest."""
    boxes = [(Extent(*bounds([entry.name for entry in legend])), legend) for legend in legends]
    above = [(box, legend) for box, legend in boxes if box.y1 < extent.y1] or boxes
    lowest = max((box for box, _ in above), key=lambda box: box.y0)
    level = [(box, legend) for box, legend in above if box.overlap_y(lowest) > 0]
    return min(level, key=lambda found: abs(found[0].cx - extent.cx))[1]


def legends_of(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries as one legend, or as several of two entries or more, each with colours of its own.

    What stands closest together is one legend, as far as its colours differ.
    """
    legends = [[entry] for entry in entries]
    pairs = sorted(itertools.combinations(range(len(entries)), 2), key=lambda p: _apart(entries[p[0]], entries[p[1]]))
    for first, second in pairs:
        one, other = (next(legend for legend in legends if entries[n] in legend) for n in (first, second))
        if one is not other and not {entry.color for entry in one} & {entry.color for entry in other}:
            legends.remove(other)
            one += other
    return legends if all(_repeats(legend, legends) for legend in legends) else [list(entries)]


def _repeats(legend: Sequence[Entry], legends: Sequence[Sequence[Entry]]) -> bool:
    """Whether two colours or more of a legend are another one's, too."""
    colors = {entry.color for entry in legend}
    return any(len(colors & {entry.color for entry in other}) > 1 for other in legends if other is not legend)


def _apart(one: Entry, other: Entry) -> float:
    return math.hypot(max(0.0, -one.name.overlap_x(other.name)), max(0.0, -one.name.overlap_y(other.name)))
