"""Series of stacked columns without a legend: names in the segments' colours, or beside the outermost stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..blocks import Block, text_blocks
from ..extent import Extent
from ..marks import Mark
from ..palette import Color, is_neutral
from ..scene import Binding
from ..series.series import INKS, Entry, beside_stack, entry_by_color
from ..series.sub_legends import legend_for, legends_of
from .columns import Column, panels_of


def series_beside(
    binding: Binding,
    stacks: Sequence[Column],
    names: Sequence[Mark],
    values: Sequence[Mark],
    inks: Mapping[int, Color],
) -> None:
    """Series of stacked columns from names in the colour of what they name, or beside the outermost stack."""
    blocks = text_blocks(names, inks=inks)
    colors = {bar.color for bar in binding.bars.columns}
    entries = [
        Entry(block, ink)
        for block in blocks
        if (ink := inks.get(id(block.marks[0]))) is not None
        and not is_neutral(ink)
        and any(entry_by_color(ink, [Entry(block, color)], INKS) for color in colors)
    ]
    if len({entry.color for entry in entries}) >= 2 and _tell_segments(entries, stacks, binding):
        _give(binding, values, entries)
        return
    for panel in panels_of(stacks):
        names_of: list[tuple[Block, int]] = []
        size = 0
        for stack in (max(panel, key=lambda s: s.x1), min(panel, key=lambda s: s.x0)):
            parts = _segments(stack, binding)
            found = beside_stack(parts, names, blocks, reach=1.2 * stack.width + 30.0)
            if len(found) > len(names_of):
                names_of, size = found, len(parts)
        _give_by_order(binding, panel, {number: name for name, number in names_of}, size)


def _tell_segments(entries: Sequence[Entry], stacks: Sequence[Column], binding: Binding) -> bool:
    """Whether names tell the segments of a stack apart, rather than stacks, as headings in their colours do."""
    for stack in stacks:
        carriers = [binding.carriers.get(id(value)) for value in stack.values]
        found = [entry_by_color(carrier.color, entries, INKS) for carrier in carriers if carrier is not None]
        if len({id(entry) for entry in found if entry is not None}) > 1:
            return True
    return all(len(stack.values) < 2 for stack in stacks)


def _give_by_order(binding: Binding, stacks: Sequence[Column], names: Mapping[int, Block], size: int) -> None:
    """Series of stacks of `size` numbers, one over the other, named from top to bottom; of others by colour."""
    learned: dict[Color, Block] = {}
    known = {entry.name.text for entry in binding.legend}
    for stack in stacks:
        if len(stack.values) == size:
            for number, value in enumerate(sorted(stack.values, key=lambda v: v.cy)):
                if number in names:
                    binding.series[id(value)] = names[number]
                    carrier = binding.carriers.get(id(value))
                    if carrier is not None:
                        learned.setdefault(carrier.color, names[number])
    for value in (value for stack in stacks for value in stack.values if id(value) not in binding.series):
        carrier = binding.carriers.get(id(value))
        if carrier is not None and carrier.color in learned:
            binding.series[id(value)] = learned[carrier.color]
    colors = {id(name): color for color, name in learned.items()}
    binding.legend += [Entry(n, colors.get(id(n))) for _, n in sorted(names.items()) if n.text not in known]


def _segments(stack: Column, binding: Binding) -> list[tuple[Extent, Color | None]]:
    """The segments of a stack and the numbers over it that have none, from top to bottom."""
    whole = [part for part in stack.parts if part.width > 0.6 * stack.width]
    parts: list[tuple[Extent, Color | None]] = [(part, getattr(part, "color", None)) for part in whole]
    parts += [(value, None) for value in stack.values if id(value) not in binding.carriers]
    return sorted(parts, key=lambda part: part[0].cy)


def _give(binding: Binding, values: Sequence[Mark], entries: Sequence[Entry]) -> None:
    """Series by colour, for numbers whose segments have one."""
    if len(entries) < 2:
        return
    known = {entry.name.text for entry in binding.legend}
    binding.legend += [entry for entry in entries if entry.name.text not in known]
    series_by_legend(binding, values, entries)


def series_by_legend(binding: Binding, values: Sequence[Mark], legend: Sequence[Entry]) -> None:
    """The series of each number by the colour of its carrier, as far as an entry has it."""
    legends = legends_of(legend)
    for value in values:
        carrier = binding.carriers.get(id(value))
        own = legend if carrier is None or len(legends) < 2 else legend_for(carrier, legends)
        entry = entry_by_color(carrier.color if carrier else None, own)
        if entry is not None:
            binding.series[id(value)] = entry.name
