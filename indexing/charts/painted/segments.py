"""Narrow segments of stacked bars, which their numbers hide, and numbers of several that OCR ran together ("5" and "8"
as 58): both are told by the colours over and below the digits, and by the scale of the other bars.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...documents import Box
from ...loaders.parsed import Label
from ...ocr_pixels import Pixels
from ..graphics import Bar, Graphics
from ..marks import Mark
from ..numbers import parse_number
from ..palette import Color, color_distance

OTHER_COLOR = 12
"""Levels by which two segments, or a segment and the page, differ in a channel."""
NARROWEST = 3
"""Pixels that a segment with a number is wide at least."""
FILLED = 0.4
"""Heights of a label from over its digits to below them: what is painted is at least as high."""
MOST_DIGITS = 5
WIDEST = 30.0
"""Units of the chart's scale: wider segments show beside their numbers."""
ROUNDING = 0.6
BLUR = 1.5
"""Of a printed number, and, in pixels, of the width of its segment."""
TELLING = 5
ENOUGH = 3
"""Numbers from this size on tell the scale of a chart, so many of them."""
ASIDE = 0.6
"""Heights of a line that a number may stand off its segment."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Digits of a label with the segment that they belong to."""

    text: str
    bar: Bar
    off: float


def with_narrow_segments(
    marks: Sequence[Mark], pixels: Pixels, graphics: Graphics, inks: dict[int, Color]
) -> tuple[list[Mark], Graphics]:
    """The marks with such numbers taken apart, and what is painted with the segments that they had hidden.

    `inks`, the colours of the letters by the `id` of their mark, are added to.
    """
    pieces: list[Mark] = []
    bars = list(graphics.bars)
    scale = _scale(marks, bars)
    for mark in marks:
        parts = _parts(mark, pixels, graphics, scale) if scale else []
        apart = [_piece(mark, part) for part in parts] if len(parts) > 1 else [mark]
        for part in parts:
            bars = [*(_cut(bar, part.bar) for bar in bars if not _alike(bar, part.bar)), part.bar]
        inks.update({id(piece): inks[id(mark)] for piece in apart if id(mark) in inks})
        pieces += apart
    return pieces, replace(graphics, bars=tuple(bars))


def _parts(mark: Mark, pixels: Pixels, graphics: Graphics, scale: float) -> list[_Part]:
    """The numbers of a label that lies over several segments, each with its segment; empty where its bar is known.

    Segments are as wide as their numbers are large: digits are taken apart so that all have the chart's scale.
    """
    digits = mark.text.rstrip("%")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS) or mark.label.vertical:
        return []
    if any(bar.holds(mark.cx, mark.cy) and _is_drawn(digits, bar, scale) for bar in graphics.bars):
        return []
    segments = _segments(mark, pixels, graphics.background, WIDEST * scale)
    ways = [way for way in _ways(mark, digits, segments) if all(_is_drawn(p.text, p.bar, scale) for p in way)]
    return min(ways, key=lambda way: (len(way), sum(part.off for part in way)), default=[])


def _cut(bar: Bar, segment: Bar) -> Bar:
    """A bar that was taken to go on under the segment's number, as far as it goes."""
    if bar.overlap_x(segment) <= 0 or bar.overlap_y(segment) < 0.5 * segment.height:
        return bar
    if bar.x0 < segment.x0 - BLUR:
        return replace(bar, x1=segment.x0)
    return replace(bar, x0=segment.x1) if bar.x1 > segment.x1 + BLUR else bar


def _alike(bar: Bar, segment: Bar) -> bool:
    across = abs(bar.x0 - segment.x0) + abs(bar.x1 - segment.x1) <= 2 * BLUR
    return across and bar.overlap_y(segment) >= 0.5 * segment.height


def _segments(mark: Mark, pixels: Pixels, background: Color, reach: float) -> list[Bar]:
    """What is painted under the label: the runs of one colour over its digits, which must go on below them.

    Empty where a row of the label has one colour that is not the page's: a single segment.
    """
    start = max(0, int(mark.x0 - reach))
    left, right = max(0, int(mark.x0)) - start, min(pixels.shape[1], int(mark.x1) + 1) - start
    top, bottom = max(0, int(mark.y0)), min(pixels.shape[0], int(mark.y1) + 1)
    area = pixels[:, start : min(pixels.shape[1], int(mark.x1 + reach))]
    changes = np.abs(np.diff(area[top:bottom].astype(np.int16), axis=1)).max(axis=2) > OTHER_COLOR
    counts = changes[:, left : right - 1].sum(axis=1)
    even = [top + int(row) for row in np.flatnonzero(counts == 0)]
    if not counts.any() or any(color_distance(_color(area[y, left:right]), background) > OTHER_COLOR for y in even):
        return []
    # Digits make more changes of colour in a row than segments do.
    label = area[top:bottom, left:right]
    seen = _is_painted(label, background) & _is_steady(label) & (counts > 0)
    if not seen.any():
        return []
    plain = np.flatnonzero(seen & (counts == counts[seen].min()))
    over, below = int(plain[0]), int(plain[-1])
    if below - over < FILLED * mark.line_height:
        return []
    edges = [0, *(np.flatnonzero(changes[over]) + 1), area.shape[1]]
    runs = [(int(a), int(b)) for a, b in itertools.pairwise(edges) if b - a >= NARROWEST and b > left and a < right]
    bars = [_bar(area, x0, x1, top + over, top + below) for x0, x1 in runs]
    return [
        replace(bar, x0=bar.x0 + start, x1=bar.x1 + start)
        for bar in bars
        if bar is not None and color_distance(bar.color, background) > OTHER_COLOR
    ]


def _is_painted(pixels: Pixels, background: Color) -> NDArray[np.bool_]:
    """For each row of pixels whether less than half of it is of the page's colour; a line may cross it there."""
    ground = np.asarray(background[::-1], np.int16)
    page = np.abs(pixels.astype(np.int16) - ground).max(axis=2) <= OTHER_COLOR
    return np.asarray(page.mean(axis=1) < 0.5, np.bool_)


def _is_steady(pixels: Pixels) -> NDArray[np.bool_]:
    """For each row of pixels whether the one over or below it is the same: not at the blurred edge of a bar."""
    same = np.abs(np.diff(pixels.astype(np.int16), axis=0)).max(axis=(1, 2)) <= OTHER_COLOR
    return np.asarray(np.append(same, False) | np.append(False, same), np.bool_)


def _color(pixels: NDArray[np.uint8]) -> Color:
    blue, green, red = (int(level) for level in np.median(pixels, axis=0))
    return red, green, blue


def _bar(pixels: Pixels, x0: int, x1: int, over: int, below: int) -> Bar | None:
    """The segment around a run of one colour in the row `over`; None where the row `below` has another one there."""
    column = pixels[:, (x0 + x1) // 2].astype(np.int16)
    other = np.abs(column - column[over]).max(axis=1) > OTHER_COLOR
    if other[below]:
        return None
    above, after = np.flatnonzero(other[:over]), np.flatnonzero(other[below:])
    y0 = float(above[-1]) + 1.0 if len(above) else 0.0
    y1 = float(below + after[0]) if len(after) else float(len(column))
    return Bar(float(x0), y0, float(x1), y1, _color(pixels[over, x0:x1]))


def _ways(mark: Mark, digits: str, segments: Sequence[Bar]) -> Iterator[list[_Part]]:
    """All ways to give the digits to segments that follow each other, where each number stands at its own."""
    for count in range(1, min(len(segments), len(digits)) + 1):
        for first in range(len(segments) - count + 1):
            for cuts in itertools.combinations(range(1, len(digits)), count - 1):
                parts: list[_Part] = []
                for bar, (start, end) in zip(
                    segments[first : first + count], itertools.pairwise((0, *cuts, len(digits))), strict=True
                ):
                    at = mark.x0 + mark.width * (start + end) / 2 / len(digits)
                    parts.append(_Part(digits[start:end], bar, max(0.0, bar.x0 - at, at - bar.x1)))
                if all(part.off <= ASIDE * mark.line_height and part.text[0] != "0" for part in parts):
                    yield parts


def _scale(marks: Sequence[Mark], bars: Sequence[Bar]) -> float:
    """Pixels that a bar is long for each unit of the number in it; 0 where too few bars tell."""
    ratios: list[float] = []
    for bar in bars:
        inside = [mark for mark in marks if mark.is_number and bar.holds(mark.cx, mark.cy)]
        number = inside[0].number.number if len(inside) == 1 and inside[0].number else 0.0
        if number >= TELLING:
            ratios.append(bar.width / number)
    return statistics.median(ratios) if len(ratios) >= ENOUGH else 0.0


def _is_drawn(digits: str, bar: Bar, scale: float) -> bool:
    """Whether the bar is as wide as its number, rounded, is large."""
    return abs(bar.width - int(digits) * scale) <= ROUNDING * scale + BLUR


def _piece(mark: Mark, part: _Part) -> Mark:
    x0, x1 = max(mark.x0, part.bar.x0), min(mark.x1, part.bar.x1)
    if x1 <= x0:
        x0, x1 = part.bar.x0, part.bar.x1
    box, scale = mark.label.box, (mark.label.box.x1 - mark.label.box.x0) / max(1e-9, mark.width)
    place = Box(box.x0 + (x0 - mark.x0) * scale, box.y0, box.x0 + (x1 - mark.x0) * scale, box.y1)
    label = Label(part.text, place, mark.label.confidence)
    return replace(mark, x0=x0, x1=x1, label=label, number=parse_number(part.text))
