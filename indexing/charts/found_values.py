"""The numbers of a chart that may be its values: those that are no ticks, dates or markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axes.axes import Axes
from .marks import Mark
from .numbers import ParsedNumber

BEYOND_AXIS = 10.0
"""Times the largest tick of a linear axis up to which a number may be a value."""


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value's mark with what was read for it."""

    mark: Mark
    number: ParsedNumber
    name: str = ""


def possible_values(axes: Axes) -> list[FoundValue]:
    """The numbers outside the axes."""
    ticks = [abs(mark.number.number) for mark in axes.y.marks if mark.number is not None]
    # Far beyond the axis, a number is two that OCR has run together ("80" and "75" as 8075).
    most = BEYOND_AXIS * max(ticks) if ticks and axes.y.scale == "linear" and max(ticks) > 0 else float("inf")
    numbers = [mark for mark in without(axes.rest, axes.dates) if mark.is_number and mark.number is not None]
    # A letter is a scale: "576万" on an axis in 万.
    return [
        FoundValue(mark, mark.number)
        for mark in numbers
        if mark.number is not None
        and (abs(mark.number.number) <= most or any(character.isalpha() for character in mark.text))
    ]


def without(marks: Sequence[Mark], taken: Sequence[Mark]) -> list[Mark]:
    """The marks that are not taken."""
    used = {id(mark) for mark in taken}
    return [mark for mark in marks if id(mark) not in used]
