"""Headings over groups of rows: lines that begin where the names of the rows do, and are none."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from ..blocks import OTHER_INK, Block, block_of
from ..extent import Extent, bounds
from ..marks import Mark
from ..palette import Color, color_distance
from .rows import Row

FLUSH = 1.5
"""Heights of a line by which a heading may begin further right than the longest name."""
BLANK = 3.5
"""Heights of a line that a blank to fill in is wide at most: "Among those who have heard ___ about it"."""
WORDS_APART = 0.7
"""Heights of a line that the pieces of a line without a blank stand apart at most."""
SENTENCE_ENDS = ("?", ".", "…", "？", "。")
FEWEST_WORDS = 4
"""Of a heading where the rows have no names beside which it could stand."""
LEADING = 0.6
"""Share of a line's height that the gap between two lines of a heading may have."""


def left_headings(rows: Sequence[Extent], names: Sequence[Block], texts: Sequence[Mark]) -> list[Block]:
    """Headings among `texts`, from top to bottom, each with all its lines.

    `names` are the names of the rows, as far as they are known. What stands at the height of a row is no heading.
    """
    used = {id(mark) for name in names for mark in name.marks}
    free = [text for text in texts if id(text) not in used and not text.label.vertical]
    if not free or not rows:
        return []
    margin = min(text.x0 for text in (names or free))
    lines = [
        _whole_line(text, free)
        for text in sorted(free, key=lambda t: (t.cy, t.x0))
        if text.x0 - margin < FLUSH * text.line_height
    ]
    found = [
        heading
        for heading in _stacked(lines)
        if heading.x1 > margin
        and not any(row.y0 < mark.cy < row.y1 for row in rows for mark in heading.marks)
        and not _is_head(heading, rows, free)
    ]
    return found if names else [heading for heading in found if len(heading.text.split()) >= FEWEST_WORDS]


def _is_head(text: Block, rows: Sequence[Extent], texts: Sequence[Mark]) -> bool:
    """Whether a text over all rows is one of several side by side, and reaches over the bars: it names a column."""
    reach = text.x1 > min(row.x0 for row in rows) + text.line_height
    others = [other for other in texts if other not in text.marks and other.x0 > text.x1]
    beside = any(other.overlap_y(text) > 0.5 * other.height for other in others)
    return reach and beside and text.y1 < min(row.cy for row in rows)


def names_by_headings(
    rows: Sequence[Row],
    found: Mapping[int, Block],
    headings: Sequence[Block],
    header: Sequence[Mark],
    inks: Mapping[int, Color],
) -> dict[int, Block]:
    """Names of rows that have none beside them: the question or heading printed over each.

    The first one may be the end of the `header`, where it is printed like the others.
    """
    named: dict[int, Block] = {}
    bottom = float("-inf")
    for row in rows:
        between = [h for h in headings if bottom < h.cy < row.y0]
        if between and not any(id(value) in found for value in row.values):
            name = max(between, key=lambda h: h.y1)
            named.update({id(value): name for value in row.values})
        bottom = max(bottom, row.y1)
    first = last_paragraph(header)
    unnamed = rows and not any(id(value) in found or id(value) in named for value in rows[0].values)
    if named and unnamed and first is not None:
        other = next(iter(named.values()))
        one, two = inks.get(id(first.marks[0])), inks.get(id(other.marks[0]))
        if one is not None and two is not None and color_distance(one, two) <= OTHER_INK:
            named.update({id(value): first for value in rows[0].values})
    return named


def last_paragraph(marks: Sequence[Mark]) -> Block | None:
    """The last lines of `marks` that are set alike: of a header, what may be the heading of the rows below."""
    if not marks:
        return None
    lines: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (m.cy, m.x0)):
        if lines and abs(lines[-1][0].cy - mark.cy) < 0.4 * mark.line_height:
            lines[-1].append(mark)
        else:
            lines.append([mark])
    found = [sorted(lines[-1], key=lambda m: m.x0)]
    for line in reversed(lines[:-1]):
        ends = max(line, key=lambda m: m.x1).text.endswith(SENTENCE_ENDS)
        if ends or not 0.87 < _letter_width(line) / _letter_width(found[0]) < 1.15:
            break
        found.insert(0, sorted(line, key=lambda m: m.x0))
    return block_of([mark for line in found for mark in line])


def _letter_width(line: Sequence[Mark]) -> float:
    return statistics.median(mark.letter_width for mark in line)


def _whole_line(first: Mark, texts: Sequence[Mark]) -> Block:
    """A line with what goes on in it at the right, around blanks to fill in."""
    line = [first]
    for text in sorted(texts, key=lambda t: t.x0):
        gap = text.x0 - line[-1].x1
        level = abs(text.cy - first.cy) < 0.4 * first.line_height
        near = BLANK if text.text[0].islower() and not goes_on_below(text, texts, line) else WORDS_APART
        if level and text is not first and -first.line_height <= gap < near * first.line_height:
            line.append(text)
    return block_of(line)


def goes_on_below(text: Mark, texts: Sequence[Mark], line: Sequence[Mark]) -> bool:
    """Whether a text is the next line of one above it that is none of the line at its left."""
    above = [t for t in texts if t.overlap_x(text) > 0 and -0.7 * t.height < text.y0 - t.y1 < LEADING * t.height]
    return any(t.x0 > line[-1].x1 and t.cy < text.cy - 0.5 * text.height for t in above)


def _begins_with_blank(line: Block, last: Block) -> bool:
    """Whether a line goes on with a blank to fill in, which OCR does not see, before its first word."""
    return line.text[0].islower() and 0 < line.x0 - last.x0 < BLANK * line.line_height


def _stacked(lines: Sequence[Block]) -> list[Block]:
    """Lines closely under each other that begin at one place as one block."""
    headings: list[list[Block]] = []
    for line in lines:
        last = headings[-1][-1] if headings else None
        if last is not None and line.marks[0] in last.marks:
            continue
        height = line.line_height
        if (
            last is not None
            and -0.7 * height < line.y0 - last.y1 < LEADING * height
            and (abs(line.x0 - last.x0) < 0.7 * height or _begins_with_blank(line, last))
            and 0.6 < height / last.line_height < 1.6
        ):
            headings[-1].append(line)
        else:
            headings.append([line])
    return [Block(*bounds(part), tuple(mark for line in part for mark in line.marks)) for part in headings]
