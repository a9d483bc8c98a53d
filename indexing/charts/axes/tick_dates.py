"""Tick labels that are dates: years of two digits and four, periods, months."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import numpy as np

from ..marks import Mark, rows_of
from .scales import FEWEST_TICKS

_MONTH = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\b|\d{1,2}月", re.IGNORECASE)
_PERIOD = re.compile(
    r"['’‘]\d\d[*]*|(fy|q[1-4]|h[12])\s?['’]?\d{2,4}[*]*|\d{4}[-/–](\d\d){1,2}|['’‘]\d\d\s?[-/–]\s?['’‘]?\d\d",
    re.IGNORECASE,
)
LONGEST_STEP = 10
"""Years from one tick label to the next, printed in two digits."""
ROOM = 4
"""Labels beyond which one may stand beside its place."""
OFF_PLACE = 0.5
"""Years by which a label may miss the place of its year."""
_TWO_DIGITS = re.compile(r"\d\d")


def is_date(mark: Mark) -> bool:
    """Whether a label is a year, a month or a period."""
    if mark.number is not None and mark.number.is_year:
        return True
    return bool(_PERIOD.fullmatch(mark.text) or _MONTH.match(mark.text))


def short_years(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Two-digit numbers that stand in a row with dates and nothing else, and go up from each to the next."""
    found: list[Mark] = []
    for row in rows_of([mark for mark in marks if not mark.label.vertical]):
        dates = sum(is_date(mark) for mark in row)
        short = [mark for mark in row if is_short_year(mark)]
        if dates >= 2 and dates + len(short) == len(row) and _go_up(row):
            found += short
    return tuple(found)


def _go_up(row: Sequence[Mark]) -> bool:
    """Whether every year of two digits may follow the date before it: 2019 is followed by 20, but not by 58."""
    years = [int(mark.text[-2:]) if mark.text[-2:].isdecimal() else None for mark in row]
    pairs = [(a, b) for (a, b), mark in zip(itertools.pairwise(years), row[1:], strict=True) if is_short_year(mark)]
    return all(a is None or b is None or 0 < (b - a) % 100 <= LONGEST_STEP for a, b in pairs)


def is_short_year(mark: Mark) -> bool:
    """Whether a label may be a year of two digits."""
    return mark.is_number and _TWO_DIGITS.fullmatch(mark.text) is not None


def consecutive_years(row: Sequence[Mark]) -> bool:
    """Two-digit years that go up, over the turn of a century perhaps, each where an even scale has it: 98 99 00 04.

    Panels side by side have the same scale.
    """
    if len(row) < FEWEST_TICKS or not all(is_short_year(mark) for mark in row):
        return False
    runs: list[list[tuple[float, float]]] = []
    for mark in sorted(row, key=lambda m: m.cx):
        year = int(mark.text)
        step = (year - runs[-1][-1][1]) % 100 if runs else 0
        if 0 < step <= LONGEST_STEP:
            runs[-1].append((mark.cx, runs[-1][-1][1] + step))
        else:
            runs.append([(mark.cx, float(year))])
    return all(len(run) >= FEWEST_TICKS and _is_even(run) for run in runs)


def _is_even(run: Sequence[tuple[float, float]]) -> bool:
    """Whether the years of a run, at their places, go on evenly, but for one that was moved to make room perhaps."""
    places, years = (np.asarray(column) for column in zip(*run, strict=True))
    for _ in range(2 if len(run) > ROOM else 1):
        slope, offset = np.polyfit(places, years, 1)
        off = np.abs(offset + slope * places - years)
        if off.max() <= OFF_PLACE:
            return True
        places, years = np.delete(places, off.argmax()), np.delete(years, off.argmax())
    return False
