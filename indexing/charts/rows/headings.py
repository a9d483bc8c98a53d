"""Headings over groups of rows, panels and legend entries, where a name alone would stand for several things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..blocks import OTHER_INK, Block, block_of, goes_below, same_ink, text_blocks
from ..marks import Mark
from ..palette import Color, color_distance
from ..scene import Binding, Scene
from .row_groups import add_row_headings
from .row_headings import BLANK, WORDS_APART, goes_on_below

BELOW = 1.5
"""Heights of a line between tick labels and the second row of them."""


def add_headings(binding: Binding, scene: Scene, texts: Sequence[Mark]) -> None:
    """Headings of panels and groups for numbers whose category and series others have, too."""
    if binding.orientation == "rows" and binding.rows:
        add_row_headings(binding, scene, _usable(binding, scene, texts))
        return
    unclear = binding.unclear(scene.values)
    if binding.orientation == "columns":
        printed = Counter(tick.key for tick in binding.ticks)
        unclear += [v for v in scene.values if v not in unclear and printed[_category(binding, v)] > 1]
    if not unclear or binding.orientation in {"lines", "slices"}:
        return
    headings = _usable(binding, scene, texts)
    under = _under_ticks(binding, [*texts, *scene.axes.x.marks])
    for value in unclear:
        if under:
            binding.heading[id(value)] = min(under, key=lambda h: abs(h.cx - value.cx))
            continue
        above = [h for h in headings if h.y1 <= value.y0 + 0.6 * h.line_height]
        if not above:
            continue
        lowest = max(h.y1 for h in above)
        level = [h for h in above if h.y1 > lowest - 1.5 * h.line_height]
        binding.heading[id(value)] = min(level, key=lambda h: (max(0.0, -h.overlap_x(value)), abs(h.cx - value.cx)))


def _under_ticks(binding: Binding, texts: Sequence[Mark]) -> list[Block]:
    """A second row of tick labels, each for several of the first."""
    ticks = binding.ticks
    if not ticks:
        return []
    used = {id(mark) for block in (*ticks, *(entry.name for entry in binding.legend)) for mark in block.marks}
    bottom, left, right = max(t.y1 for t in ticks), min(t.x0 for t in ticks), max(t.x1 for t in ticks)
    under = [
        block
        for block in text_blocks([text for text in texts if id(text) not in used])
        if -0.5 * block.line_height < block.y0 - bottom < BELOW * block.line_height and left < block.cx < right
    ]
    return under if 2 <= len(under) <= len(ticks) / 2 else []


def _usable(binding: Binding, scene: Scene, texts: Sequence[Mark]) -> list[Block]:
    """Texts that name nothing yet: no category, series or tick."""
    used = {id(mark) for block in (*binding.category.values(), *binding.series.values()) for mark in block.marks}
    used |= {id(mark) for entry in binding.legend for mark in entry.name.marks}
    used |= {id(mark) for block in (*binding.ticks, *scene.axes.x.blocks) for mark in block.marks}
    usable = [t for t in texts if id(t) not in used and not t.label.vertical and len(t.text) > 2]
    names = {block.key for block in (*binding.series.values(), *(e.name for e in binding.legend))}
    return [h for h in _headings(usable, scene.inks) if h.key not in names]


def _category(binding: Binding, value: Mark) -> str:
    category = binding.category.get(id(value))
    return category.key if category is not None else ""


def qualify_series(binding: Binding, texts: Sequence[Mark]) -> None:
    """Entries of a legend with the same name take the text over them along: "Liberal on" / "Most issues"."""
    names = {id(block): block for block in binding.series.values()}
    names |= {id(entry.name): entry.name for entry in binding.legend}
    used = {id(mark) for block in names.values() for mark in block.marks}
    used |= {id(mark) for block in binding.category.values() for mark in block.marks}
    over = text_blocks([t for t in texts if id(t) not in used and not t.label.vertical and len(t.text) > 2])
    qualified: dict[int, Block] = {}
    for key, name in names.items():
        twins = [
            b for b in names.values() if b is not name and b.text == name.text and abs(b.cy - name.cy) < name.height
        ]
        above = [o for o in over if -0.3 * o.line_height < name.y0 - o.y1 < 2.5 * o.line_height]
        if twins and above:
            nearest = min(above, key=lambda o: (max(0.0, -o.overlap_x(name)), abs(o.cx - name.cx)))
            qualified[key] = block_of([*nearest.marks, *name.marks])
    if len(qualified) >= 2:
        binding.series = {value: qualified.get(id(name), name) for value, name in binding.series.items()}
        binding.legend = [replace(e, name=qualified.get(id(e.name), e.name)) for e in binding.legend]


def _headings(texts: Sequence[Mark], inks: Mapping[int, Color]) -> list[Block]:
    """Blocks of lines, each with the pieces that it goes on in, around a blank to fill in or in another colour."""
    groups: list[list[Block]] = []
    for line in sorted(_whole_lines(texts), key=lambda b: (b.y0, b.x0)):
        above = [g for g in groups if goes_below(g[-1], line) and _is_of_one_text(g[-1], line, inks)]
        if above:
            min(above, key=lambda g: (line.y0 - g[-1].y1, abs(line.cx - g[-1].cx))).append(line)
        else:
            groups.append([line])
    return [block_of([mark for line in lines for mark in line.marks]) for lines in groups]


def _whole_lines(texts: Sequence[Mark]) -> list[Block]:
    usable = [text for text in texts if text.number is None or text.number.is_year]
    lines: list[Block] = []
    for text in sorted(usable, key=lambda t: t.x0):
        near = (BLANK if text.text[0].islower() else WORDS_APART) * text.line_height
        before = [
            number
            for number, line in enumerate(lines)
            if abs(line.cy - text.cy) < 0.4 * text.line_height
            and -text.line_height <= text.x0 - line.x1 < near
            and not goes_on_below(text, usable, line.marks)
        ]
        if before:
            lines[before[-1]] = block_of((*lines[before[-1]].marks, text))
        else:
            lines.append(block_of((text,)))
    return lines


def _is_of_one_text(upper: Block, lower: Block, inks: Mapping[int, Color]) -> bool:
    """Whether the inks of two lines agree, or the lower one has words in the colour of the upper one."""
    if same_ink(upper.marks[0], lower.marks[0], inks):
        return True
    ink = inks.get(id(upper.marks[-1]))
    others = [inks.get(id(mark)) for mark in lower.marks[1:]]
    return ink is not None and any(other is not None and color_distance(ink, other) <= OTHER_INK for other in others)
