"""Names of the rows of a chart: at their left, or above."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from ..blocks import CLOSE, Block, block_of
from ..marks import Mark
from ..palette import Color, color_distance
from ..series.carriers import Carrier
from .rows import Row

CENTRED = 0.45
"""Heights of a line by which a name of several lines may miss the middle of its row."""
ALIGNED = 0.7
"""Heights of a line by which the edges of lines that are flush, or their middles, differ."""
APART = 0.7
"""Heights of a line from which the gap between two lines is no longer within one name."""
WHOLE = 1.0
"""As `CENTRED`, for lines that are set apart from others."""
PALER = 80
"""Levels by which the ink of an explanation under a name differs from the name's."""


def names_at_left(
    rows: Sequence[Row], texts: Sequence[Mark], carriers: Mapping[int, Carrier], inks: Mapping[int, Color]
) -> dict[int, Block]:
    """The name of each number (by its `id`): the lines at the left that are centred on its row."""
    lines = _lines(texts)
    found: dict[int, Block] = {}
    blocks: dict[tuple[int, ...], Block] = {}
    for row in rows:
        near = [line for line in lines if _nearest_row(line, rows) is row and not _reaches_into(line, row)]
        for value in row.values:
            left = min(carriers.get(id(value), value).x0, value.x0)
            block = _centred([line for line in near if line.x1 <= left + 0.5 * line.line_height], row, inks)
            if block is not None:
                key = tuple(id(mark) for mark in block.marks)
                found[id(value)] = blocks.setdefault(key, block)
    return found


def _lines(texts: Sequence[Mark]) -> list[Block]:
    """Texts side by side on one line, closer than words of different columns are, as one."""
    joined: list[list[Mark]] = []
    for text in sorted((text for text in texts if not text.label.vertical), key=lambda t: (t.x0, t.y0)):
        before = [
            line
            for line in joined
            if abs(line[-1].cy - text.cy) < 0.3 * text.line_height
            and -0.5 * text.line_height < text.x0 - line[-1].x1 < 0.9 * text.line_height
        ]
        if before:
            before[0].append(text)
        else:
            joined.append([text])
    return [block_of(line) for line in joined]


def _nearest_row(line: Block, rows: Sequence[Row]) -> Row | None:
    """The row that a line is closest to, among those that go on at its right."""
    beside = [row for row in rows if any(part.x1 > line.x1 for part in row.parts)]
    return min(beside, key=lambda row: (abs(row.cy - line.cy), row.y0), default=None)


def _reaches_into(line: Block, row: Row) -> bool:
    """Whether a line over or under a row goes on over its bars, as headings do."""
    beside = row.y0 < line.cy < row.y1
    return not beside and any(line.overlap_x(part) > line.line_height for part in row.parts)


def _centred(lines: Sequence[Block], row: Row, inks: Mapping[int, Color]) -> Block | None:
    """The rightmost lines under each other whose middle is the row's."""
    close = [line for line in lines if abs(line.cy - row.cy) <= max(0.8 * line.line_height, 0.5 * row.height)]
    if not close:
        return None
    rightmost = max(close, key=lambda line: (line.x1, -abs(line.cy - row.cy)))
    anchor = min((line for line in close if line.overlap_x(rightmost) > 0), key=lambda line: abs(line.cy - row.cy))
    stack = sorted((line for line in lines if line.overlap_x(anchor) > 0.2 * min(line.width, anchor.width)), key=_cy)
    best: tuple[float, list[Block]] | None = None
    for start, end in itertools.combinations(range(len(stack) + 1), 2):
        part = stack[start:end]
        if anchor not in part or any(gap > APART for gap in _gaps(part)) or not _is_aligned(part):
            continue
        off = abs((part[0].y0 + part[-1].y1) / 2 - row.cy) / anchor.line_height
        apart = all(
            gap > CLOSE for gap in _gaps(stack[max(0, start - 1) : start + 1]) + _gaps(stack[end - 1 : end + 1])
        )
        reach = WHOLE if len(part) > 2 and apart and _is_flush(part) else CENTRED
        rank = (0.0 if off <= reach else off) - 0.01 * len(part)
        if best is None or rank < best[0]:
            best = (rank, part)
    return block_of([mark for line in _in_one_ink(best[1], inks) for mark in line.marks]) if best else None


def _is_aligned(lines: Sequence[Block]) -> bool:
    """Whether lines are flush left, flush right or centred, as those of one name are."""
    edges = ([x.x0 for x in lines], [x.x1 for x in lines], [x.cx for x in lines])
    return min(max(edge) - min(edge) for edge in edges) < ALIGNED * lines[0].line_height


def _gaps(lines: Sequence[Block]) -> list[float]:
    """Between each line and the next, in heights of a line."""
    return [(lower.y0 - upper.y1) / upper.line_height for upper, lower in itertools.pairwise(lines)]


def _is_flush(lines: Sequence[Block]) -> bool:
    """Whether lines closely under each other begin or end at one place, or are well centred."""
    close = all(gap < CLOSE for gap in _gaps(lines))
    flush = min(max(edge) - min(edge) for edge in ([x.x0 for x in lines], [x.x1 for x in lines]))
    middles = [line.cx for line in lines]
    centred = max(middles) - min(middles) < 0.2 * lines[0].line_height
    return close and (flush < 0.5 * lines[0].line_height or centred)


def _in_one_ink(lines: Sequence[Block], inks: Mapping[int, Color]) -> list[Block]:
    """The lines without those under the first that are printed in another colour: they explain the name."""
    first = inks.get(id(lines[0].marks[0]))
    others = [inks.get(id(line.marks[0])) for line in lines]
    return [
        line
        for line, ink in zip(lines, others, strict=True)
        if first is None or ink is None or color_distance(first, ink) <= PALER
    ]


def _cy(line: Block) -> float:
    return line.cy


def number_names(rows: Sequence[Row], found: Mapping[int, Block], carriers: Mapping[int, Carrier]) -> dict[int, Block]:
    """Names that read as numbers ("3049" for 30-49): they stand where the names of other rows do, in rows without one.

    The names by the `id` of the other numbers in their rows.
    """
    names = list({id(block): block for block in found.values()}.values())
    if len(names) < 2:
        return {}
    result: dict[int, Block] = {}
    for row in rows:
        first = row.values[0] if row.values else None
        if first is None or any(id(value) in found for value in row.values):
            continue
        carrier = carriers.get(id(first))
        if carrier is not None and first.cx > carrier.x0:
            continue
        level = ALIGNED * first.line_height
        flush = sum(abs(name.x1 - first.x1) < level or abs(name.x0 - first.x0) < level for name in names)
        if len(row.values) > 1 and 2 * flush > len(names):
            name = block_of((first,))
            result.update({id(value): name for value in row.values[1:]})
    return result


def names_above(rows: Sequence[Row], texts: Sequence[Mark]) -> dict[int, Block]:
    """Names that stand over their bars rather than beside them: a line over each row that begins where its bars do.

    Each alone in its line, and most rows have one: heads of columns stand over rows, too.
    """
    found: dict[int, Block] = {}
    named = 0
    for row in rows:
        over = [
            text
            for text in texts
            if not text.label.vertical
            and -0.4 * text.line_height < row.y0 - text.y1 < 0.9 * text.line_height
            and abs(text.x0 - row.x0) < 1.5 * text.line_height
        ]
        if len(over) == 1 and not any(t is not over[0] and t.overlap_y(over[0]) > 0.5 * t.height for t in texts):
            block = block_of(over)
            found.update({id(value): block for value in row.values})
            named += 1
    return found if 3 * named >= 2 * len(rows) else {}
