"""Binding: which category and which series each printed number of a chart belongs to.

A number belongs to what carries it: the bar that it stands in or at the end of, the line that it stands by, the slice
that it lies in. The carrier's place gives the category (name at the left, tick label below, name of the slice), its
colour the series (key of the legend, name in the same colour); numbers without one are bound by the places of the
labels alone (`chart_values`). What neither tells stays unbound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .chart_axes import Axes
from .chart_blocks import Block, block_of, text_blocks
from .chart_carriers import Bars, Carrier, carriers_of, oriented
from .chart_columns import Column, columns_of_values, grouped_columns, names_below, panels_of, tick_rows
from .chart_extent import Extent
from .chart_graphics import Bar, Dot, Graphics
from .chart_lines import line_entries, place_of, strokes_of_values, tick_under
from .chart_marks import Mark
from .chart_palette import Color, is_neutral
from .chart_rows import Row, grouped_rows, names_above, names_at_left, rows_of_values
from .chart_series import INKS, Entry, beside_stack, by_heads, entry_by_color
from .chart_slices import slice_names, slices_of
from .chart_values import read_values, tick_reach

FEWEST_DOTS = 3
FEWEST_BOUND = 4


@dataclass(slots=True)
class Binding:
    """Categories, series and headings of the numbers by their `id`, and what they were told by."""

    category: dict[int, Block] = field(default_factory=dict)
    series: dict[int, Block] = field(default_factory=dict)
    heading: dict[int, Block] = field(default_factory=dict)
    sure: dict[int, float] = field(default_factory=dict)
    legend: list[Entry] = field(default_factory=list)
    carriers: dict[int, Carrier] = field(default_factory=dict)
    bars: Bars = field(default_factory=Bars)
    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    ticks: list[Block] = field(default_factory=list)
    orientation: str = ""
    """`rows`, `columns`, `lines`, `slices` or empty."""

    def is_value(self, mark: Mark) -> bool:
        """Whether a number is one of the chart's: where most are bound, one that nothing carries or names is none."""
        bound = len(self.category.keys() | self.series.keys())
        known = id(mark) in self.category or id(mark) in self.series or id(mark) in self.carriers
        return known or bound < FEWEST_BOUND or self.orientation in {"", "lines"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to bind: numbers, texts that are no title, note or axis title, and the marks painted."""

    values: Sequence[Mark]
    texts: Sequence[Mark]
    axes: Axes
    graphics: Graphics
    legend: Sequence[Entry]
    inks: Mapping[int, Color]


def bind(scene: Scene) -> Binding:
    """Bind every number of the scene as far as it can be told."""
    binding = Binding(legend=list(scene.legend), bars=oriented(scene.graphics.bars, scene.values))
    legend_marks = {id(mark) for entry in scene.legend for mark in entry.name.marks}
    texts = [text for text in scene.texts if id(text) not in legend_marks]
    free = list(scene.values)
    if scene.graphics.sectors:
        free = _bind_slices(binding, scene, free, texts)
    if free and scene.graphics.bars:
        free = _bind_bars(binding, scene, free, texts)
    if free and not binding.orientation and len(scene.graphics.dots) >= FEWEST_DOTS:
        free = _bind_dots(binding, scene, free, texts)
    if free and scene.graphics.strokes:
        free = _bind_lines(binding, scene, free, texts)
    if free and not binding.orientation:
        _bind_labels(binding, scene, free, texts)
    _add_ink_series(binding, scene)
    _qualify_series(binding, texts)
    _add_headings(binding, scene, texts)
    return binding


def _bind_slices(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> list[Mark]:
    slices = slices_of(values, scene.graphics.sectors)
    if not slices:
        return values
    inside = [value for value in values if id(value) in slices]
    names = slice_names(inside, slices, scene.legend, text_blocks([*texts, *scene.axes.x.marks], years=True))
    binding.category.update(names)
    binding.orientation = "slices"
    return [value for value in values if id(value) not in slices]


def _bind_bars(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> list[Mark]:
    bars = binding.bars
    carriers = binding.carriers = carriers_of(values, bars, ())
    row_ids, column_ids = {id(bar) for bar in bars.rows}, {id(bar) for bar in bars.columns}
    in_rows = [v for v in values if id(carriers.get(id(v))) in row_ids]
    in_columns = [v for v in values if id(carriers.get(id(v))) in column_ids]
    free = [v for v in values if id(v) not in carriers]
    if in_rows and len(in_rows) >= len(in_columns):
        top = min(bar.y0 for bar in bars.rows)
        _bind_rows(binding, scene, [*in_rows, *(v for v in free if v.cy > top)], texts, bars.rows)
        free = [v for v in free if v.cy <= top]
    elif in_rows:
        _bind_rows(binding, scene, in_rows, texts, bars.rows)
    if in_columns:
        over = free if len(in_columns) > len(in_rows) else []
        bound = _bind_columns(binding, scene, [*in_columns, *over], texts)
        free = [v for v in free if id(v) not in bound]
    if in_rows or in_columns:
        binding.orientation = "rows" if len(in_rows) >= len(in_columns) else "columns"
    return free


def _bind_dots(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> list[Mark]:
    """Dots on rows, each row with its name at the left; where the rows have no names, they are the points of lines."""
    dots = scene.graphics.dots
    carriers = carriers_of(values, Bars(), dots)
    if 2 * len(carriers) < len(values):
        return values
    rows = rows_of_values(values, carriers, dots)
    names = names_at_left(rows, texts, carriers)
    distinct = {block.text for block in names.values()}
    if 5 * len(names) < 4 * len(values) or len(distinct) < 2 or 2 * len(distinct) < len(rows):
        return values
    binding.carriers = carriers
    _bind_rows(binding, scene, values, texts, dots)
    binding.orientation = "rows"
    return []


def _bind_rows(
    binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark], bars: Sequence[Bar | Dot]
) -> None:
    carriers = binding.carriers
    names = [*texts, *(mark for mark in scene.axes.y.marks if scene.axes.y.scale == "date")]
    names = [name for name in names if not any(bar.holds(name.cx, name.cy) for bar in bars)]
    single = rows_of_values(values, carriers, bars)
    rows = grouped_rows(single, names)
    found = names_at_left(rows, names, carriers)
    if 2 * len(found) < len(values):
        found = {**names_above(rows, names), **found}
    binding.category.update(found)
    binding.rows += rows
    used = {id(mark) for block in found.values() for mark in block.marks}
    _series_by_legend(binding, values, scene.legend)
    grouped = len(rows) < len(single)
    rest = [v for v in values if id(v) not in binding.series]
    if rest and not grouped:
        heads = text_blocks([t for t in texts if id(t) not in used], years=True, inks=scene.inks)
        lines = [(row, [v for v in row.values if v in rest]) for row in rows]
        series, entries = by_heads(lines, heads, carriers, scene.inks, single=bool(scene.legend))
        binding.series.update(series)
        known = {entry.name.text for entry in binding.legend}
        binding.legend += [entry for entry in entries if entry.name.text not in known]


def _bind_columns(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> set[int]:
    """Returns the `id`s of the numbers bound: those over a column, too, that have no bar of their own."""
    bars, carriers = binding.bars.columns, binding.carriers
    stacks = columns_of_values(values, carriers, bars)
    below = tick_rows(stacks, [*texts, *scene.axes.x.marks])
    columns = grouped_columns(stacks, len(below))
    found = names_below(columns, below)
    binding.category.update(found)
    binding.columns += columns
    binding.ticks += below
    _series_by_legend(binding, values, scene.legend)
    used = {id(mark) for block in below for mark in block.marks}
    rest = [v for v in values if id(v) not in binding.series]
    if rest and not scene.legend:
        names = [t for t in texts if id(t) not in used and t.number is None and not t.label.vertical]
        _series_beside(binding, stacks, names, rest, scene.inks)
    return {id(value) for column in columns for value in column.values}


def _series_beside(
    binding: Binding,
    stacks: Sequence[Column],
    names: Sequence[Mark],
    values: Sequence[Mark],
    inks: Mapping[int, Color],
) -> None:
    """Series of stacked columns from names in the colour of what they name, or beside the outermost stack."""
    blocks = text_blocks(names, inks=inks)
    colors = {bar.color for bar in binding.bars.columns}
    entries = [
        Entry(block, ink)
        for block in blocks
        if (ink := inks.get(id(block.marks[0]))) is not None
        and not is_neutral(ink)
        and any(entry_by_color(ink, [Entry(block, color)], INKS) for color in colors)
    ]
    if len({entry.color for entry in entries}) >= 2:
        _give(binding, values, entries)
        return
    for panel in panels_of(stacks):
        names_of: list[tuple[Block, int]] = []
        size = 0
        for stack in (max(panel, key=lambda s: s.x1), min(panel, key=lambda s: s.x0)):
            parts = _segments(stack, binding)
            found = beside_stack(parts, names, blocks, reach=1.2 * stack.width + 30.0)
            if len(found) > len(names_of):
                names_of, size = found, len(parts)
        _give_by_order(binding, panel, {number: name for name, number in names_of}, size)


def _give_by_order(binding: Binding, stacks: Sequence[Column], names: Mapping[int, Block], size: int) -> None:
    """Series of stacks of `size` numbers, one over the other, named from top to bottom; of others by colour."""
    learned: dict[Color, Block] = {}
    known = {entry.name.text for entry in binding.legend}
    for stack in stacks:
        if len(stack.values) == size:
            for number, value in enumerate(sorted(stack.values, key=lambda v: v.cy)):
                if number in names:
                    binding.series[id(value)] = names[number]
                    carrier = binding.carriers.get(id(value))
                    if carrier is not None:
                        learned.setdefault(carrier.color, names[number])
    for value in (value for stack in stacks for value in stack.values if id(value) not in binding.series):
        carrier = binding.carriers.get(id(value))
        if carrier is not None and carrier.color in learned:
            binding.series[id(value)] = learned[carrier.color]
    colors = {id(name): color for color, name in learned.items()}
    binding.legend += [Entry(n, colors.get(id(n))) for _, n in sorted(names.items()) if n.text not in known]


def _segments(stack: Column, binding: Binding) -> list[tuple[Extent, Color | None]]:
    """The segments of a stack and the numbers over it that have none, from top to bottom."""
    whole = [part for part in stack.parts if part.width > 0.6 * stack.width]
    parts: list[tuple[Extent, Color | None]] = [(part, getattr(part, "color", None)) for part in whole]
    parts += [(value, None) for value in stack.values if id(value) not in binding.carriers]
    return sorted(parts, key=lambda part: part[0].cy)


def _give(binding: Binding, values: Sequence[Mark], entries: Sequence[Entry]) -> None:
    """Series by colour, for numbers whose segments have one."""
    if len(entries) < 2:
        return
    known = {entry.name.text for entry in binding.legend}
    binding.legend += [entry for entry in entries if entry.name.text not in known]
    _series_by_legend(binding, values, entries)


def _series_by_legend(binding: Binding, values: Sequence[Mark], legend: Sequence[Entry]) -> None:
    for value in values:
        carrier = binding.carriers.get(id(value))
        entry = entry_by_color(carrier.color if carrier else None, legend)
        if entry is not None:
            binding.series[id(value)] = entry.name


def _bind_lines(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> list[Mark]:
    strokes = scene.graphics.strokes
    found = strokes_of_values(values, strokes, scene.inks)
    if not found:
        return values
    ticks = list(scene.axes.x.blocks)
    used = {id(mark) for tick in ticks for mark in tick.marks}
    names = text_blocks([t for t in texts if id(t) not in used], inks=scene.inks)
    entries = line_entries(strokes, scene.legend, names, scene.inks)
    if not scene.legend:
        binding.legend += [entry for entry in entries if entry.name.text not in {e.name.text for e in binding.legend}]
    reach = tick_reach(scene.axes.x) if len(ticks) > 1 else 0.0
    for value in values:
        if id(value) not in found:
            continue
        stroke, sure = found[id(value)]
        entry = entry_by_color(stroke.color, entries)
        if entry is not None:
            binding.series[id(value)] = entry.name
            binding.sure[id(value)] = sure
        tick = tick_under(place_of(value, stroke, scene.graphics.dots), ticks, reach)
        if tick is not None:
            binding.category[id(value)] = tick
    binding.orientation = binding.orientation or "lines"
    return [value for value in values if id(value) not in found]


def _bind_labels(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> None:
    """Numbers that nothing painted carries: by the places of the labels."""
    reading = read_values(values, texts, scene.axes.x, scene.axes.y)
    binding.category.update(reading.category)
    binding.series.update(reading.series)
    if not binding.legend:
        binding.legend = [Entry(block) for block in reading.legend]
    binding.orientation = reading.orientation


def _add_ink_series(binding: Binding, scene: Scene) -> None:
    """Numbers in the colour of a series' key or name, where their carrier has not told it."""
    entries = [entry for entry in binding.legend if entry.color is not None and not is_neutral(entry.color)]
    for value in scene.values:
        ink = scene.inks.get(id(value))
        if id(value) not in binding.series and ink is not None and not is_neutral(ink) and len(entries) > 1:
            entry = entry_by_color(ink, entries, INKS)
            if entry is not None:
                binding.series[id(value)] = entry.name


def _add_headings(binding: Binding, scene: Scene, texts: Sequence[Mark]) -> None:
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


def _qualify_series(binding: Binding, texts: Sequence[Mark]) -> None:
    """Entries of a legend with the same name take the text over them along: "Liberal on" / "Most issues"."""
    names = {id(block): block for block in binding.series.values()}
    names |= {id(entry.name): entry.name for entry in binding.legend}
    used = {id(mark) for block in names.values() for mark in block.marks}
    used |= {id(mark) for block in binding.category.values() for mark in block.marks}
    over = text_blocks([t for t in texts if id(t) not in used and not t.label.vertical and len(t.text) > 2])
    qualified: dict[int, Block] = {}
    for key, name in names.items():
        twins = [b for b in names.values() if b is not name and b.text == name.text and abs(b.cy - name.cy) < name.height]
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
