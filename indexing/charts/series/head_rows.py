"""Names over the numbers of a chart, row by row: the heads of its columns, or of the segments of its first bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..blocks import Block, block_of, text_blocks
from ..extent import Extent
from ..marks import Mark, join_texts
from ..palette import Color, is_neutral

LEVEL = 0.8
"""Heights of a line by which the lower edges of names side by side differ at most."""
SURE = 6
"""Letters of a name from which one that differs is a slip of OCR."""
OVER = 0.2
"""Share of a head that stands over the plot at least."""
ACROSS = 0.4
"""Share of a head that a line of a heading over several heads reaches over."""
GOES_ON = 0.6
"""Heights of a line that a word may stand off a coloured one before it and still go on with it."""


def head_rows(texts: Sequence[Mark], inks: Mapping[int, Color], plot: Extent) -> list[list[Block]]:
    """The texts that may be heads of what stands in `plot`, in rows from top to bottom, each from left to right.

    What stands at the left of the plot is over the names of its rows.
    """
    heads = [head for head in _head_blocks(texts, inks) if _is_over(head, plot, inks)]
    return [_without_lines_over_several(row) for row in name_rows(heads)]


def _is_over(head: Block, plot: Extent, inks: Mapping[int, Color]) -> bool:
    """Whether a text stands over the plot, or beside its right end, with a line to a narrow segment below perhaps.

    Beside the left end it does so if it is printed in a colour, as names of rows are not.
    """
    ink = inks.get(id(head.marks[0]))
    aside = head.cx > plot.x1 and head.x0 - plot.x1 < head.line_height
    aside |= ink is not None and not is_neutral(ink) and head.cx < plot.x0 < head.x1 + head.line_height
    return aside or head.overlap_x(plot) > OVER * head.width


def name_rows(heads: Sequence[Block]) -> list[list[Block]]:
    """Blocks side by side: those of one row end at about the same height, whatever their number of lines."""
    rows: list[list[Block]] = []
    for block in sorted(heads, key=lambda b: (b.y1, b.x0)):
        last = rows[-1] if rows else None
        if last and abs(block.y1 - last[0].y1) < LEVEL * block.line_height:
            last.append(block)
        else:
            rows.append([block])
    return [sorted(row, key=lambda b: b.x0) for row in rows]


def repeated_heads(row: Sequence[Block]) -> int:
    """How many times the same names follow each other, once for each panel; 1 where they do not.

    OCR may read a name differently the second time.
    """
    for size in range(1, len(row) // 2 + 1):
        if len(row) % size == 0 and all(_alike(row[n], row[n % size]) for n in range(size, len(row))):
            return len(row) // size
    return 1


def misread_heads(numbers: Sequence[Mark], texts: Sequence[Mark], rows: Sequence[Extent]) -> list[Mark]:
    """Numbers over all rows in a line with several texts: heads that OCR has misread ("30.49" for 30-49), as texts."""
    top = min((row.y0 for row in rows), default=0.0)
    over = [number for number in numbers if number.y1 < top + 0.5 * number.line_height]
    return [
        replace(number, number=None)
        for number in over
        if sum(abs(text.cy - number.cy) < 0.2 * number.line_height for text in texts) > 1
    ]


def _alike(one: Block, other: Block) -> bool:
    first, second = one.key.casefold(), other.key.casefold()
    slips = [(a, b) for a, b in zip(first, second, strict=False) if a != b]
    near = len(first) == len(second) >= SURE and len(slips) == 1 and "".join(slips[0]).isalpha()
    return first == second or near


def _head_blocks(texts: Sequence[Mark], inks: Mapping[int, Color]) -> list[Block]:
    """Blocks of lines; a line that begins with a coloured word may go on in black."""
    parts: dict[int, tuple[Mark, ...]] = {}
    lines: list[Mark] = []
    for text in sorted(texts, key=lambda t: (t.x0, t.y0)):
        before = next((n for n, line in enumerate(lines) if _goes_on(line, text, inks)), None)
        if before is not None and _goes_below_own(text, texts, inks):
            before = None
        if before is None:
            lines.append(text)
            continue
        first = lines[before]
        whole = replace(
            first, x1=text.x1, label=replace(first.label, text=join_texts((first.text, text.text))), number=None
        )
        parts[id(whole)] = (*parts.get(id(first), (first,)), text)
        lines[before] = whole
    blocks = text_blocks(lines, years=True, inks=inks)
    return [block_of([part for mark in block.marks for part in parts.get(id(mark), (mark,))]) for block in blocks]


def _goes_on(first: Mark, text: Mark, inks: Mapping[int, Color]) -> bool:
    """Whether a text is the black rest of a line whose first words are set in a colour."""
    one, other = inks.get(id(first)), inks.get(id(text))
    return (
        one is not None
        and other is not None
        and not is_neutral(one)
        and is_neutral(other)
        and text.text[:1].islower()
        and abs(text.cy - first.cy) < 0.4 * first.line_height
        and -0.3 * first.line_height < text.x0 - first.x1 < GOES_ON * first.line_height
    )


def _goes_below_own(text: Mark, texts: Sequence[Mark], inks: Mapping[int, Color]) -> bool:
    """Whether a text is the next line of another one in its colour, and no rest of a coloured one."""
    return any(len(block.marks) > 1 and text is block.marks[-1] for block in text_blocks(texts, inks=inks))


def _without_lines_over_several(row: Sequence[Block]) -> list[Block]:
    """Heads without the lines of a heading over several of them, closely over one as they may be set."""
    result: list[Block] = []
    for head in row:
        others = [other.marks[-1] for other in row if other is not head]
        kept = [head.marks[-1]]
        for line in reversed(head.marks[:-1]):
            if any(line.overlap_x(other) > max(0.5 * other.line_height, ACROSS * other.width) for other in others):
                break
            kept.insert(0, line)
        result.append(head if len(kept) == len(head.marks) else block_of(kept))
    return sorted(result, key=lambda head: head.x0)
