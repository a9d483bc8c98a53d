"""Binding: which category and which series each printed number of a chart belongs to.

A number belongs to what carries it: the bar that it stands in or at the end of, the line that it stands by, the slice
that it lies in. The carrier's place gives the category (name at the left, tick label below, name of the slice), its
colour the series (key of the legend, name in the same colour); numbers without one are bound by the places of the
labels alone (`values`). What neither tells stays unbound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .axes.tick_splitting import split_ticks
from .blocks import Block, text_blocks
from .columns.column_names import misread_ticks, names_below, names_in_row_over, names_over, tick_rows
from .columns.columns import columns_of_values, grouped_columns
from .columns.stack_series import series_beside, series_by_legend
from .columns.stack_totals import name_totals
from .columns.twin_keys import series_by_place, twin_colors
from .graphics import Bar, Dot
from .lines.line_binding import bind_lines
from .marks import Mark
from .palette import is_neutral
from .rows.headings import add_headings, qualify_series
from .rows.row_headings import left_headings, names_by_headings
from .rows.row_names import names_above, names_at_left, number_names
from .rows.row_series import add_row_series
from .rows.rows import Row, grouped_rows, rows_of_values
from .scene import Binding, Scene
from .series.carriers import Bars, carriers_of, oriented
from .series.completing import complete_series
from .series.head_rows import misread_heads
from .series.names_in_bars import names_in_segments
from .series.series import INKS, Entry, entry_by_color
from .slices import slice_names, slices_of
from .values import read_values

FEWEST_DOTS = 3
"""Of a dot plot."""


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
        free = bind_lines(binding, scene, free, texts)
    if free and not binding.orientation:
        _bind_labels(binding, scene, free, texts)
    rest = [value for value in scene.values if id(value) not in binding.series]
    binding.series.update(names_in_segments(rest, binding.carriers, [*texts, *scene.axes.x.marks]))
    _add_ink_series(binding, scene)
    complete_series(binding, scene)
    if binding.orientation != "lines":
        qualify_series(binding, texts)
    add_headings(binding, scene, texts)
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
    names = names_at_left(rows, texts, carriers, scene.inks)
    distinct = {block.text for block in names.values()}
    if 5 * len(names) < 4 * len(carriers) or len(distinct) < 2 or 2 * len(distinct) < len(rows):
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
    rows = grouped_rows(single, names, [entry.color for entry in scene.legend if entry.color])
    rows, found = _name_rows(binding, scene, rows, names)
    values = [value for row in rows for value in row.values]
    used = {id(mark) for block in (*found.values(), *binding.headings) for mark in block.marks}
    heads = misread_heads([v for v in scene.values if id(v) not in binding.category], texts, rows)
    add_row_series(binding, scene, rows, values, [*(text for text in texts if id(text) not in used), *heads])


def _name_rows(
    binding: Binding, scene: Scene, rows: Sequence[Row], names: Sequence[Mark]
) -> tuple[list[Row], dict[int, Block]]:
    """The rows, less the numbers that name them, and the names of the others by their `id`."""
    carriers = binding.carriers
    found = names_at_left(rows, names, carriers, scene.inks)
    numbers = number_names(rows, found, carriers)
    found.update(numbers)
    taken = {id(mark) for block in numbers.values() for mark in block.marks}
    rows = [replace(row, values=tuple(v for v in row.values if id(v) not in taken)) for row in rows]
    for key in taken:
        carriers.pop(key, None)  # the bar that it stands before
    binding.headings = left_headings(rows, list(found.values()), names)
    found.update(names_by_headings(rows, found, binding.headings, scene.header, scene.inks))
    if 2 * len(found) < sum(len(row.values) for row in rows):
        found = {**names_above(rows, names), **found}
    binding.category.update(found)
    binding.rows += rows
    return rows, found


def _bind_columns(binding: Binding, scene: Scene, values: list[Mark], texts: Sequence[Mark]) -> set[int]:
    """Returns the `id`s of the numbers bound: those over a column, too, that have no bar of their own."""
    bars, carriers = binding.bars.columns, binding.carriers
    stacks = columns_of_values(values, carriers, bars)
    misread = misread_ticks(stacks, values, [*texts, *scene.axes.x.marks])
    if misread:
        for mark in misread:
            carriers.pop(id(mark), None)  # the column that it stands under
        values = [value for value in values if value not in misread]
        texts = [*texts, *(replace(mark, number=None) for mark in misread)]
        stacks = columns_of_values(values, carriers, bars)
    texts, on_axis = split_ticks(stacks, texts), split_ticks(stacks, scene.axes.x.marks)
    below = tick_rows(stacks, [*texts, *on_axis])
    columns = grouped_columns(stacks, len(below), twin_colors(scene.legend))
    used = {id(mark) for block in below for mark in block.marks}
    names = [t for t in texts if id(t) not in used and t.number is None and not t.label.vertical]
    blocks = text_blocks(names, inks=scene.inks)
    found = names_below(columns, below) or names_over(columns, blocks) or names_in_row_over(columns, blocks)
    binding.category.update(found)
    binding.columns += columns
    binding.ticks += below
    series_by_legend(binding, values, scene.legend)
    series_by_place(binding, columns, scene.legend)
    name_totals(binding, stacks, [name for name in names if id(name) not in used])
    rest = [v for v in values if id(v) not in binding.series]
    if rest and not scene.legend:
        used = {id(mark) for block in found.values() for mark in block.marks}
        series_beside(binding, stacks, [name for name in names if id(name) not in used], rest, scene.inks)
    return {id(value) for column in columns for value in column.values} | {id(mark) for mark in misread}


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
