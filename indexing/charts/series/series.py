"""Series of a chart: the names in its legend, or beside its outermost stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..blocks import Block, block_of
from ..extent import Extent
from ..graphics import Swatch
from ..marks import Mark
from ..palette import Color, color_distance

ALIKE = 46
"""Levels by which the colours of a mark and of its legend key may differ in a channel."""
INKS = 60
"""As `ALIKE`, for the colour of letters, whose thin strokes are never quite as painted."""

LEVEL = 0.4
WORDS_APART = 0.6
"""Heights of a line by which the middles, and the ends, of the words of one line differ at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One series: its name and its colour, if it is known."""

    name: Block
    color: Color | None = None
    dash: bool = False


def legend_entries(swatches: Sequence[Swatch], marks: Sequence[Mark], bars: Sequence[Extent]) -> list[Entry]:
    """The entries of a legend with keys: the text beside each, with the lines that follow under it."""
    keyed = {swatch.label: swatch for swatch in swatches if swatch.label < len(marks)}
    entries: list[Entry] = []
    for index, swatch in sorted(keyed.items(), key=lambda item: (item[1].y0, item[1].x0)):
        lines = [marks[index]]
        words = _rest_of_line(
            marks[index], [mark for number, mark in enumerate(marks) if number not in keyed], swatches
        )
        for number, mark in enumerate(marks):
            last = lines[-1]
            goes_on = (
                number not in keyed
                and not mark.label.vertical
                and not mark.is_number
                and -0.6 * last.line_height < mark.y0 - last.y1 < 0.5 * last.line_height
                and mark.cy > last.cy + 0.5 * last.line_height
                and abs(mark.x0 - last.x0) < 1.2 * last.line_height
                and abs(mark.line_height - last.line_height) < 0.35 * last.line_height
                and not any(mark.overlap_x(marks[other]) > 0 for other in keyed if _beside(marks[other], marks[index]))
                and not any(bar.y0 < mark.cy < bar.y1 and bar.x1 > mark.x1 for bar in bars)
            )
            if goes_on:
                lines.append(mark)
        entries.append(Entry(block_of([lines[0], *words, *lines[1:]]), swatch.color, swatch.dash))
    return entries


def _rest_of_line(first: Mark, others: Sequence[Mark], keys: Sequence[Swatch]) -> list[Mark]:
    """The words after the first of a name, where OCR has taken them for labels of their own."""
    words = [first]
    for mark in sorted(others, key=lambda m: m.x0):
        gap = mark.x0 - words[-1].x1
        level = abs(mark.cy - first.cy) < LEVEL * first.line_height
        near = -LEVEL * first.line_height < gap < WORDS_APART * first.line_height and not mark.is_number
        if level and near and not any(words[-1].x1 <= key.x1 <= mark.x1 and key.overlap_y(mark) > 0 for key in keys):
            words.append(mark)
    return words[1:]


def _beside(one: Extent, other: Extent) -> bool:
    return one is not other and one.overlap_y(other) > 0.5 * min(one.height, other.height)


def entry_by_color(color: Color | None, entries: Sequence[Entry], tolerance: int = ALIKE) -> Entry | None:
    """The entry of the nearest colour, None where none is near or two are equally near."""
    if color is None:
        return None
    ranked = sorted(
        (color_distance(color, entry.color), number) for number, entry in enumerate(entries) if entry.color is not None
    )
    if not ranked or ranked[0][0] > tolerance:
        return None
    if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < 5 and ranked[0][0] > 8:
        return None
    return entries[ranked[0][1]]


def beside_stack(
    stack: Sequence[tuple[Extent, Color | None]], texts: Sequence[Mark], blocks: Sequence[Block], *, reach: float
) -> list[tuple[Block, int]]:
    """Names set beside the first or last stack of a chart, with the position in `stack` of what each names.

    `stack` holds segments, and numbers without one, from top to bottom. As many names as there are of these go by
    order; else each line belongs to the segment at whose height it stands, one left over to the one next to it.
    """
    if len(stack) < 2:
        return []
    left, right = min(e.x0 for e, _ in stack), max(e.x1 for e, _ in stack)
    top, bottom = min(e.y0 for e, _ in stack), max(e.y1 for e, _ in stack)

    def is_beside(text: Extent) -> bool:
        gap = min(abs(text.x0 - right), abs(left - text.x1))
        return gap < reach and top - text.height < text.cy < bottom + text.height and not left < text.cx < right

    names = sorted((block for block in blocks if is_beside(block)), key=lambda b: b.cy)
    if len(names) == len(stack):
        return [(name, number) for number, name in enumerate(names)]
    lines: dict[int, list[Mark]] = {}
    left_over: list[Mark] = []
    for text in sorted((text for text in texts if is_beside(text)), key=lambda t: t.cy):
        within = [n for n, (extent, _) in enumerate(stack) if extent.y0 <= text.cy <= extent.y1]
        if within:
            lines.setdefault(within[0], []).append(text)
        else:
            left_over.append(text)
    for text in left_over:
        free = [n for n in range(len(stack)) if n not in lines]
        nearest = min(free, key=lambda n: abs(stack[n][0].cy - text.cy), default=None)
        if nearest is not None and abs(stack[nearest][0].cy - text.cy) < 2.5 * text.line_height:
            lines[nearest] = [text]
    return [(block_of(found), number) for number, found in sorted(lines.items())] if len(lines) >= 2 else []
