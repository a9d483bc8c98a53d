"""Series of a chart: the names in its legend or at the head of its columns, and which numbers belong to each."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .blocks import Block, block_of
from .carriers import Carrier
from .extent import Extent
from .graphics import Swatch
from .marks import Mark
from .palette import Color, color_distance, is_neutral

ALIKE = 46
"""Levels by which the colours of a mark and of its legend key may differ in a channel."""
INKS = 60
"""As `ALIKE`, for the colour of letters, whose thin strokes are never quite as painted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One series: its name and its colour, if it is known."""

    name: Block
    color: Color | None = None
    dash: bool = False


def legend_entries(swatches: Sequence[Swatch], marks: Sequence[Mark], bars: Sequence[Extent]) -> list[Entry]:
    """The entries of a legend with keys: the text beside each, with the lines that follow under it."""
    keyed = {swatch.label: swatch for swatch in swatches if swatch.label < len(marks)}
    entries: list[Entry] = []
    for index, swatch in sorted(keyed.items(), key=lambda item: (item[1].y0, item[1].x0)):
        lines = [marks[index]]
        for number, mark in enumerate(marks):
            last = lines[-1]
            goes_on = (
                number not in keyed
                and not mark.label.vertical
                and not mark.is_number
                and -0.6 * last.line_height < mark.y0 - last.y1 < 0.5 * last.line_height
                and mark.cy > last.cy + 0.5 * last.line_height
                and (abs(mark.x0 - last.x0) < 1.2 * last.line_height or abs(mark.cx - last.cx) < last.line_height)
                and abs(mark.line_height - last.line_height) < 0.35 * last.line_height
                and not any(bar.y0 < mark.cy < bar.y1 and bar.x1 > mark.x1 for bar in bars)
            )
            if goes_on:
                lines.append(mark)
        entries.append(Entry(block_of(lines), swatch.color, swatch.dash))
    return entries


def entry_by_color(color: Color | None, entries: Sequence[Entry], tolerance: int = ALIKE) -> Entry | None:
    """The entry of the nearest colour, None where none is near or two are equally near."""
    if color is None:
        return None
    ranked = sorted(
        (color_distance(color, entry.color), number) for number, entry in enumerate(entries) if entry.color is not None
    )
    if not ranked or ranked[0][0] > tolerance:
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < 5 and ranked[0][0] > 8:
        return None
    return entries[ranked[0][1]]


def name_rows(heads: Sequence[Block], fewest: int = 1) -> list[list[Block]]:
    """Blocks side by side: those of one row end at about the same height, whatever their number of lines."""
    rows: list[list[Block]] = []
    for block in sorted(heads, key=lambda b: (b.y1, b.x0)):
        last = rows[-1] if rows else None
        if last and abs(block.y1 - last[0].y1) < 0.8 * block.line_height:
            last.append(block)
        else:
            rows.append([block])
    return [sorted(row, key=lambda b: b.x0) for row in rows if len(row) >= fewest]


def by_heads(
    rows: Sequence[tuple[Extent, Sequence[Mark]]],
    heads: Sequence[Block],
    carriers: Mapping[int, Carrier],
    inks: Mapping[int, Color],
    *,
    single: bool = False,
) -> tuple[dict[int, Block], list[Entry]]:
    """Series of numbers in rows by the names over them: by colour, by order, or by standing under the name.

    `rows` are the numbers of each row from left to right, `heads` the names above; one name alone counts only if
    `single`. Returns the name of each number by its `id`, and the names with the colours of what they name.
    """
    found: dict[int, Block] = {}
    entries: list[Entry] = []
    names = name_rows(heads, 1 if single else 2)
    matching = [row for row in names if _by_order(row, _below(row, rows, names))]
    if not matching:
        # A question set closely over the heads may have been taken for their first lines.
        lines = name_rows([block_of((mark,)) for head in heads for mark in head.marks], 2)
        matching = [row for row in lines if _by_order(row, _below(row, rows, lines))]
    for row in matching or names:
        below = _below(row, rows, matching or names)
        given = _by_order(row, below) or _by_place(row, below, carriers)
        colored = _by_ink(row, below, carriers, inks)
        if len(colored) > len(given):
            given = colored
        colors = _learned(given, below, carriers)
        _fill_by_color(given, colors, below, carriers)
        found.update(given)
        used = {id(name) for name in given.values()}
        entries += [Entry(name, colors.get(id(name))) for name in row if id(name) in used]
    return found, entries


def _below(
    names: Sequence[Block], rows: Sequence[tuple[Extent, Sequence[Mark]]], others: Sequence[Sequence[Block]]
) -> list[Sequence[Mark]]:
    """The numbers of the rows between a row of names and the next one."""
    start = max(block.y1 for block in names) - 0.6 * names[0].line_height
    later = [max(b.y1 for b in other) - 0.6 * other[0].line_height for other in others if other is not names]
    end = min((y for y in later if y > start + 1.0), default=float("inf"))
    return [values for place, values in rows if start < place.cy < end and values]


def _by_order(names: Sequence[Block], rows: Sequence[Sequence[Mark]]) -> dict[int, Block]:
    """The first name for the first number of a row, and so on, where rows have as many numbers as there are names."""
    if len(names) < 2 or 5 * sum(len(row) == len(names) for row in rows) < 4 * len(rows):
        return {}
    # Heads stand over their columns; pieces of a sentence over a group of rows begin where the rows' names do.
    over = [min(names[-1].x1, row[-1].x1) - max(names[0].x0, row[0].x0) for row in rows if len(row) == len(names)]
    if max(over, default=0.0) < 0.5 * (names[-1].x1 - names[0].x0):
        return {}
    found: dict[int, Block] = {}
    for row in rows:
        if len(row) == len(names):
            found.update({id(value): name for value, name in zip(row, names, strict=True)})
    return found


def _by_place(
    names: Sequence[Block], rows: Sequence[Sequence[Mark]], carriers: Mapping[int, Carrier]
) -> dict[int, Block]:
    """Numbers in columns, each under one name: the bars of a column begin at one place, its numbers are aligned."""
    columns: list[tuple[float, list[Mark]]] = []
    tolerance = 0.8 * names[0].line_height
    for value in (value for row in rows for value in row):
        carrier = carriers.get(id(value))
        place = carrier.x0 if carrier is not None else value.cx
        near = [column for column in columns if abs(column[0] - place) < tolerance]
        if near:
            near[0][1].append(value)
        else:
            columns.append((place, [value]))
    columns = [column for column in columns if len(column[1]) >= 0.4 * len(rows)]
    if len(columns) < min(2, len(names)):
        return {}
    found: dict[int, Block] = {}
    taken: set[int] = set()
    for _, values in sorted(columns, key=lambda column: column[0]):
        left = min(min(carriers.get(id(v), v).x0, v.x0) for v in values)
        right = max(max(carriers.get(id(v), v).x1, v.x1) for v in values)
        over = [name for name in names if min(name.x1, right) - max(name.x0, left) > 0]
        name = max(over, key=lambda n: (min(n.x1, right) - max(n.x0, left), -n.x0), default=None)
        if name is not None and id(name) not in taken:
            taken.add(id(name))
            found.update({id(value): name for value in values})
    return found


def _by_ink(
    names: Sequence[Block],
    rows: Sequence[Sequence[Mark]],
    carriers: Mapping[int, Carrier],
    inks: Mapping[int, Color],
) -> dict[int, Block]:
    """Names printed in the colour of what they name."""
    entries = [Entry(name, inks.get(id(name.marks[0]))) for name in names]
    colored = [entry for entry in entries if entry.color is not None and not is_neutral(entry.color)]
    if len(colored) < 2:
        return {}
    found: dict[int, Block] = {}
    for value in (value for row in rows for value in row):
        carrier = carriers.get(id(value))
        entry = entry_by_color(carrier.color if carrier else inks.get(id(value)), colored, INKS)
        if entry is not None:
            found[id(value)] = entry.name
    return found


def _learned(
    given: Mapping[int, Block], rows: Sequence[Sequence[Mark]], carriers: Mapping[int, Carrier]
) -> dict[int, Color]:
    """The colour of each name's bars, where most of them have one."""
    colors: dict[int, Counter[Color]] = {}
    for value in (value for row in rows for value in row):
        if id(value) in given and id(value) in carriers:
            colors.setdefault(id(given[id(value)]), Counter())[carriers[id(value)].color] += 1
    result: dict[int, Color] = {}
    for name, counts in colors.items():
        color, count = counts.most_common(1)[0]
        if 2 * count > counts.total():
            result[name] = color
    return result


def _fill_by_color(
    given: dict[int, Block],
    colors: Mapping[int, Color],
    rows: Sequence[Sequence[Mark]],
    carriers: Mapping[int, Carrier],
) -> None:
    """Numbers of rows with one missing: the colour tells which, where each name has a colour of its own."""
    names = {id(name): name for name in given.values()}
    entries = [Entry(names[name], color) for name, color in colors.items()]
    if len({entry.color for entry in entries}) < max(2, len(names)):
        return
    for row in rows:
        for value in row:
            if id(value) not in given and id(value) in carriers:
                entry = entry_by_color(carriers[id(value)].color, entries, 24)
                if entry is not None and entry.name not in [given.get(id(other)) for other in row]:
                    given[id(value)] = entry.name


def beside_stack(
    stack: Sequence[tuple[Extent, Color | None]], texts: Sequence[Mark], blocks: Sequence[Block], *, reach: float
) -> list[tuple[Block, int]]:
    """Names set beside the first or last stack of a chart, with the position in `stack` of what each names.

    `stack` holds segments, and numbers without one, from top to bottom. As many names as there are of these go by
    order; else each line belongs to the segment at whose height it stands, one left over to the one next to it.
    """
    if len(stack) < 2:
        return []
    left, right = min(e.x0 for e, _ in stack), max(e.x1 for e, _ in stack)
    top, bottom = min(e.y0 for e, _ in stack), max(e.y1 for e, _ in stack)

    def is_beside(text: Extent) -> bool:
        gap = min(abs(text.x0 - right), abs(left - text.x1))
        return gap < reach and top - text.height < text.cy < bottom + text.height and not left < text.cx < right

    names = sorted((block for block in blocks if is_beside(block)), key=lambda b: b.cy)
    if len(names) == len(stack):
        return [(name, number) for number, name in enumerate(names)]
    lines: dict[int, list[Mark]] = {}
    left_over: list[Mark] = []
    for text in sorted((text for text in texts if is_beside(text)), key=lambda t: t.cy):
        within = [n for n, (extent, _) in enumerate(stack) if extent.y0 <= text.cy <= extent.y1]
        if within:
            lines.setdefault(within[0], []).append(text)
        else:
            left_over.append(text)
    for text in left_over:
        free = [n for n in range(len(stack)) if n not in lines]
        nearest = min(free, key=lambda n: abs(stack[n][0].cy - text.cy), default=None)
        if nearest is not None and abs(stack[nearest][0].cy - text.cy) < 2.5 * text.line_height:
            lines[nearest] = [text]
    return [(block_of(found), number) for number, found in sorted(lines.items())] if len(lines) >= 2 else []


def usual_width(values: Sequence[Mark]) -> float:
    """Median width of the numbers; 0 without any."""
    return statistics.median([value.width for value in values]) if values else 0.0
