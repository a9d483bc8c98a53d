"""The names of lines: from the keys of a legend, or printed in a line's colour, at its end, or over or under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..blocks import Block
from ..graphics import Stroke
from ..palette import Color, color_distance, is_neutral
from ..series.series import ALIKE, INKS, Entry, entry_by_color

AT_END = 6.0
"""Heights of a line between the end of a line and its name: a number may stand between them."""
BESIDE = 1.5
"""Heights of a line between a name in black and the line that it stands over or under."""
DARK = 60
"""Levels of the lightest channel up to which letters may be black ones with coloured edges."""
FAR = 12.0
"""Heights of a line beyond which a name in a line's colour is no nearer to it than to any other."""


def line_names(
    strokes: Sequence[Stroke], legend: Sequence[Entry], names: Sequence[Block], inks: Mapping[int, Color]
) -> dict[int, Block]:
    """The name of each line by the `id` of its stroke, as far as it can be told. `names` are texts that may be one."""
    found: dict[int, Block] = {}
    for stroke in strokes:
        entry = entry_by_color(stroke.color, legend)
        if entry is not None:
            found[id(stroke)] = entry.name
    free = [stroke for stroke in strokes if id(stroke) not in found]
    used = {id(name) for name in found.values()}
    usable = [name for name in names if _is_text(name.text) and id(name) not in used]
    if not legend:
        _give_in_order(found, free, usable, inks)
        usable = [name for name in usable if not any(name is other for other in found.values())]
        _give_by_place(found, free, strokes, usable, inks)
    _give_by_color(found, strokes)
    return found


def _is_text(text: str) -> bool:
    """Whether it is more than a marker read as a letter, or a line of the grid read as dashes between numbers."""
    return len(text) > 1 and any(character.isalpha() for character in text)


def entries_of(strokes: Sequence[Stroke], found: Mapping[int, Block]) -> list[Entry]:
    """The names with the colours of their lines, each once."""
    entries: list[Entry] = []
    for stroke in strokes:
        name = found.get(id(stroke))
        if name is not None and name.text not in {entry.name.text for entry in entries}:
            entries.append(Entry(name, stroke.color))
    return entries


def _give_in_order(
    found: dict[int, Block], free: Sequence[Stroke], names: Sequence[Block], inks: Mapping[int, Color]
) -> None:
    """Names in black in a column at the ends of as many lines: from top to bottom."""
    column = [
        name
        for name in names
        if ((ink := inks.get(id(name.marks[0]))) is None or is_neutral(ink))
        and any(_end_distance(name, stroke) is not None for stroke in free)
    ]
    if len(column) < 2 or len(column) != len(free):
        return
    line = column[0].line_height
    flush = max(name.x0 for name in column) - min(name.x0 for name in column) < line
    if flush and max(s.x[-1] for s in free) - min(s.x[-1] for s in free) < 2 * line:
        for name, stroke in zip(sorted(column, key=_cy), sorted(free, key=_end_height), strict=True):
            found[id(stroke)] = name


def _cy(name: Block) -> float:
    return name.cy


def _end_height(stroke: Stroke) -> float:
    return stroke.y[-1]


def _give_by_place(
    found: dict[int, Block],
    free: Sequence[Stroke],
    strokes: Sequence[Stroke],
    names: Sequence[Block],
    inks: Mapping[int, Color],
) -> None:
    """Each name to one line, the plainest pairs first."""
    pairs = sorted(
        (cost, s, n)
        for n, name in enumerate(names)
        for s, stroke in enumerate(free)
        if (cost := _cost(name, stroke, strokes, _ink(name, stroke, strokes, inks))) is not None
    )
    taken: set[int] = set()
    for _, s, n in pairs:
        if id(free[s]) not in found and n not in taken:
            found[id(free[s])] = names[n]
            taken.add(n)


def _ink(name: Block, stroke: Stroke, strokes: Sequence[Stroke], inks: Mapping[int, Color]) -> Color | None:
    """The colour of a name's letters; None where it is mixed with that of a line that runs through its box."""
    ink = inks.get(id(name.marks[0]))
    if ink is None or min(color_distance(ink, other.color) for other in strokes) <= INKS:
        return ink
    return None if _distance(name, stroke) == 0.0 else ink


def _give_by_color(found: dict[int, Block], strokes: Sequence[Stroke]) -> None:
    """A line without a name takes that of lines in its colour, in another panel, if they all have the same."""
    for stroke in strokes:
        if id(stroke) in found:
            continue
        alike = [
            other for other in strokes if id(other) in found and color_distance(other.color, stroke.color) <= ALIKE / 4
        ]
        texts = {found[id(other)].text for other in alike}
        apart = all(other.x[0] > stroke.x[-1] or other.x[-1] < stroke.x[0] for other in alike)
        if len(texts) == 1 and apart:
            found[id(stroke)] = found[id(alike[0])]


def has_hue(ink: Color) -> bool:
    """Whether letters are of a colour: neither grey nor black with coloured edges."""
    return not is_neutral(ink) and max(ink) > DARK


def _cost(name: Block, stroke: Stroke, strokes: Sequence[Stroke], ink: Color | None) -> float | None:
    """How much speaks against a name; None where it cannot be that of the line."""
    line = name.line_height
    off_color = color_distance(ink, stroke.color) if ink is not None else None
    if off_color is not None and ink is not None and has_hue(ink):
        if off_color > INKS:
            return None
        return off_color / 15.0 + min(FAR, _distance(name, stroke) / line) / 3.0
    same = 0.0 if off_color is not None and off_color <= ALIKE else 1.0
    end = _end_distance(name, stroke)
    if end is not None:
        return 3.0 + same + end / line
    if _is_beside(name, stroke, strokes):
        return 6.0 + same + _distance(name, stroke) / line
    return None


def _distance(name: Block, stroke: Stroke) -> float:
    """Pixels between a name and the nearest point of a line."""
    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    across = np.maximum(np.maximum(name.x0 - x, x - name.x1), 0.0)
    along = np.maximum(np.maximum(name.y0 - y, y - name.y1), 0.0)
    return float(np.hypot(across, along).min())


def _end_distance(name: Block, stroke: Stroke) -> float | None:
    """Between a name and the end of a line at its left, at about its height."""
    line = name.line_height
    gap = name.x0 - stroke.x[-1]
    off = max(0.0, name.y0 - stroke.y[-1], stroke.y[-1] - name.y1)
    return 0.3 * abs(gap) + 2 * off if -line < gap < AT_END * line and off < 1.5 * line else None


def _is_beside(name: Block, stroke: Stroke, strokes: Sequence[Stroke]) -> bool:
    """Whether a name stands over or under a line and no other one is as near.

    What stands there in black where there is but one line tells of an event: the line needs no name.
    """
    own = _distance(name, stroke)
    others = [_distance(name, other) for other in strokes if other is not stroke]
    return own < BESIDE * name.line_height and own < min(others, default=0.0)
