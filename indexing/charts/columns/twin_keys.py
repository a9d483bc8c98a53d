"""Legends in which several series have one colour: their bars are told apart by their places in each group."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Sequence

from ..graphics import Bar
from ..palette import Color
from ..scene import Binding
from ..series.series import Entry, entry_by_color
from ..series.sub_legends import legends_of
from .columns import Column

OFF_PLACE = 0.3
"""Share of the distance between two bars by which one may miss its place in the group."""


def twin_colors(legend: Sequence[Entry]) -> set[Color]:
    """The colours that several entries of one legend share."""
    if len(legends_of(legend)) > 1:
        return set()
    counts = Counter(entry.color for entry in legend)
    return {color for color, count in counts.items() if color is not None and count > 1}


def series_by_place(binding: Binding, groups: Sequence[Column], legend: Sequence[Entry]) -> None:
    """The series of bars in a shared colour: the entry at their place in the group, which has the legend's order.

    A bar of another colour tells where the group begins, or one that is whole.
    """
    twins = twin_colors(legend)
    if not twins:
        return
    for group in groups:
        bars = sorted((part for part in group.parts if isinstance(part, Bar)), key=lambda bar: bar.cx)
        steps = [right.cx - left.cx for left, right in itertools.pairwise(bars)]
        first = _first_place(bars, min(steps, default=0.0), legend, twins)
        if first is None:
            continue
        for value in group.values:
            carrier = binding.carriers.get(id(value))
            if carrier is None or carrier.color not in twins:
                continue
            place = (carrier.cx - first) / min(steps)
            number = round(place)
            if abs(place - number) < OFF_PLACE and 0 <= number < len(legend) and legend[number].color == carrier.color:
                binding.series[id(value)] = legend[number].name


def _first_place(bars: Sequence[Bar], step: float, legend: Sequence[Entry], twins: set[Color]) -> float | None:
    """Where the middle of the first bar of a whole group is."""
    if step <= 0.0:
        return None
    if len(bars) == len(legend):
        return bars[0].cx
    known = [(bar, entry_by_color(bar.color, legend)) for bar in bars if bar.color not in twins]
    places = [bar.cx - legend.index(entry) * step for bar, entry in known if entry is not None]
    return statistics.median(places) if places else None
