"""Names of series set into the bars of the first group, in place of a legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..blocks import block_of
from ..graphics import Bar
from ..marks import Mark
from .series import Entry


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


def _is_in(mark: Mark, bar: Bar) -> bool:
    return bar.holds(mark.cx, mark.cy) and bar.overlap_x(mark) > 0.8 * mark.width
