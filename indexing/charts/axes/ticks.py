"""Tick labels of an axis: blocks of text with their scale, apart from the title that stands under them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..blocks import Block, block_of, text_blocks
from ..marks import Mark, line_height
from .tick_dates import is_date


@dataclass(frozen=True, slots=True)
class Ticks:
    """The tick labels of one axis in order, one block each, with their scale (see `Axis`)."""

    blocks: tuple[Block, ...] = ()
    scale: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks of the tick labels."""
        return tuple(mark for block in self.blocks for mark in block.marks)


def tick_blocks(row: Sequence[Mark], marks: Sequence[Mark]) -> tuple[Block, ...]:
    """The tick labels of a row with the lines that stand above or below each of them."""
    in_row = {id(mark) for mark in row}
    blocks = [block for block in text_blocks(marks, years=True) if any(id(mark) in in_row for mark in block.marks)]
    covered = {id(mark) for block in blocks for mark in block.marks}
    for mark in row:
        if id(mark) not in covered:  # a year of two digits, the month over it perhaps
            over = [
                other
                for other in marks
                if other.number is None
                and abs(other.cx - mark.cx) < mark.line_height
                and -0.5 * mark.line_height < mark.y0 - other.y1 < 0.8 * mark.line_height
                and is_date(other)
            ]
            blocks.append(block_of([*over[:1], mark]))
    return tuple(sorted(without_axis_title(blocks), key=lambda block: block.cx))


def without_axis_title(ticks: Sequence[Block]) -> list[Block]:
    """Tick labels, the axis title taken off the one in the middle under which it stands."""
    if len(ticks) < 3:
        return list(ticks)
    longest = max(ticks, key=lambda block: len(block.marks))
    others = max(len(block.marks) for block in ticks if block is not longest)
    last = longest.marks[-1]
    span = max(block.x1 for block in ticks) - min(block.x0 for block in ticks)
    middle = (max(block.x1 for block in ticks) + min(block.x0 for block in ticks)) / 2
    if len(longest.marks) == others + 1 and abs(last.cx - middle) < 0.06 * span and not wraps(last, longest, ticks):
        return [block_of(block.marks[:-1]) if block is longest else block for block in ticks]
    return list(ticks)


def wraps(line: Mark, tick: Block, ticks: Sequence[Block]) -> bool:
    """Whether a line under a tick label is as close to it as the lines of the labels are to each other."""
    labels = [[mark for mark in block.marks if mark is not line] for block in ticks]
    gaps = [lower.y0 - upper.y1 for lines in labels for upper, lower in itertools.pairwise(lines)]
    above = max(mark.y1 for mark in tick.marks if mark is not line)
    return bool(gaps) and line.y0 - above <= max(gaps) + 0.1 * line.line_height


def aligned(marks: Sequence[Mark], edge: Callable[[Mark], float]) -> list[list[Mark]]:
    """Groups of marks whose `edge` agrees within 0.6 of a line's height."""
    tolerance = 0.6 * line_height(marks)
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: (edge(m), m.index)):
        if groups and edge(mark) - edge(groups[-1][-1]) < tolerance:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups
