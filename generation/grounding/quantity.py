"""A number as meant, and when two of them are the same."""

from __future__ import annotations

from dataclasses import dataclass

from .units import OPEN, POINTS, YEAR, brought

_POINTS_ALIKE = 3.5
"""Percentage points by which a share that is called approximate may differ at most."""
_PART_ALIKE = 0.15
"""Share of itself by which a fraction in words may differ: "one in five" for 22 %."""
_VAGUE_SHARE = 0.06
"""Share of itself by which a number that is called approximate may differ."""
_BEYOND = 0.3
"""Share of itself by which the number may lie beyond the bound that a claim gives: 12.4 is "more than 10"."""
_ROUNDED = 0.15
"""Share of itself by which a number may be rounded: 3 million for 2.6, not for 2.5."""
_SCALES = (1e3, 1e6, 1e9)
_EXACT_UNITS = frozenset({YEAR, "day", "month", "quarter", "half", "ordinal", "decade", "ratio"})
TIME = frozenset({YEAR, "day", "month", "quarter", "half", "decade"})
"""Units that say when."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as meant: `text[start:end]` of the text that it stands in, words such as "about" with it.

    `unit` is `%`, `pp` (percentage points), a currency, a measure such as `kg`, one of time (`year`, `month`, `day` as
    100 * month + day, `quarter`, `half`, `decade`), `ordinal`, `range` with the unit of its numbers, `?` where a table
    or chart does not tell, or empty for plain counts. `step` is the value of one in the last place that is printed.
    What is meant lies between `value - below` and `value + above`: both are 0 for an exact number. `others` are other
    readings of the same characters, such as a table's number without the scale that its heading tells.
    """

    value: float
    unit: str
    start: int
    end: int
    step: float
    below: float = 0.0
    above: float = 0.0
    others: tuple[tuple[float, str], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether nothing calls it approximate or a bound."""
        return self.below == self.above == 0.0


def slack(value: float, unit: str, *, part: bool = False) -> float:
    """By how much the number may differ that is called about `value`; `part`: given as a fraction in words."""
    share = abs(value) * (_PART_ALIKE if part else _VAGUE_SHARE)
    return min(share, _POINTS_ALIKE) if unit == "%" else share


def beyond(value: float) -> float:
    """How far a number may lie beyond `value` that is called its bound."""
    return abs(value) * _BEYOND


def agree(claimed: Quantity, printed: Quantity) -> bool:
    """Whether a claim's quantity is the evidence's: as exact as either is printed, in the same unit.

    A claim may leave the unit away. A number of a table or chart that tells no unit may have any unit and scale; two
    units that differ are never the same, nor are per cent and percentage points.
    """
    if _same(claimed, claimed.value, claimed.unit, printed, printed.value, printed.unit):
        return True
    if not (claimed.others or printed.others):
        return False
    if claimed.others and printed.others and claimed.unit == printed.unit:
        return False  # both are as ambiguous in the same way
    return any(_same(claimed, claimed.value, claimed.unit, printed, *other) for other in printed.others) or any(
        _same(claimed, *other, printed, printed.value, printed.unit) for other in claimed.others
    )


def comparable(first: Quantity, second: Quantity) -> bool:
    """Whether both could be the same kind of number: of one unit, or one without."""
    units = {brought(1.0, q.unit)[1] for q in (first, second)}
    if len(units) == 1:
        return True
    if units & _EXACT_UNITS or any(unit.startswith("range") for unit in units):
        return False
    return bool(units & {"", OPEN})


def _same(
    claimed: Quantity, value: float, unit: str, printed: Quantity, printed_value: float, printed_unit: str
) -> bool:
    value, unit = brought(value, unit)
    printed_value, printed_unit = brought(printed_value, printed_unit)
    if unit in _EXACT_UNITS or unit.startswith("range"):
        return unit == printed_unit and value == printed_value
    if unit not in {"", printed_unit} and printed_unit != OPEN:
        return False
    if printed_unit in _EXACT_UNITS or printed_unit.startswith("range"):
        return False
    if _within(claimed, value, printed, printed_value):
        return True
    # The scale of an open number may be told elsewhere, but never for per cent.
    return (
        printed_unit == OPEN
        and unit not in {"%", POINTS}
        and any(_within(claimed, value, printed, printed_value * scale) for scale in _SCALES)
    )


def _within(claimed: Quantity, value: float, printed: Quantity, printed_value: float) -> bool:
    difference = printed_value - value
    rounding = (
        min(claimed.step / 2, _ROUNDED * abs(claimed.value))
        if claimed.step > printed.step or not claimed.exact
        else 0.0
    )
    if not printed.exact:
        rounding = max(rounding, printed.step / 2)
    if claimed.value and value != claimed.value:
        rounding *= abs(value / claimed.value)
    if not (claimed.exact or printed.exact) and _opposed(claimed, printed):
        return False
    error = 1e-9 * max(abs(value), abs(printed_value)) + 1e-9 * rounding
    below = claimed.below + rounding if claimed.below or claimed.exact else 0.0
    above = claimed.above + rounding if claimed.above or claimed.exact else 0.0
    return -below - error <= difference <= above + error


def _opposed(first: Quantity, second: Quantity) -> bool:
    """Whether one is a bound from below and the other one from above."""
    return (first.below == 0 and second.above == 0 and first.above > 0 and second.below > 0) or (
        first.above == 0 and second.below == 0 and first.below > 0 and second.above > 0
    )
