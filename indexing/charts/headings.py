"""Headings over groups of rows, panels and legend entries, where a name alone would stand for several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .blocks import Block, block_of, text_blocks
from .extent import Extent
from .marks import Mark
from .palette import Color
from .scene import Binding, Scene


def add_headings(binding: Binding, scene: Scene, texts: Sequence[Mark]) -> None:
    """Headings of panels and groups for numbers whose category and series others have, too."""
    seen: dict[tuple[str, str], list[Mark]] = {}
    for value in scene.values:
        category, series = binding.category.get(id(value)), binding.series.get(id(value))
        if category is not None:
            seen.setdefault((_letters(category.text), series.text if series else ""), []).append(value)
    unclear = [value for values in seen.values() if len(values) > 1 for value in values]
    ticks = [_letters(tick.text) for tick in scene.axes.x.blocks]
    one_panel = binding.orientation == "lines" and len(set(ticks)) == len(ticks)
    if not unclear or one_panel or binding.orientation == "slices":
        return
    used = {id(mark) for block in (*binding.category.values(), *binding.series.values()) for mark in block.marks}
    used |= {id(mark) for entry in binding.legend for mark in entry.name.marks}
    used |= {id(mark) for block in (*binding.ticks, *scene.axes.x.blocks) for mark in block.marks}
    usable = [t for t in texts if id(t) not in used and not t.label.vertical and len(t.text) > 2]
    names = {_letters(block.text) for block in (*binding.series.values(), *(e.name for e in binding.legend))}
    headings = [h for h in _headings(usable, scene.inks) if _letters(h.text) not in names]
    if binding.orientation == "rows" and binding.rows:
        # Texts side by side over the first row are heads of its columns.
        top = min(row.y0 for row in binding.rows)
        headings = [h for h in headings if h.y1 > top or not _has_neighbour(h, headings)]
    for value in unclear:
        place: Extent = binding.category[id(value)] if binding.orientation == "rows" else value
        above = [h for h in headings if h.y1 <= place.y0 + 0.6 * h.line_height]
        if not above:
            continue
        lowest = max(h.y1 for h in above)
        level = [h for h in above if h.y1 > lowest - 1.5 * h.line_height]
        span = _wide(place, value)
        binding.heading[id(value)] = min(level, key=lambda h: (max(0.0, -h.overlap_x(span)), abs(h.cx - value.cx)))


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
    """Blocks of text, those that one line goes on in (around a blank to fill in) as one."""
    blocks = sorted(text_blocks(texts, years=True, inks=inks), key=lambda b: (b.cy, b.x0))
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        one_line = last is not None and abs(last.cy - block.cy) < 0.4 * block.line_height
        near = 3.5 if block.text[0].islower() else 0.7
        if last is not None and one_line and -1.0 <= block.x0 - last.x1 < near * block.line_height:
            joined[-1] = block_of([*last.marks, *block.marks])
        else:
            joined.append(block)
    return joined


def _has_neighbour(block: Block, blocks: Sequence[Block]) -> bool:
    return any(b is not block and b.overlap_y(block) > 0.5 * min(b.height, block.height) for b in blocks)


def _letters(text: str) -> str:
    """Only letters, digits and signs: OCR sees the apostrophe of '98 in one panel and not in the other."""
    return "".join(character for character in text if character.isalnum() or character in "+<>")


def _wide(place: Extent, value: Extent) -> Extent:
    return Extent(min(place.x0, value.x0), place.y0, max(place.x1, value.x1), place.y1)
