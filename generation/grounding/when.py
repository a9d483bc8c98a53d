"""When a number is told of: a year, a part of one, or both. "Q3" and "March" are both 3, but not the same time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .quantity import TIME
from .units import YEAR
from .words import Word


class When(NamedTuple):
    """A time as far as it is told: the `part` of a `year` in `unit` (`month`, `quarter`, ...; empty for whole years).

    `year` is None where it is not told.
    """

    year: float | None
    unit: str = ""
    part: float = 0.0

    def is_same(self, other: When) -> bool:
        """Whether both may be one time: a year that only one of them tells is open."""
        open_year = bool(self.unit) and None in (self.year, other.year)
        return (self.unit, self.part) == (other.unit, other.part) and (open_year or self.year == other.year)

    def is_before(self, other: When) -> bool:
        """Whether it is surely the earlier one."""
        if self.year is not None and other.year is not None and self.year != other.year:
            return self.year < other.year
        return self.unit == other.unit and self.part < other.part


def when_of(words: Sequence[Word], label: Word) -> When:
    """The time that a word tells, with the year beside it where it is a part of one."""
    told = label.quantity
    assert told is not None  # noqa: S101 - the caller has looked
    beside = next((w for w in words if w is not label and _is_beside(w, label)), None)
    other = beside.quantity if beside is not None else None
    if told.unit == YEAR:
        return When(told.value, other.unit, other.value) if other is not None else When(told.value)
    return When(other.value if other is not None else None, told.unit, told.value)


def _is_beside(word: Word, label: Word) -> bool:
    """Whether one is a year and the other one a part of it."""
    if word.quantity is None or word.quantity.unit not in TIME or abs(word.position - label.position) > 1:
        return False
    return (word.quantity.unit == YEAR) != (label.quantity is not None and label.quantity.unit == YEAR)
