"""Names of series set into the bars of the first group, in place of a legend, or into each segment of a stack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..blocks import Block, block_of
from ..extent import Extent
from ..graphics import Bar
from ..marks import Mark
from .carriers import Carrier
from .series import Entry

MEETING = 3.0
"""Pixels between two segments of a stack."""


def names_in_bars(marks: Sequence[Mark], bars: Sequence[Bar]) -> list[Entry]:
    """A name for each of two or more colours, from the text in one bar of it; empty where more bars are named.

    Where every bar has a text in it, or bars of one colour have several, the texts are those of the bars alone.
    """
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        inside = [number for number, bar in enumerate(bars) if _is_in(mark, bar)]
        if inside and mark.number is None and not mark.label.vertical:
            found.setdefault(min(inside, key=lambda number: bars[number].area), []).append(mark)
    entries = [Entry(block_of(lines), bars[number].color) for number, lines in sorted(found.items())]
    colors = {entry.color for entry in entries}
    sizes = Counter(bar.color for bar in bars)
    alone = any(sizes[color] < 2 for color in colors if color)
    several = len({entry.name.key for entry in entries}) == len(entries) == len(colors) >= 2
    return entries if several and not alone else []


def names_in_segments(
    values: Sequence[Mark], carriers: Mapping[int, Carrier], texts: Sequence[Mark]
) -> dict[int, Block]:
    """The series of numbers that share segments of a stack with their names, each in one of its own, by their `id`."""
    found: dict[int, Block] = {}
    bars: dict[int, Carrier] = {}
    for value in values:
        bar = carriers.get(id(value))
        if isinstance(bar, Bar) and bar.holds(value.cx, value.cy):
            inside = [text for text in texts if text.number is None and _is_in(text, bar)]
            if inside:
                found[id(value)], bars[id(value)] = block_of(inside), bar
    if len({id(bar) for bar in bars.values()}) < len(bars):
        return {}
    return {
        key: name
        for key, name in found.items()
        if any(other is not bars[key] and _meet(other, bars[key]) for other in bars.values())
    }


def _meet(one: Extent, other: Extent) -> bool:
    """Whether two bars are as thick as each other, and one begins where the other ends."""
    level = abs(one.y0 - other.y0) <= MEETING and abs(one.y1 - other.y1) <= MEETING
    under = abs(one.x0 - other.x0) <= MEETING and abs(one.x1 - other.x1) <= MEETING
    return (level and abs(one.overlap_x(other)) <= MEETING) or (under and abs(one.overlap_y(other)) <= MEETING)


def _is_in(mark: Mark, bar: Bar) -> bool:
    return bar.holds(mark.cx, mark.cy) and bar.overlap_x(mark) > 0.8 * mark.width
