"""Second thoughts about which bar carries a number: a bar carries one, and numbers in a column are carried by none."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from ..graphics import Bar, Dot
from ..marks import Mark

NEXT = 3.0
"""Pixels between bars that follow each other."""
ALIGNED = 0.3
"""Heights of a line by which the numbers of a column are out of line at most."""
FEWEST = 4
"""Numbers of a column."""
APART = 0.8
"""Heights of a line by which the ends of bars differ at least that do not explain the places of the numbers."""


def one_number_each(inside: Mapping[int, Bar], values: Sequence[Mark], rows: Sequence[Bar]) -> dict[int, Bar]:
    """The bars that numbers are printed in, by the `id` of the number, where one was taken for its neighbour's.

    In narrow segments side by side a number may reach over the edge: of two in one bar, the one at its end goes to
    the next bar, if that has none.
    """
    found = dict(inside)
    for bar in rows:
        own = sorted((value for value in values if found.get(id(value)) is bar), key=lambda v: v.cx)
        if len(own) != 2:
            continue
        for value, end in ((own[1], bar.x1), (own[0], bar.x0)):
            taken = {id(carrier) for carrier in found.values()}
            beside = [
                other
                for other in rows
                if id(other) not in taken
                and min(abs(other.x0 - end), abs(other.x1 - end)) <= NEXT
                and other.overlap_y(bar) > 0.5 * min(other.height, bar.height)
                and other.overlap_x(value) > -NEXT
            ]
            if len(beside) == 1:
                found[id(value)] = beside[0]
                break
    return found


def in_number_columns(values: Sequence[Mark], at_ends: Mapping[int, Bar | Dot]) -> set[int]:
    """The `id`s of numbers that stand under each other wherever the bars end: totals in a column of their own.

    `values` are the numbers outside the bars, `at_ends` the bars at whose ends some of them were found.
    """
    columns: list[list[Mark]] = []
    for value in sorted(values, key=lambda v: v.cx):
        if columns and abs(columns[-1][-1].cx - value.cx) <= ALIGNED * value.line_height:
            columns[-1].append(value)
        else:
            columns.append([value])
    return {id(value) for column in columns if _is_column(column, at_ends) for value in column}


def _is_column(numbers: Sequence[Mark], at_ends: Mapping[int, Bar | Dot]) -> bool:
    if len(numbers) < FEWEST:
        return False
    line = numbers[0].line_height
    level = any(a.overlap_y(b) > 0.5 * line for a, b in itertools.combinations(numbers, 2))
    beside = [(value, at_ends[id(value)]) for value in numbers if id(value) in at_ends]
    gaps = [max(0.0, -value.overlap_x(bar)) for value, bar in beside]
    return not level and len(gaps) > 1 and max(gaps) - min(gaps) > APART * line
