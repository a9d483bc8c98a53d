"""Whether numbers lie on the scale of an axis: linear or logarithmic in their place, in round steps."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..marks import Mark

FEWEST_TICKS = 3
_WITH_WORD = re.compile(r"\W*(\d+(?:\.\d+)?)\s?[^\W\d]+")
_NICE_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)


def evenly_scaled(
    marks: Sequence[Mark], position: Callable[[Mark], float], *, flush: bool = False
) -> tuple[list[Mark], str]:
    """The largest part of `marks` whose numbers lie on a linear or logarithmic scale along `position`, and the scale.

    With `flush` the outer labels may be shifted inwards, as some renderers set them to end with the axis.
    At least three marks; empty otherwise. Numbers printed at data points do not do so but by rare accident.
    """
    ordered = sorted(marks, key=position)
    best: tuple[list[Mark], str] = ([], "")
    for scale, value in (("linear", number_of), ("log", _log_number)):
        usable = [mark for mark in ordered if value(mark) is not None]
        for found in _on_lines(usable, position, value, len(best[0]), flush=flush):
            part = found if scale == "log" or _steps_are_round(found, scale) else _round_part(found)
            if len(part) > len(best[0]) and _steps_are_round(part, scale):
                best = (part, scale)
    if best[0] and all(mark.number is not None and mark.number.is_year for mark in best[0]):
        return best[0], "date"
    return best


def told_with_scale(marks: Sequence[Mark], ticks: Sequence[Mark]) -> list[Mark]:
    """Those of `marks` that stand in the place of a tick label of a y axis, and tell the scale of all `ticks`:
    "3.0 million" over 2.5 and 2.0.
    """
    if len(ticks) < FEWEST_TICKS:
        return []
    slope, offset = np.polyfit([_value(tick) for tick in ticks], [tick.cy for tick in ticks], 1)
    found: list[Mark] = []
    for mark in marks:
        match = _WITH_WORD.fullmatch(mark.text) if mark.number is not None else None
        beside = any(min(abs(mark.x0 - tick.x0), abs(mark.x1 - tick.x1)) < mark.line_height for tick in ticks)
        if match and beside and abs(slope * float(match[1]) + offset - mark.cy) < 0.4 * mark.line_height:
            found.append(mark)
    return found


def _on_lines(
    marks: Sequence[Mark],
    position: Callable[[Mark], float],
    value: Callable[[Mark], float | None],
    beyond: int,
    *,
    flush: bool,
) -> Iterator[list[Mark]]:
    """For each pair of `marks` (in order of position): those on the straight line through them, equal numbers once.

    Only such as may be more than `beyond` and at least `FEWEST_TICKS`. A chart may print a hundred numbers, which
    makes thousands of pairs: all marks are held against the lines through one of them at once.
    """
    places = np.array([position(mark) for mark in marks])
    numbers = np.array([value(mark) for mark in marks], np.float64)
    reach = np.array([max(0.3 * mark.line_height + 1.0, 0.55 * mark.width if flush else 0.0) for mark in marks])
    fewest = max(FEWEST_TICKS, beyond + 1)
    for first, mark in enumerate(marks[:-1]):
        spans = places[first + 1 :] - places[first]
        rises = numbers[first + 1 :] - numbers[first]
        usable = (rises != 0) & (spans >= 2 * mark.line_height)
        slopes = spans[usable] / rises[usable]
        expected = places[first] + slopes[:, None] * (numbers - numbers[first])
        on_line = np.abs(places - expected) < reach
        for row in on_line[on_line.sum(axis=1) >= fewest]:
            members = np.flatnonzero(row)
            _, once = np.unique(numbers[members], return_index=True)
            if len(once) >= fewest:
                yield [marks[index] for index in members[np.sort(once)]]


def _steps_are_round(marks: Sequence[Mark], scale: str) -> bool:
    """Whether the numbers go in steps as axes have them: multiples of a round step, on a log scale 1, 2, 5, 10.

    Three values at data points lie on a line more often than one would think, but then their steps are odd.
    """
    numbers = sorted(mark.number.number for mark in marks if mark.number is not None)
    if all(mark.number is not None and mark.number.is_year for mark in marks):
        return True
    if scale == "log":
        return all(mantissa(number) in {1.0, 2.0, 5.0} for number in numbers)
    steps = [later - earlier for earlier, later in itertools.pairwise(numbers)]
    if len(steps) < FEWEST_TICKS - 1:
        return False
    step = min(steps)
    # A tick label that OCR missed makes a double step; most steps are single.
    regular = sum(abs(other / step - 1.0) < 0.01 for other in steps)
    if regular < max(2, len(steps) / 2):
        return False
    nice = any(abs(mantissa(step) - candidate) < 0.01 for candidate in _NICE_STEPS)
    return nice and all(abs(number / step - round(number / step)) < 0.01 for number in numbers)


def _round_part(marks: Sequence[Mark]) -> list[Mark]:
    """Those of the marks that go in round steps: beside them may stand values, where lines begin at the axis."""
    numbers = [_value(mark) for mark in marks]
    steps = {round(abs(one - other), 9) for one, other in itertools.combinations(numbers, 2)} - {0.0}
    parts = [
        [mark for mark, number in zip(marks, numbers, strict=True) if abs(number / step - round(number / step)) < 0.01]
        for step in sorted(steps)
        if any(abs(mantissa(step) - candidate) < 0.01 for candidate in _NICE_STEPS)
    ]
    parts = [part for part in parts if len(part) >= FEWEST_TICKS]
    even = [part for part in parts if _steps_are_round(part, "linear") and _is_even(part)]
    return max(even, key=lambda part: (len(part), abs(_value(part[-1]) - _value(part[0]))), default=[])


def _value(mark: Mark) -> float:
    return mark.number.number if mark.number is not None else 0.0


def _is_even(marks: Sequence[Mark]) -> bool:
    """Whether the numbers leave out none, but for one in eight that OCR may have missed."""
    numbers = sorted(_value(mark) for mark in marks)
    step = min(later - earlier for earlier, later in itertools.pairwise(numbers))
    return 8 * len(numbers) >= 7 * ((numbers[-1] - numbers[0]) / step + 1)


def mantissa(number: float) -> float:
    """The positive `number` with the decimal point behind its first digit."""
    return round(number / math.pow(10.0, math.floor(math.log10(number))), 6)


def number_of(mark: Mark) -> float | None:
    """The mark's number, if it has one."""
    return mark.number.number if mark.number else None


def _log_number(mark: Mark) -> float | None:
    return math.log10(mark.number.number) if mark.number and mark.number.number > 0 else None
