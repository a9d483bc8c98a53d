"""Places on the axis below lines: the tick label that a point stands at, or the year between two of them.

Years go on evenly along an axis, so that a point between `2004` and `2008` can be told to stand at 2006. It is written
as the labels beside it are: `'06` between `'04` and `'08`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...documents import WHOLE
from ...loaders.parsed import Label
from ..blocks import Block
from ..marks import Mark

AT_YEAR = 0.2
"""Years by which a point may miss the one that it stands at."""
STRAIGHT = 0.3
"""Years by which a tick label may miss the place of its year."""
NARROWEST = 4.0
"""Pixels a year has at least where one between two tick labels can be told."""
WIDE = 12.0
"""Pixels a step has at least where the place at which a line ends is exact enough to tell it."""
AT_TICK = 0.35
"""Share of the distance to the next tick label, or of a year, up to which a point stands at one."""
AT_TICK_BETWEEN = 0.22
"""As `AT_TICK`, where points stand anywhere between whole years."""
AT_END = 0.4
"""As `AT_TICK`, for the ends of lines on an axis of dates: survey dates lie anywhere in the year that is printed."""
MANY = 4
"""Labels beyond which one may stand beside its place."""
BENDS = ((10, 0.17), (5, 0.1))
"""Bends of lines that tell whether the points stand at whole years, where a marker hides the ends, and how far from
these half of them may be, in years.
"""
OFF_STEP = 0.42
"""Share of a step of several years by which a number may stand beside its point."""
ON_STEP = 0.18
ON_STEPS = 0.7
FEWEST_STEPS = 4
"""Share of a step by which a point may miss its place, of the points that do not, and the places with one."""
IN_SPACE = 0.2
"""Share of the distance between two labels of months by which a point is off both that stands between them."""
HIDDEN = 1.3
"""Years of a line that a marker at its end, or the number beside it, may hide."""
NEARLY = 0.75
"""Heights of a line that a number may stand beside its tick label."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR = re.compile(r"(?P<year>(?:1[6-9]|20)\d\d)\s?年?[*†‡]*|['’‘]?(?P<short>\d\d)[*†‡]*")
_MONTH = re.compile(r"(?P<month>[a-z]{3})[a-z]*\.?[\s,]*(?P<year>\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The tick labels of one panel from left to right. `years` are a year and the pixels that one takes, or None."""

    ticks: tuple[Block, ...]
    years: tuple[float, float, float] | None = None
    """Place of a year, that year, and pixels a year."""
    step: float = 0.0
    """Years from one place where points stand to the next; 0 where they stand anywhere."""
    after: bool = False
    """Whether points stand in the spaces after the labels of months: these mark where each begins."""

    @property
    def x0(self) -> float:
        """Place of the first label."""
        return self.ticks[0].cx

    @property
    def x1(self) -> float:
        """Place of the last label."""
        return self.ticks[-1].cx

    def tick_near(self, x: float) -> Block | None:
        """The tick label that a number printed a little beside its place may belong to."""
        nearest = min(self.ticks, key=lambda tick: (self._off(tick, x), tick.x0))
        off = self._off(nearest, x)
        if self.years is None or off > NEARLY * nearest.line_height:
            return None
        between = not self.step and _is_year(nearest) and off > AT_TICK_BETWEEN * self.years[2]
        return None if between else nearest

    def label_at(self, x: float, *, is_end: bool) -> Block | None:
        """The tick label at a place, or one made up for the year there; None where neither can be told.

        `is_end` marks the place where a line begins or ends, which belongs to the label next to it.
        """
        if self.after:
            return max((tick for tick in self.ticks if tick.cx <= x), key=_cx, default=None)
        nearest = min(self.ticks, key=lambda tick: (self._off(tick, x), tick.x0))
        others = [abs(tick.cx - nearest.cx) for tick in self.ticks if tick is not nearest]
        spacing = min(others, default=4 * nearest.width)
        off = self._off(nearest, x)
        if off <= self._reach(nearest, spacing):
            return nearest
        if self.years is None:
            return None
        at_step = self._label_at_step(x, spacing)
        if at_step is not None and self.step * self.years[2] >= WIDE:
            return at_step
        if is_end and self._is_outer(nearest):
            # A marker or a number may hide the last piece of a line.
            inside = self.x0 < x < self.x1
            if off <= (min(AT_END * spacing, HIDDEN * self.years[2]) if inside else self._beyond(nearest, spacing)):
                return nearest
        return at_step or (nearest if is_end and off <= AT_END * spacing else None)

    def _label_at_step(self, x: float, spacing: float) -> Block | None:
        """The label of the place nearest to `x` where points stand."""
        if self.years is None or self.step * self.years[2] < NARROWEST:
            return None
        place, year, pixels = self.years
        first, there = round(year), year + (x - place) / pixels
        stands = first + round((there - first) / self.step) * self.step
        if abs(there - stands) > (OFF_STEP * self.step if self.step > 1 else AT_YEAR):
            return None
        at = place + (stands - year) * pixels
        on_tick = [tick for tick in self.ticks if abs(tick.cx - at) <= self._reach(tick, spacing)]
        return on_tick[0] if on_tick else self._made_up(round(stands), at)

    def _off(self, tick: Block, x: float) -> float:
        """Pixels from a tick label, or from the place of its year, if it was moved to make room for the next."""
        if self.years is None or (known := year_of(tick.text)) is None:
            return abs(tick.cx - x)
        place, year, pixels = self.years
        number = known[0] + _century(*known)
        at = place + (number - year) * pixels
        # Many labels tell the places of their years together better than each does.
        together = len(self.ticks) > MANY and abs(tick.cx - at) < tick.width
        return abs(at - x) if together else min(abs(tick.cx - x), abs(at - x))

    def _beyond(self, tick: Block, spacing: float) -> float:
        """How far beyond the outer tick label a line may begin or end that has its last point there."""
        return max(0.5 * spacing, 1.5 * tick.line_height)

    def _reach(self, tick: Block, spacing: float) -> float:
        if self.years is None:
            return AT_TICK * spacing
        share = AT_TICK if self.step or not _is_year(tick) else AT_TICK_BETWEEN
        return max(min(share * abs(self.years[2]), AT_TICK * spacing), 0.3 * tick.line_height)

    def _is_outer(self, tick: Block) -> bool:
        return tick is self.ticks[0] or tick is self.ticks[-1]

    def _made_up(self, year: int, x: float) -> Block | None:
        """A label for the year in the form of its neighbours; None where these are more than years."""
        model = min(self.ticks, key=lambda tick: abs(tick.cx - x))
        match = _YEAR.fullmatch(model.text.strip())
        if match is None:
            return None
        digits = str(year) if match["year"] else f"{year % 100:02}"
        text = model.text.replace(match["year"] or match["short"], digits)
        half = 0.5 * model.width
        mark = Mark(x - half, model.y0, x + half, model.y1, -1, Label(text, WHOLE), None)
        return Block(mark.x0, mark.y0, mark.x1, mark.y1, (mark,))


def time_axes(ticks: Sequence[Block], ends: Sequence[float], bends: Sequence[float] = ()) -> list[TimeAxis]:
    """The axes of the panels side by side whose tick labels are `ticks`.

    `ends` are where the lines begin and end, `bends` where they change their direction.
    """
    axes = [_axis(panel) for panel in _panels(ticks)]
    return [
        TimeAxis(axis.ticks, axis.years, _step(axis, ends, bends), _stand_after(axis, [*ends, *bends])) for axis in axes
    ]


def _stand_after(axis: TimeAxis, places: Sequence[float]) -> bool:
    """Whether most places are in the spaces between the labels of months, rather than at these."""
    if axis.years is not None or not all(tick.text[:3].lower() in MONTHS for tick in axis.ticks):
        return False
    at = [tick.cx for tick in axis.ticks]
    over = [float(np.interp(x, at, np.arange(len(at)))) % 1.0 for x in places if at[0] < x < at[-1]]
    inside = sum(IN_SPACE <= part <= 1.0 - IN_SPACE for part in over)
    return len(over) >= FEWEST_STEPS and inside >= ON_STEPS * len(over)


def axis_under(x: float, axes: Sequence[TimeAxis]) -> TimeAxis | None:
    """The axis of the panel that a place belongs to."""
    return min(axes, key=lambda axis: max(axis.x0 - x, x - axis.x1, 0.0), default=None)


def year_of(text: str) -> tuple[float, bool] | None:
    """The year that a tick label stands for, the months as parts of it, and whether it is printed in two digits."""
    month = _MONTH.fullmatch(text.strip())
    if month is not None and month["month"].lower() in MONTHS:
        year = year_of(month["year"])
        return (year[0] + (MONTHS.index(month["month"].lower()) + 0.5) / 12, year[1]) if year else None
    match = _YEAR.fullmatch(text.strip())
    if match is None:
        return None
    return (float(match["year"]), False) if match["year"] else (float(match["short"]), True)


def _is_year(tick: Block) -> bool:
    """Whether a tick label is a year without a month."""
    return _YEAR.fullmatch(tick.text.strip()) is not None


def _century(number: float, short: bool) -> float:  # noqa: FBT001 - both stand in one tuple at the caller
    """What a year in two digits leaves out."""
    return (1900.0 if number >= 50 else 2000.0) if short else 0.0


def _panels(ticks: Sequence[Block]) -> list[list[Block]]:
    """The labels of each panel: a new one begins where years go back, or where a label comes again."""
    panels: list[list[Block]] = []
    for tick in sorted(ticks, key=lambda t: t.cx):
        panel = panels[-1] if panels else None
        if panel is None or tick.text in {t.text for t in panel} or _goes_back(panel[-1], tick):
            panels.append([tick])
        else:
            panel.append(tick)
    # The months of several years are one axis.
    return panels if all(len(panel) > 1 for panel in panels) and _are_years(ticks) else [sorted(ticks, key=_cx)]


def _cx(tick: Block) -> float:
    return tick.cx


def _are_years(ticks: Sequence[Block]) -> bool:
    return 2 * sum(year_of(tick.text) is not None for tick in ticks) > len(ticks)


def _goes_back(last: Block, tick: Block) -> bool:
    one, other = year_of(last.text), year_of(tick.text)
    if one is None or other is None:
        return False
    return other[0] <= one[0] and not (other[1] and one[1] and one[0] >= 50.0 > other[0])


def _axis(ticks: Sequence[Block]) -> TimeAxis:
    """One axis with its years, if its labels are years that stand where an even scale has them."""
    known = [(tick.cx, year) for tick in ticks if (year := year_of(tick.text)) is not None]
    years: list[float] = []
    for _, (number, short) in known:
        years.append(number + _century(number, short))
    places = [place for place, _ in known]
    if len(years) < 2 or any(later <= earlier for earlier, later in itertools.pairwise(years)):
        return TimeAxis(tuple(ticks))
    for left_out in (0, 1) if len(years) > MANY else (0,):  # a label may have been moved to make room for the next
        slope, offset = np.polyfit(np.asarray(places), np.asarray(years), 1)
        off = np.abs(offset + slope * np.asarray(places) - np.asarray(years))
        if slope > 0 and off.max() <= STRAIGHT + 0.02 * (years[-1] - years[0]):
            return TimeAxis(tuple(ticks), (places[0], float(offset + slope * places[0]), float(1.0 / slope)))
        if not left_out:
            worst = int(off.argmax())
            del places[worst], years[worst]
    return TimeAxis(tuple(ticks))


def _step(axis: TimeAxis, ends: Sequence[float], bends: Sequence[float]) -> float:
    """The years from one point to the next: those from tick to tick, half of them, or one."""
    if axis.years is None:
        return 0.0
    between = {round((b.cx - a.cx) / axis.years[2]) for a, b in itertools.pairwise(axis.ticks)}
    spacing = between.pop() if len(between) == 1 else 1
    for step in (spacing, spacing / 2):
        if step > 1 and step == round(step) and _stand_on(axis, [*ends, *bends], step * axis.years[2]):
            return step
    return 1.0 if _is_yearly(axis, ends, bends) else 0.0


def _stand_on(axis: TimeAxis, places: Sequence[float], step: float) -> bool:
    """Whether most places are a number of steps, in pixels, from the first tick, at several different ones."""
    over = [(x - axis.x0) / step for x in places if axis.x0 - 3.0 < x < axis.x1 + 3.0]
    on_step = [round(there) for there in over if abs(there - round(there)) <= ON_STEP]
    return len(set(on_step)) >= FEWEST_STEPS and len(on_step) >= ON_STEPS * len(over)


def _is_yearly(axis: TimeAxis, ends: Sequence[float], bends: Sequence[float]) -> bool:
    """Whether the lines over the axis bend, or begin and end, at whole years."""
    outer, inner = _off_years(axis, ends), _off_years(axis, bends)
    by_ends = bool(outer) and float(np.median(outer)) <= AT_YEAR
    return by_ends or any(len(inner) >= fewest and float(np.median(inner)) <= off for fewest, off in BENDS)


def _off_years(axis: TimeAxis, places: Sequence[float]) -> list[float]:
    """How far places over the axis are from the next whole year, in years."""
    if axis.years is None:
        return []
    place, year, pixels = axis.years
    over = [year + (x - place) / pixels for x in places if axis.x0 - 0.5 * pixels < x < axis.x1 + 0.5 * pixels]
    return [abs(there - round(there)) for there in over]
