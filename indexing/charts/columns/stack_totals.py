"""The name of the totals over stacked columns: it stands at their height, beside the outermost stack."""

from __future__ import annotations

from collections.abc import Sequence

from ..blocks import Block, block_of
from ..marks import Mark
from ..scene import Binding
from .columns import Column, panels_of

REACH = 1.2
"""Widths of a stack that the name stands away from it at most, and two lines' heights."""
LEVEL = 0.5
"""Heights of a line by which the name is higher or lower than the outermost total."""


def name_totals(binding: Binding, stacks: Sequence[Column], texts: Sequence[Mark]) -> None:
    """Give the numbers over stacks of several segments the name that stands beside the first or last of them.

    Without such a name, they belong to the segments that they stand on.
    """
    stacked = [stack for stack in stacks if len(stack.parts) > 1]
    if 2 * len(stacked) <= len(stacks):
        return
    for panel in panels_of(stacked):
        first, last = min(panel, key=lambda s: s.x0), max(panel, key=lambda s: s.x1)
        name = _name_beside(first, texts) or _name_beside(last, texts)
        if name is None:
            continue
        for stack in panel:
            binding.series.update({id(value): name for value in _totals(stack)})


def _totals(stack: Column) -> list[Mark]:
    """The numbers over a stack: one at most."""
    over = [value for value in stack.values if value.cy < stack.y0]
    return over if len(over) == 1 else []


def _name_beside(stack: Column, texts: Sequence[Mark]) -> Block | None:
    """The text that begins or ends beside a stack, level with its total."""
    for total in _totals(stack):
        reach = REACH * stack.width + 2 * total.line_height
        level = [text for text in texts if abs(text.cy - total.cy) < LEVEL * total.line_height]
        beside = [text for text in level if -text.overlap_x(stack) < reach and text.overlap_x(total) < 0]
        if beside:
            return block_of([min(beside, key=lambda text: -text.overlap_x(stack))])
    return None
