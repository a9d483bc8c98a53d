"""Series of numbers in rows by the names that stand over them: by colour, by order, or by standing under the name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..blocks import Block, block_of
from ..extent import Extent, bounds
from ..marks import Mark
from ..palette import Color, is_neutral
from .carriers import Carrier
from .head_rows import name_rows, repeated_heads
from .series import INKS, Entry, entry_by_color

MOST = 0.8
ENOUGH = 0.5
"""Shares of the rows that have as many numbers as there are names: of all that is printed, and where some is lost."""
FEWEST_ROWS = 3
"""With a number under a head that stands alone."""
COLUMN = 0.3
"""Share of the rows that have a number in a column."""


def by_heads(
    rows: Sequence[tuple[Extent, Sequence[Mark]]],
    names: Sequence[Sequence[Block]],
    carriers: Mapping[int, Carrier],
    inks: Mapping[int, Color],
    *,
    single: bool = False,
) -> tuple[dict[int, Block], list[Entry]]:
    """Series of numbers in rows by the names over them: by colour, by order, or by standing under the name.

    `rows` are the numbers of each row from left to right, `names` the rows of names (see `head_rows`); one name alone
    counts only if `single`, or over a column of numbers beside bars. Returns the name of each number by its `id`, and
    the names with the colours of what they name.
    """
    found: dict[int, Block] = {}
    entries: list[Entry] = []
    rows_of_names = [row for row in names if len(row) > 1 or single or _is_over_numbers(row[0], rows, carriers)]
    matching = [row for row in rows_of_names if _names_all(row, _below(row, rows, rows_of_names), carriers, inks)]
    if not matching:
        # A question set closely over the heads may have been taken for their first lines.
        lines = name_rows([block_of((mark,)) for row in names for head in row for mark in head.marks])
        lines = [row for row in lines if len(row) > 1]
        matching = [row for row in lines if _by_order(row, _below(row, rows, lines), carriers)]
    for row in matching or rows_of_names:
        below = _below(row, rows, matching or rows_of_names)
        within = [_without_sums(values, carriers) for values in below]
        given = _by_order(row, below, carriers) or _by_order(row, within, carriers) or _by_place(row, below, carriers)
        if len(given) < MOST * sum(map(len, below)):
            by_order = [_by_order(row, numbers, carriers, share=ENOUGH) for numbers in (below, within)]
            given = by_order[0] or by_order[1] or given
        colored = _by_ink(row, below, carriers, inks)
        if len(colored) > len(given):
            given = colored
        given = _same_in_all_panels(given, row)
        colors = _learned(given, below, carriers)
        _fill_by_color(given, colors, below, carriers, panels=repeated_heads(row))
        used = {id(name) for name in given.values()}
        whole = _with_heads_before(row)
        found.update({value: whole.get(id(name), name) for value, name in given.items()})
        entries += [Entry(whole.get(id(name), name), colors.get(id(name))) for name in row if id(name) in used]
    sides = [row for row in rows_of_names if len(row) == 2 and not any(name in found.values() for name in row)]
    for row in sides:
        _name_sums(found, row, _below(row, rows, [row]), carriers)
    return found, entries


def _name_sums(
    found: dict[int, Block], sides: Sequence[Block], rows: Sequence[Sequence[Mark]], carriers: Mapping[int, Carrier]
) -> None:
    """The heads over both sides of the rows for the sums at their ends."""
    for values in rows:
        if len(_without_sums(values, carriers)) < len(values):
            ends = zip((values[0], values[-1]), sides, strict=True)
            found.update({id(value): head for value, head in ends if id(value) not in found})


def _with_heads_before(row: Sequence[Block]) -> dict[int, Block]:
    """Heads printed several times, by their `id`, with the one before each that tells them apart: "2017", "Share",
    "2007", "Share". Empty where whole panels repeat, or one of them has no such head before it.
    """
    keys = [name.key for name in row]
    again = [number for number, key in enumerate(keys) if keys.count(key) > 1]
    if repeated_heads(row) > 1 or any(number == 0 or number - 1 in again for number in again):
        return {}
    return {id(row[number]): block_of((*row[number - 1].marks, *row[number].marks)) for number in again}


def _is_over_numbers(
    head: Block, rows: Sequence[tuple[Extent, Sequence[Mark]]], carriers: Mapping[int, Carrier]
) -> bool:
    """Whether the numbers under a head stand in a column of their own, beside numbers that bars carry."""
    below = [values for place, values in rows if place.cy > head.y1 and values]
    under = [[v for v in values if v.overlap_x(head) > 0] for values in below]
    alone = sum(
        len(own) == 1 < len(values) and id(own[0]) not in carriers for own, values in zip(under, below, strict=True)
    )
    carried = sum(any(id(v) in carriers for v in own) for own in under)
    return alone >= FEWEST_ROWS and 2 * alone > len(below) and not carried


def _names_all(
    row: Sequence[Block],
    below: Sequence[Sequence[Mark]],
    carriers: Mapping[int, Carrier],
    inks: Mapping[int, Color],
) -> bool:
    """Whether the names fit the numbers below in number, or in colour."""
    colored = len(_by_ink(row, below, carriers, inks))
    return bool(_by_order(row, below, carriers)) or 0 < sum(map(len, below)) <= 1.25 * colored


def _without_sums(values: Sequence[Mark], carriers: Mapping[int, Carrier]) -> Sequence[Mark]:
    """The numbers of a row without the first and the last, where both stand outside the bars: sums of each side."""
    held = [id(v) in carriers and carriers[id(v)].holds(v.cx, v.cy) for v in values]
    return values[1:-1] if len(values) > 3 and not held[0] and not held[-1] else values


def _same_in_all_panels(given: Mapping[int, Block], row: Sequence[Block]) -> dict[int, Block]:
    """The names of the first of several panels side by side for the numbers of all."""
    size = len(row) // repeated_heads(row)
    first = {id(name): row[number % size] for number, name in enumerate(row)}
    return {value: first.get(id(name), name) for value, name in given.items()}


def _below(
    names: Sequence[Block], rows: Sequence[tuple[Extent, Sequence[Mark]]], others: Sequence[Sequence[Block]]
) -> list[Sequence[Mark]]:
    """The numbers of the rows between a row of names and the next one."""
    start = max(block.y1 for block in names) - 0.6 * names[0].line_height
    later = [max(b.y1 for b in other) - 0.6 * other[0].line_height for other in others if other is not names]
    end = min((y for y in later if y > start + 1.0), default=float("inf"))
    return [values for place, values in rows if start < place.cy < end and values]


def _by_order(
    names: Sequence[Block], rows: Sequence[Sequence[Mark]], carriers: Mapping[int, Carrier], *, share: float = MOST
) -> dict[int, Block]:
    """The first name for the first number of a row, and so on, where rows have as many numbers as there are names."""
    if len(names) < 2 or sum(len(row) == len(names) for row in rows) < share * len(rows):
        return {}
    # Heads stand over their columns; pieces of a sentence over a group of rows begin where the rows' names do.
    span = Extent(*bounds(names))
    over = [
        span.overlap_x(Extent(*bounds([carriers.get(id(value), value) for value in row])))
        for row in rows
        if len(row) == len(names)
    ]
    if max(over, default=0.0) < 0.5 * span.width:
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
    columns = [column for column in columns if len(column[1]) >= COLUMN * len(rows)]
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
    *,
    panels: int,
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
                if entry is not None and sum(given.get(id(other)) is entry.name for other in row) < panels:
                    given[id(value)] = entry.name
