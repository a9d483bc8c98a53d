"""Labels at the ends of lines, as OCR reads them: marker, number and the line's name in one piece: "o43 Job situation".

The markers of a line look like letters and digits: an `o`, a `0`, a `6`. At the end of a line such a character is one
where the number would have a digit more than the chart's others. Small letters after a number make it part of a name:
"55 and over"; a decimal is no age, "8.8 and recreation" is the number at the last line of a name.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...documents import Box
from ..blocks import CLOSE
from ..graphics import Stroke
from ..marks import Mark, letters, line_height
from ..numbers import parse_number
from ..palette import Color, color_distance
from ..series.series import INKS

AFTER = 4.0
"""Heights of a line between the end of a line and a label that goes on from there."""
FEWEST = 3
"""Numbers that tell how many digits are usual."""
LEVEL = 0.8
"""Heights of a line by which the end of a line may lie beyond the label's."""
MARKER = "oO0○°•●6eQ@©CGc"
"""What OCR makes of a marker."""

_END_LABEL = re.compile(
    rf"(?P<marker>[{MARKER}](?=\W?\d))?\s?"
    r"(?:(?P<number>[-+<$€£]{0,2}\d[\d.,]*\s?%?)\s*(?=[^\W\d_a-z])|(?P<decimal>\d+\.\d+%?)\s+)(?P<name>[^\W\d_]{2}.*)"
)
_TWO = re.compile(r"(\d+%?)\s?/\s?(\d+%?)")
"""The numbers of two lines that meet, printed as one label: "41/38"."""
TIMES = 10.0
"""Times the largest other number from which one with twice the digits is two."""
_NAME_FIRST = re.compile(r"(?P<name>[^\W\d].*?[^\W\d])\s+(?P<number>[$€£]?\d[\d.,]*%?)")
"""A line's name with the number at its end after it: "Asian 10.7"."""
_CHANGE = re.compile(r"(?P<name>.*\w)[\s.…]+(?P<number>[-+−–]\d[\d.,]*%?)")
"""A name with the number of a column that stands beside it, which has a sign."""


def split_line_labels(
    marks: Sequence[Mark], strokes: Sequence[Stroke], inks: Mapping[int, Color]
) -> tuple[list[Mark], dict[int, Color]]:
    """The marks with labels at the ends of lines taken apart, and the colours of all by their `id`."""
    if not strokes:
        return list(marks), dict(inks)
    size = line_height(marks)
    marks = [piece for mark in marks for piece in _two_numbers(mark, marks)]
    digits = [_digits(mark.text) for mark in marks if mark.is_number]
    usual = statistics.median_high(digits) if digits else 0
    found: list[Mark] = []
    colors: dict[int, Color] = dict(inks)
    numbered = {id(mark) for mark in _names_with_numbers(marks, strokes, size)}
    for mark in marks:
        pieces = _name_and_number(mark) if id(mark) in numbered else _pieces(mark, strokes, usual, size)
        if len(pieces) == 1 and id(mark) in inks:
            own = [s for s in strokes if color_distance(inks[id(mark)], s.color) <= INKS]
            pieces = _over(pieces[0], own, usual)
        for piece in pieces:
            found.append(piece)
            if id(mark) in inks:
                colors[id(piece)] = inks[id(mark)]
    return found, colors


def _pieces(mark: Mark, strokes: Sequence[Stroke], usual: int, size: float) -> list[Mark]:
    after, before = _is_after(mark, strokes, size), _is_before(mark, strokes, size)
    if mark.label.vertical or not (after or before):
        return [mark]
    if mark.is_number:
        plain = _without_marker(mark, usual, first=True) if after else mark
        return [_without_marker(plain, usual, first=False) if before else plain]
    match = _END_LABEL.fullmatch(mark.text) if after else None
    if match is None:
        return _name_and_change(mark) if after else [mark]
    group = "number" if match["number"] else "decimal"
    number = _part(mark, match.start(group), match.end(group))
    if number.number is None or number.number.is_year:
        return [mark]
    name = _part(mark, match.start("name"), len(mark.text))
    return [_without_marker(number, usual, first=True), *_name_and_change(name)]


def _names_with_numbers(marks: Sequence[Mark], strokes: Sequence[Stroke], size: float) -> list[Mark]:
    """Two labels or more, one under the other, of a name and a number each, one of them at least at a line's end."""
    matches = [mark for mark in marks if _is_name_and_number(mark) and not any(_is_next_line(o, mark) for o in marks)]
    ends = [mark for mark in matches if _is_after(mark, strokes, size)]
    column = [mark for mark in matches if any(abs(mark.x0 - end.x0) < size for end in ends)]
    return column if len(column) > 1 else []


def _is_name_and_number(mark: Mark) -> bool:
    return not mark.label.vertical and len(_name_and_number(mark)) > 1


def _is_next_line(other: Mark, mark: Mark) -> bool:
    """Whether a text is the line over or under another one, so that both are part of a name."""
    gap = max(mark.y0, other.y0) - min(mark.y1, other.y1)
    close = -0.5 * mark.height < gap < CLOSE * mark.height and other.overlap_x(mark) > 0
    return other is not mark and not other.is_number and close


def _name_and_number(mark: Mark) -> list[Mark]:
    """The mark in two pieces, if it holds a name and a number that is no year."""
    match = _NAME_FIRST.fullmatch(mark.text)
    pieces = [_part(mark, *match.span("name")), _part(mark, *match.span("number"))] if match else [mark]
    return pieces if pieces[-1].is_number else [mark]


def _two_numbers(mark: Mark, marks: Sequence[Mark]) -> list[Mark]:
    """The numbers of two lines where they stand in one label, or so close to each other that OCR has read one."""
    match = _TWO.fullmatch(mark.text)
    if match is not None:
        return [_part(mark, *match.span(group)) for group in (1, 2)]
    half = len(mark.text) // 2
    if mark.number is None or mark.number.is_year or not mark.text.isdecimal() or len(mark.text) != 2 * half:
        return [mark]
    others = [other for other in marks if other is not mark and other.number is not None and not other.number.is_year]
    alike = [other for other in others if _digits(other.text) == half]
    largest = max((abs(other.number.number) for other in others if other.number), default=0.0)
    if len(alike) < FEWEST or 2 * len(alike) < len(others) or mark.number.number <= TIMES * largest:
        return [mark]
    return [_part(mark, 0, half), _part(mark, half, len(mark.text))]


def _over(mark: Mark, own: Sequence[Stroke], usual: int) -> list[Mark]:
    """The pieces of a label in the colour of lines, over or under one of which it stands: "84 Republican"."""
    match = _END_LABEL.fullmatch(mark.text)
    if match is None or not match["number"] or _digits(match["number"]) != usual:
        return [mark]
    number = _part(mark, match.start("number"), match.end("number"))
    if number.number is None or not any(_is_by(number, stroke) for stroke in own):
        return [mark]
    return [number, _part(mark, match.start("name"), len(mark.text))]


def _is_by(number: Mark, stroke: Stroke) -> bool:
    """Whether a line passes close over or under a number."""
    heights = [y for x, y in zip(stroke.x, stroke.y, strict=True) if number.x0 <= x <= number.x1]
    return any(-number.line_height < y - number.cy < number.line_height for y in (*heights[:1], *heights[-1:]))


def _name_and_change(name: Mark) -> list[Mark]:
    change = _CHANGE.fullmatch(name.text)
    if change is None:
        return [name]
    return [_part(name, 0, change.end("name")), _part(name, change.start("number"), len(name.text))]


def _is_after(mark: Mark, strokes: Sequence[Stroke], size: float) -> bool:
    """Whether a line ends at the left of the label, at its height."""
    return any(-1.5 * size <= mark.x0 - s.x[-1] <= AFTER * size and _is_level(mark, s.y[-1], size) for s in strokes)


def _is_before(mark: Mark, strokes: Sequence[Stroke], size: float) -> bool:
    """Whether a line begins at the right of the label, at its height."""
    return any(-1.5 * size <= s.x[0] - mark.x1 <= size and _is_level(mark, s.y[0], size) for s in strokes)


def _is_level(mark: Mark, y: float, size: float) -> bool:
    return mark.y0 - LEVEL * size <= y <= mark.y1 + LEVEL * size


def _without_marker(mark: Mark, usual: int, *, first: bool) -> Mark:
    """A number without the digit before or after it that is a marker."""
    if _digits(mark.text) <= max(usual, 1) or not usual:
        return mark
    at = 0 if first else len(mark.text) - 1
    rest = mark.text[1:] if first else mark.text[:-1]
    if mark.text[at] not in MARKER or parse_number(rest) is None:
        return mark
    return _part(mark, 1, len(mark.text)) if first else _part(mark, 0, at)


def _part(mark: Mark, start: int, end: int) -> Mark:
    """The part of a mark's text with the part of its box where that is printed."""
    text = mark.text
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    whole = max(1.0, letters(text))
    left, right = letters(text[:start]) / whole, letters(text[:end]) / whole
    box = mark.label.box
    label = replace(
        mark.label,
        text=text[start:end],
        box=Box(box.x0 + (box.x1 - box.x0) * left, box.y0, box.x0 + (box.x1 - box.x0) * right, box.y1),
    )
    return Mark(
        mark.x0 + mark.width * left,
        mark.y0,
        mark.x0 + mark.width * right,
        mark.y1,
        mark.index,
        label,
        parse_number(label.text),
    )


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text.lstrip("0"))
