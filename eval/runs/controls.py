"""Controls: what answers that are known to be no good score, beside the run's own.

A run that does no better than copying the top passage shows no skill in answering; checks of claims that let evidence
of another question or changed numbers pass show nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from ..metrics.protocol import AnswerMetric
from .aggregates import rounded
from .checks import OWN, PERTURBED, SHUFFLED
from .intervals import mean_interval
from .item_scores import STRICT, ItemScores, answer_scores
from .records_of_run import Record, RunRecords

COPY = "copy the top passage"
ABSTAIN = "always abstain"
SHUFFLE = "shuffled evidence"
PERTURB = "perturbed numbers"
SUPPORTED = "claims supported"
COPIED = ("token_f1", "rougeL", "rougeL_tokens", "number_f1")
"""Metrics of answers that the copied passage is measured by."""


@dataclass(frozen=True, slots=True)
class Control:
    """The run and a control on the same `n` questions: means, and the difference with its interval.

    `must_fall` says that the control has to be worse for the figures to mean anything; `holds` whether it is, beyond
    chance. `why_not` says why there is nothing to compare.
    """

    name: str
    metric: str
    run: float | None
    control: float | None
    difference: float | None
    low: float | None
    high: float | None
    n: int
    must_fall: bool
    why_not: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the run is better than the control; None where nobody can tell."""
        return None if self.low is None else self.low > 0

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields, and `holds`."""
        numbers = {name: rounded(getattr(self, name)) for name in ("run", "control", "difference", "low", "high")}
        return {
            "name": self.name,
            "metric": self.metric,
            **numbers,
            "n": self.n,
            "must_fall": self.must_fall,
            "holds": self.holds,
            "why_not": self.why_not,
        }


def controls(records: RunRecords, scores: Sequence[ItemScores], metrics: Sequence[AnswerMetric]) -> list[Control]:
    """All controls that the stages of a run allow."""
    if not records.answers():
        return []
    return [
        *_copied(records, scores, [metric for metric in metrics if metric.name in COPIED]),
        _abstaining(records, scores),
        _shuffled(records),
        _perturbed(records),
    ]


def _copied(records: RunRecords, scores: Sequence[ItemScores], metrics: Sequence[AnswerMetric]) -> list[Control]:
    answers: dict[str, Record] = {}
    for item in records.items:
        top = records.retrievals().get(item.id, {}).get("top")
        if top is not None:
            answers[item.id] = {"text": records.store.get(top).text, "abstained": False}
    copied = answer_scores(records.items, answers, metrics)
    found = []
    for metric in metrics:
        pairs = [
            (one.values[STRICT + metric.name].value, copied[one.item][STRICT + metric.name].value) for one in scores
        ]
        why = "" if answers else "the stage retrieve was not run"
        found.append(_control(COPY, STRICT + metric.name, pairs, must_fall=False, why_not=why))
    return found


def _abstaining(records: RunRecords, scores: Sequence[ItemScores]) -> Control:
    pairs = [
        (one.values["abstained_rightly"].value, float(not item.answerable))
        for one, item in zip(scores, records.items, strict=True)
    ]
    return _control(ABSTAIN, "abstained_rightly", pairs, must_fall=False)


def _shuffled(records: RunRecords) -> Control:
    own, foreign = records.checks.get(OWN, {}), records.checks.get(SHUFFLED, {})
    pairs = [
        (_supported(own[item]["claims"]), _supported(foreign[item]["claims"]))
        for item in own
        if item in foreign and "error" not in own[item] and "error" not in foreign[item]
    ]
    return _control(SHUFFLE, SUPPORTED, pairs, must_fall=True, why_not=_unchecked(records, pairs))


def _perturbed(records: RunRecords) -> Control:
    changed = [record for record in records.checks.get(PERTURBED, {}).values() if record.get("before")]
    pairs = [(_supported(record["before"]), _supported(record["after"])) for record in changed]
    return _control(PERTURB, SUPPORTED, pairs, must_fall=True, why_not=_unchecked(records, pairs))


def _unchecked(records: RunRecords, pairs: Sequence[object]) -> str:
    if pairs:
        return ""
    return "no answer has what it takes" if records.checks else "the stage check was not run"


def _supported(claims: Sequence[Sequence[Any]]) -> float | None:
    return fmean(claim[0] == "supported" for claim in claims) if claims else None


def _control(
    name: str,
    metric: str,
    pairs: Sequence[tuple[float | None, float | None]],
    *,
    must_fall: bool,
    why_not: str = "",
) -> Control:
    known = [(run, other) for run, other in pairs if run is not None and other is not None]
    if not known or why_not:
        why = why_not or "no question has both values"
        return Control(name, metric, None, None, None, None, None, 0, must_fall, why)
    interval = mean_interval([run - other for run, other in known])
    return Control(
        name,
        metric,
        fmean(run for run, _ in known),
        fmean(other for _, other in known),
        interval.mean,
        interval.low,
        interval.high,
        len(known),
        must_fall,
    )
