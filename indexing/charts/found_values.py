"""The numbers of a chart that may be its values: those that are no ticks, dates or markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axes.axes import Axes
from .marks import Mark
from .numbers import ParsedNumber
from .values import named_number

BEYOND_AXIS = 10.0
"""Times the largest tick of a linear axis up to which a number may be a value."""


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value's mark with what was read for it."""

    mark: Mark
    number: ParsedNumber
    name: str = ""


def possible_values(axes: Axes) -> list[FoundValue]:
    """The numbers outside the axes, and those at the end of a text that names them."""
    ticks = [abs(mark.number.number) for mark in axes.y.marks if mark.number is not None]
    # Far beyond the axis, a number is two that OCR has run together ("80" and "75" as 8075).
    most = BEYOND_AXIS * max(ticks) if ticks and axes.y.scale == "linear" and max(ticks) > 0 else float("inf")
    found: list[FoundValue] = []
    marks = without(axes.rest, axes.dates)
    numbers = [mark for mark in marks if mark.is_number]
    for mark in marks:
        named = None if mark.number or _names_row(mark, numbers) else named_number(mark)
        scaled = any(character.isalpha() for character in mark.text)  # "576万" on an axis in 万
        if mark.is_number and mark.number is not None and (scaled or abs(mark.number.number) <= most):
            found.append(FoundValue(mark, mark.number))
        elif named is not None:
            found.append(FoundValue(mark, named[1], named[0]))
    return found


def _names_row(mark: Mark, numbers: Sequence[Mark]) -> bool:
    """Whether numbers follow in the same line: then a text with a number ("Less than $30,000") is the row's name."""
    return any(number.x0 > mark.x1 and abs(number.cy - mark.cy) < 0.5 * mark.line_height for number in numbers)


def without(marks: Sequence[Mark], taken: Sequence[Mark]) -> list[Mark]:
    """The marks that are not taken."""
    used = {id(mark) for mark in taken}
    return [mark for mark in marks if id(mark) not in used]
