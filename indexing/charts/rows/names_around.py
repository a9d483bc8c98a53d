"""Names of the segments of a row that stand over, in and under them, some with a line to a narrow segment."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ..blocks import Block
from ..extent import Extent
from .rows import Row

REACH = 2.5
"""Heights of a line between a name and its row at most."""


def names_around(row: Row, others: Sequence[Extent], texts: Sequence[Block]) -> dict[int, Block]:
    """A name for each number of a row (by its `id`), in the order of both from left to right.

    There are as many names as numbers, and not all over the row: heads do for these. What is printed in a segment
    names its number. `others` are the other rows: what is nearer to one of them is none of this row's.
    """
    over: list[Block] = []
    within: list[Block] = []
    under: list[Block] = []
    for text in texts:
        reach = REACH * text.line_height
        nearest = min((row, *others), key=lambda other: (-other.overlap_y(text), other.y0))
        if nearest is not row or -row.overlap_y(text) > reach or -row.overlap_x(text) > text.line_height:
            continue
        (within if row.y0 < text.cy < row.y1 else over if text.cy < row.cy else under).append(text)
    names = sorted((*over, *within, *under), key=lambda name: name.cx)
    if len(names) != len(row.values) or len(names) < 2 or not (within or under):
        return {}
    segments = [next((p for p in row.parts if p.holds(value.cx, value.cy)), value) for value in row.values]
    pairs = list(zip(names, segments, strict=True))
    crossed = any(not segment.holds(name.cx, segment.cy) for name, segment in pairs if name in within)
    distinct = all(left.key != right.key for left, right in itertools.combinations(names, 2))
    return {} if crossed or not distinct else {id(v): name for v, name in zip(row.values, names, strict=True)}
