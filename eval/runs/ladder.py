"""The ladder: the same questions with less and less left to go wrong, so that a loss is put down to its cause.

No evidence -> all documents -> the right document -> the right page -> what the best writer could make of what was
read there -> a perfect answer. From rung to rung: what the decoder gains from evidence at all, what is lost in
finding the document, in finding the place in it, in writing, and in reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from ..datasets.item import Item
from ..metrics.normalisation import normalised_tokens
from ..metrics.protocol import AnswerMetric, Value
from ..metrics.registry import text_metrics
from .aggregates import Aggregate, aggregate, rounded
from .item_scores import STRICT, answer_scores
from .records_of_run import Record, RunRecords
from .stages import ANSWER, NO_EVIDENCE, RIGHT_DOCUMENT, RIGHT_PAGE, RUNGS

RUNG_NAMES = {
    NO_EVIDENCE: "no evidence",
    ANSWER: "all documents",
    RIGHT_DOCUMENT: "the right document",
    RIGHT_PAGE: "the right page",
}
BEST = "the best writer on that evidence"
FINDING_DOCUMENT = "finding the document"
FINDING_PLACE = "finding the place in it"
WRITING = "writing"
READING = "reading"
LADDER_METRICS = ("token_f1", "number_recall")
Scores = Mapping[str, float]
"""A value by question."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in one metric, over the questions that stand on all of them, and the losses between them.

    `missing` counts by rung why questions have no value there. `items` has each question's losses.
    """

    metric: str
    rungs: Mapping[str, Aggregate]
    losses: Mapping[str, float]
    missing: Mapping[str, Mapping[str, int]]
    items: Mapping[str, Mapping[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"metric", "rungs", "losses", "missing_reasons"}`."""
        return {
            "metric": self.metric,
            "rungs": {name: rung.to_dict() for name, rung in self.rungs.items()},
            "losses": {name: rounded(loss) for name, loss in self.losses.items()},
            "missing_reasons": {rung: dict(reasons) for rung, reasons in self.missing.items()},
        }


def ladders(records: RunRecords, language: str, metrics: Sequence[str] = LADDER_METRICS) -> list[Ladder]:
    """A ladder in each of the metrics; none where no question has a rung below or above all documents."""
    asked = [item for item in records.items if item.answerable and item.answers]
    if not asked or not records.answers(RIGHT_DOCUMENT):
        return []
    return [_ladder(records, asked, metric, language) for metric in text_metrics(metrics, language=language)]


def _ladder(records: RunRecords, asked: Sequence[Item], metric: AnswerMetric, language: str) -> Ladder:
    by_rung: dict[str, Scores] = {}
    missing: dict[str, dict[str, int]] = {}
    for rung in RUNGS:
        scored = answer_scores(asked, records.answers(rung), [metric])
        values = {id_: values[STRICT + metric.name] for id_, values in scored.items()}
        known = {id_: value.value for id_, value in values.items() if value.value is not None}
        missing[RUNG_NAMES[rung]] = dict(aggregate_reasons(values))
        if known:
            by_rung[rung] = known
    last = RIGHT_PAGE if RIGHT_PAGE in by_rung else RIGHT_DOCUMENT
    if last not in by_rung or ANSWER not in by_rung:
        return Ladder(metric.name, {}, {}, missing, {})
    ceilings = _ceilings(records, asked, records.answers(last), metric, language)
    common = [item.id for item in asked if all(item.id in known for known in (*by_rung.values(), ceilings))]
    items = {id_: _losses({rung: known[id_] for rung, known in by_rung.items()}, ceilings[id_]) for id_ in common}
    rungs = {RUNG_NAMES[rung]: aggregate([Value(known[id_]) for id_ in common]) for rung, known in by_rung.items()}
    rungs[BEST] = aggregate([Value(ceilings[id_]) for id_ in common])
    names = next(iter(items.values()), {})
    losses = {name: fmean(losses[name] for losses in items.values()) for name in names}
    return Ladder(metric.name, rungs, losses, missing, items)


def aggregate_reasons(values: Mapping[str, Value]) -> Mapping[str, int]:
    """How many have no value, by reason."""
    return aggregate(list(values.values())).missing


def _losses(rungs: Scores, ceiling: float) -> dict[str, float]:
    """What each step costs; together they are what all documents lack of a perfect answer."""
    document = rungs[RIGHT_DOCUMENT]
    last = rungs.get(RIGHT_PAGE, document)
    place = {FINDING_PLACE: last - document} if RIGHT_PAGE in rungs else {}
    return {
        FINDING_DOCUMENT: document - rungs[ANSWER],
        **place,
        WRITING: ceiling - last,
        READING: 1.0 - ceiling,
    }


def _ceilings(
    records: RunRecords, asked: Sequence[Item], answers: Mapping[str, Record], metric: AnswerMetric, language: str
) -> dict[str, float]:
    """The best that a writer could score who picks words, or numbers, from the evidence of the last rung alone."""
    found = {}
    best = _best_token_f1(language) if metric.name == "token_f1" else _value_of(metric)
    for item in asked:
        record = answers.get(item.id)
        if record is None or "evidence" not in record:
            continue
        read = "\n".join(records.store.get(reference).text for reference in record["evidence"])
        ceiling = best(read, item.answers)
        if ceiling is not None:
            found[item.id] = ceiling
    return found


def _best_token_f1(language: str) -> Callable[[str, Sequence[str]], float | None]:
    def best(read: str, references: Sequence[str]) -> float:
        held = set(normalised_tokens(read, language))
        shares = []
        for reference in references:
            tokens = normalised_tokens(reference, language)
            shares.append(sum(token in held for token in tokens) / len(tokens) if tokens else 1.0)
        share = max(shares)
        return 2 * share / (1 + share)  # F1 of an answer with this recall and no word too many

    return best


def _value_of(metric: AnswerMetric) -> Callable[[str, Sequence[str]], float | None]:
    return lambda read, references: metric.score([read], [references])[0].value
