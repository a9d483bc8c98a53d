"""Whether a system abstains where it should, and how its errors fall when it answers only what it is surest of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...errors import SettingsError
from .protocol import Value


@dataclass(frozen=True, slots=True)
class AbstentionTable:
    """Questions by whether the documents tell, and whether an answer was given."""

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int

    @property
    def precision(self) -> Value:
        """The share of abstentions that were right."""
        given = self.unanswerable_abstained + self.answerable_abstained
        return Value(self.unanswerable_abstained / given) if given else Value(None, "nothing was abstained from")

    @property
    def recall(self) -> Value:
        """The share of unanswerable questions that were abstained from."""
        all_ = self.unanswerable_abstained + self.unanswerable_answered
        return Value(self.unanswerable_abstained / all_) if all_ else Value(None, "every question can be answered")

    @property
    def false_abstentions(self) -> Value:
        """The share of answerable questions that were abstained from."""
        all_ = self.answerable_abstained + self.answerable_answered
        return Value(self.answerable_abstained / all_) if all_ else Value(None, "no question can be answered")

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "answerable": {"answered": self.answerable_answered, "abstained": self.answerable_abstained},
            "unanswerable": {"answered": self.unanswerable_answered, "abstained": self.unanswerable_abstained},
            "precision": self.precision.value,
            "recall": self.recall.value,
            "false_abstentions": self.false_abstentions.value,
        }


def abstention_table(items: Iterable[tuple[bool, bool]]) -> AbstentionTable:
    """Count pairs of "can be answered" and "was answered"."""
    counts = dict.fromkeys([(True, True), (True, False), (False, True), (False, False)], 0)
    for answerable, answered in items:
        counts[bool(answerable), bool(answered)] += 1
    return AbstentionTable(*counts.values())


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener, JMLR 2010): points `(coverage, risk)`, and the mean risk (AURC).

    AURC: Geifman and El-Yaniv, NIPS 2017. Lower is better; 0 where nothing is wrong.
    """

    points: tuple[tuple[float, float], ...]
    aurc: Value


def risk_coverage(confidences: Sequence[float], errors: Sequence[float]) -> RiskCoverage:
    """The mean error over the most confident items, for 1, 2, … of them.

    `errors` lie in [0, 1]. Items of equal confidence cannot be told apart, so each counts with the mean error of all
    of them. Raises `SettingsError` where there are not as many of one as of the other.
    """
    if len(confidences) != len(errors):
        raise SettingsError(
            f"There are {len(confidences)} confidences and {len(errors)} errors.", hint="Give one of each an item."
        )
    ordered = sorted(zip(confidences, errors, strict=True), key=lambda pair: -pair[0])
    points: list[tuple[float, float]] = []
    wrong = 0.0
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        alike = [error for _, error in group]
        mean = sum(alike) / len(alike)
        for _ in alike:
            wrong += mean
            number = len(points) + 1
            points.append((number / len(ordered), wrong / number))
    if not points:
        return RiskCoverage((), Value(None, "there are no items"))
    return RiskCoverage(tuple(points), Value(sum(risk for _, risk in points) / len(points)))
