"""A column of numbers beside groups of bars: their change, or their sum, in the middle of each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..blocks import Block
from ..extent import Extent, bounds
from ..marks import Mark
from ..palette import Color
from ..series.carriers import Carrier
from ..series.head_rows import head_rows
from .rows import Row

FEWEST = 3
"""Numbers of a column."""
CENTRED = 1.0
"""Heights of a line by which the numbers, and their head, are out of line at most."""


def of_number_column(
    rows: Sequence[Row], carriers: Mapping[int, Carrier], texts: Sequence[Mark], inks: Mapping[int, Color]
) -> dict[int, Block]:
    """The head over numbers without bars, one at most for each of the groups in `rows`, by the `id` of each."""
    free = [[value for value in row.values if id(value) not in carriers] for row in rows]
    numbers = [value for values in free for value in values]
    if len(numbers) < FEWEST or any(len(values) > 1 for values in free):
        return {}
    first = numbers[0]
    if max(value.cx for value in numbers) - min(value.cx for value in numbers) > CENTRED * first.line_height:
        return {}
    heads = [head for row in head_rows(texts, inks, Extent(*bounds(numbers))) for head in row]
    over = [head for head in heads if abs(head.cx - first.cx) < CENTRED * head.line_height and head.y1 < first.y0]
    return {id(number): over[-1] for number in numbers} if over else {}
