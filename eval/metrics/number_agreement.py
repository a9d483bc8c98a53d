"""Whether the numbers of an answer are those of the reference, with sign, scale, unit and year."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...generation.grounding.quantities import Quantity, agree, find_quantities
from .protocol import Value

Measure = Literal["precision", "recall", "f1"]
_BARE = "number"
"""Unit of a number that has none, so that `agree` takes no other scale of it for the same."""


@dataclass(frozen=True, slots=True)
class NumberCounts:
    """Distinct numbers: those of the answer, those of the reference, and how many of both are the same."""

    answered: int
    known: int
    same: int


class NumberAgreement:
    """Precision, recall or F1 of an answer's numbers, distinct ones each counted once.

    Two are the same where sign, scale, unit (if both tell one) and year are, as exactly as the less exact of both is
    printed: "12 %" is 12.3 % rounded, "about a third" is 33 %. Without numbers in the answer there is no precision,
    without numbers in the reference no recall, and with neither no F1.
    """

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self.name = f"number_{measure}"
        self.signature = f"number_{measure}|chartwell quantities|sign, scale, unit, year|rounding:as printed"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the reference that agrees best, by F1."""
        values = []
        for answer, known in zip(answers, references, strict=True):
            counts = max((number_counts(answer, reference) for reference in known), key=_f1)
            values.append(self._value(counts))
        return values

    def _value(self, counts: NumberCounts) -> Value:
        if self._measure == "precision":
            if not counts.answered:
                return Value(None, "the answer has no numbers")
            return Value(counts.same / counts.answered)
        if self._measure == "recall":
            if not counts.known:
                return Value(None, "the reference has no numbers")
            return Value(counts.same / counts.known)
        if not counts.answered and not counts.known:
            return Value(None, "neither the answer nor the reference has numbers")
        return Value(_f1(counts))


def number_counts(answer: str, reference: str) -> NumberCounts:
    """Count the numbers of both and those that pair off, each with one other at most."""
    said, true = _numbers(answer), _numbers(reference)
    left = list(true)
    same = 0
    for one in said:
        matches = [other for other in left if _same(one, other)]
        if matches:
            left.remove(min(matches, key=lambda other: (abs(other.value - one.value), other.unit != one.unit)))
            same += 1
    return NumberCounts(len(said), len(true), same)


@functools.lru_cache(maxsize=8_192)
def _numbers(text: str) -> tuple[Quantity, ...]:
    distinct: dict[tuple[float, str], Quantity] = {}
    for quantity in find_quantities(text):
        distinct.setdefault((quantity.value, quantity.unit), quantity)
    return tuple(distinct.values())


def _same(answer: Quantity, reference: Quantity) -> bool:
    first, second = replace(answer, unit=answer.unit or _BARE), replace(reference, unit=reference.unit or _BARE)
    if _BARE in {first.unit, second.unit} and not {first.unit, second.unit} & {"year", "range"}:
        first, second = replace(first, unit=_BARE), replace(second, unit=_BARE)
    # `agree` lets a claim be less exact than its evidence; here either may be.
    return agree(first, second) or agree(second, first)


def _f1(counts: NumberCounts) -> float:
    total = counts.answered + counts.known
    return 2 * counts.same / total if total else 0.0
