"""From a place along an axis to the number it stands for: a straight line through the tick labels."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..graphics import Rule
from ..marks import Mark
from .scales import evenly_scaled
from .ticks import Ticks

AT_TICK = 0.45
"""Heights of a line between the middle of a tick label and its line of the grid."""
EXACT = 1.5
"""Pixels by which the grid's lines may miss an even scale."""


CROOKED = 0.04
"""Share of the axis by which tick labels may miss a straight line; beyond that, they are none of one axis."""
BEYOND = 1.2
"""Share of the axis that may lie beyond its outer tick labels."""
SHORTEST = 10.0
"""Pixels between the outer tick labels."""


@dataclass(frozen=True, slots=True)
class ValueScale:
    """A linear or logarithmic axis: `number = offset + slope * pixel`, the number's logarithm where `log`.

    `low` and `high` are the places of its outer ticks, `error` the root mean square in pixels by which the ticks miss
    the line.
    """

    slope: float
    offset: float
    low: float
    high: float
    error: float
    log: bool = False

    @property
    def span(self) -> float:
        """The length of the axis in pixels, between its outer ticks."""
        return self.high - self.low

    def covers(self, pixel: float) -> bool:
        """Whether the place lies on the axis, or not far beyond its outer ticks."""
        return self.low - BEYOND * self.span <= pixel <= self.high + BEYOND * self.span

    def number_at(self, pixel: float) -> float:
        """The number at a place."""
        value = self.offset + self.slope * pixel
        return 10.0**value if self.log else value

    def pixel_of(self, number: float) -> float | None:
        """The place of a number; None where a logarithmic axis has none for it."""
        if self.log and number <= 0:
            return None
        return ((math.log10(number) if self.log else number) - self.offset) / self.slope

    def moved(self, pixels: float) -> ValueScale:
        """The same scale with every number that many pixels further on."""
        return replace(self, offset=self.offset - self.slope * pixels)

    def rounded(self, number: float, pixel: float) -> float:
        """The number with the digits that one pixel at its place can tell."""
        step = abs(self.number_at(pixel + 0.5) - self.number_at(pixel - 0.5))
        return round(number, -round(math.log10(step))) + 0.0 if step > 0 else number


def value_scale(ticks: Ticks, rules: Sequence[Rule], *, horizontal: bool) -> ValueScale | None:
    """The scale of an axis of numbers; None for other axes and where the labels do not lie on a scale.

    Where lines of the grid cross the axis at the labels, their places count: they are exact. The outer labels of a
    level axis may be shifted inwards, as some renderers set them to end with the axis: then the inner ones count.
    """
    if ticks.scale not in {"linear", "log"}:
        return None

    def position(mark: Mark) -> float:
        return mark.cx if horizontal else mark.cy

    marks = [mark for mark in ticks.marks if mark.number is not None]
    lines = [rule.cx if horizontal else rule.cy for rule in rules if rule.is_horizontal != horizontal]
    found = _scale_of(marks, position, lines, log=ticks.scale == "log", flush=horizontal)
    if found is None and len(marks) > 3:  # a number among them that is none of the axis
        marks, scale = evenly_scaled(marks, position, flush=horizontal)
        found = _scale_of(marks, position, lines, log=scale == "log", flush=horizontal)
    return found


def _scale_of(
    marks: Sequence[Mark], position: Callable[[Mark], float], lines: Sequence[float], *, log: bool, flush: bool
) -> ValueScale | None:
    marks = sorted(marks, key=position)
    numbers = [mark.number.number for mark in marks if mark.number is not None]
    if len(numbers) < 2 or (log and min(numbers) <= 0):
        return None
    values = [math.log10(number) if log else number for number in numbers]
    places = [position(mark) for mark in marks]
    reach = AT_TICK * statistics.median(mark.line_height for mark in marks)
    nearest = [_nearest(place, lines, reach) for place in places]
    exact = [(value, line) for value, line in zip(values, nearest, strict=True) if line is not None]
    if len(exact) >= max(2, len(marks) - 2):
        found = _fitted([value for value, _ in exact], [line for _, line in exact], log=log)
        if found is not None and found.error <= EXACT:
            return replace(found, low=min(places), high=max(places))
    found = _fitted(values, places, log=log)
    if flush and len(marks) > 3:
        inner = _fitted(values[1:-1], places[1:-1], log=log)
        if inner is not None and found is not None and _set_inwards(inner, marks, reach):
            return replace(inner, low=found.low, high=found.high)
    return found if found is not None and found.error <= CROOKED * found.span else None


def _set_inwards(scale: ValueScale, marks: Sequence[Mark], reach: float) -> bool:
    """Whether the outer labels stand inside of where the inner ones say that their numbers are."""
    first, last = (scale.pixel_of(mark.number.number) if mark.number else None for mark in (marks[0], marks[-1]))
    if first is None or last is None:
        return False
    return marks[0].cx - first > 0.3 * reach and last - marks[-1].cx > 0.3 * reach


def _nearest(place: float, lines: Sequence[float], reach: float) -> float | None:
    line = min(lines, key=lambda line: abs(line - place), default=None)
    return line if line is not None and abs(line - place) <= reach else None


def _fitted(values: Sequence[float], places: Sequence[float], *, log: bool) -> ValueScale | None:
    """Least squares of the numbers over their places."""
    span = max(places) - min(places)
    if span < SHORTEST or max(values) == min(values):
        return None
    slope, offset = np.polyfit(np.asarray(places), np.asarray(values), 1)
    off = (offset + slope * np.asarray(places) - np.asarray(values)) / slope
    return ValueScale(float(slope), float(offset), min(places), max(places), float(np.sqrt(np.mean(off**2))), log)
