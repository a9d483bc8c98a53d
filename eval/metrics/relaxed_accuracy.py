"""Relaxed accuracy of short answers about charts (Masry et al., Findings of ACL 2022), with a rule for years."""

from __future__ import annotations

from collections.abc import Sequence

from ...indexing.charts.numbers import ParsedNumber, parse_number
from .protocol import Value, best

_TOLERANCE = 0.05
_SAME_UNIT = {"¥": "元", "RMB": "元", "CNY": "元", "US$": "$", "USD": "$", "美元": "$", "EUR": "€", "GBP": "£"}


class RelaxedAccuracy:
    """1 where the answer as a whole is a number within 5 % of the reference, else where the texts are equal.

    Years must be exact: without that rule 2015 passes for 2020. So must a reference of 0 be. Units that contradict
    each other are wrong; a unit that only one of both tells is none. Texts are compared without case and outer spaces
    or full stop.
    """

    name = "relaxed_accuracy"
    signature = f"relaxed_accuracy|tolerance:{_TOLERANCE}|years:exact|units:must not differ|text:case-insensitive"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return [
            best([float(_is_right(answer, reference)) for reference in known])
            for answer, known in zip(answers, references, strict=True)
        ]


def _is_right(answer: str, reference: str) -> bool:
    answer, reference = _form(answer), _form(reference)
    if answer == reference:
        return True
    said, true = parse_number(answer), parse_number(reference)
    if said is None or true is None or _is_year(true) or not _same_unit(said, true):
        return False
    return said.number == true.number or (
        true.number != 0 and abs(said.number - true.number) <= _TOLERANCE * abs(true.number)
    )


def _is_year(number: ParsedNumber) -> bool:
    return number.is_year and not number.unit


def _same_unit(first: ParsedNumber, second: ParsedNumber) -> bool:
    units = {_SAME_UNIT.get(unit, unit) for unit in (first.unit, second.unit)} - {""}
    return len(units) <= 1


def _form(text: str) -> str:
    return text.strip().lower().rstrip(".。").rstrip()
