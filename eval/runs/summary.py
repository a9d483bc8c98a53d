"""The summary of a run: all that a report or a comparison says about it as a whole, as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..datasets.item import Item
from ..metrics.groundedness import count_verdicts
from ..metrics.protocol import AnswerMetric, CorpusMetric
from ..metrics.relevance_levels import kinds_of
from ..scoring import main_language
from .accounts import abstention, cost, risk
from .aggregates import aggregates, rounded
from .controls import controls
from .headline import headline
from .item_scores import ItemScores, plain_text
from .ladder import ladders
from .recorded import claims_of
from .records_of_run import RunRecords

_MOST_FAILURES = 20


def language_of(items: Sequence[Item]) -> str:
    """The language that the references are in, or the questions where there are none."""
    texts = [item.answers[0] for item in items if item.answers] or [item.question for item in items]
    return main_language(texts)


def summarise(
    records: RunRecords, scores: Sequence[ItemScores], metrics: Sequence[AnswerMetric], language: str
) -> dict[str, Any]:
    """The JSON of `summary.json`."""
    means = aggregates(scores)
    measured = {name for name, one in means.items() if one.n}
    return {
        "items": len(records.items),
        "language": language,
        "headline": headline(measured),
        "metrics": {name: one.to_dict() for name, one in means.items()},
        "corpus": _corpus(records, metrics),
        "by_kind": _by_kind(records, scores),
        "abstention": abstention(records),
        "risk_coverage": risk(records, scores),
        "grounding": _grounding(records),
        "controls": [control.to_dict() for control in controls(records, scores, metrics)],
        "ladder": [ladder.to_dict() for ladder in ladders(records, language)],
        "cost": cost(records),
        "failures": _failures(records),
    }


def _corpus(records: RunRecords, metrics: Sequence[AnswerMetric]) -> dict[str, Any]:
    """Corpus metrics over the answers given, and over all answerable questions with abstentions as empty answers."""
    asked = [
        (item, records.answers()[item.id])
        for item in records.items
        if item.answerable and item.answers and "text" in records.answers().get(item.id, {})
    ]
    found: dict[str, Any] = {}
    for metric in metrics:
        if not isinstance(metric, CorpusMetric) or not asked:
            continue
        said = [(plain_text(record["text"]), item.answers) for item, record in asked if not record["abstained"]]
        every = [("" if record["abstained"] else plain_text(record["text"]), item.answers) for item, record in asked]
        answered = _corpus_score(metric, said)
        found[metric.name] = {
            "answered": rounded(answered),
            "answered_n": len(said),
            "strict": rounded(answered if len(said) == len(every) else _corpus_score(metric, every)),
            "strict_n": len(every),
            "signature": metric.signature,
        }
    return found


def _corpus_score(metric: CorpusMetric, pairs: Sequence[tuple[str, Sequence[str]]]) -> float | None:
    return metric.corpus_score([text for text, _ in pairs], [known for _, known in pairs]) if pairs else None


def _by_kind(records: RunRecords, scores: Sequence[ItemScores]) -> dict[str, Any]:
    """The metrics apart by what carries the answer: text, tables, charts."""
    kinds = {item.id: kinds_of(item.relevant) for item in records.items}
    return {
        kind: {name: one.to_dict() for name, one in aggregates([s for s in scores if kinds[s.item] == {kind}]).items()}
        for kind in ("text", "table", "chart")
        if {kind} in kinds.values()
    }


def _grounding(records: RunRecords) -> dict[str, Any]:
    """Verdicts of all claims, by the tier that decided."""
    return count_verdicts(claims_of(answer.record) for answer in records.said()).to_dict()


def _failures(records: RunRecords) -> dict[str, Any]:
    failed = [
        {"item": id_, "stage": stage, **record["error"]}
        for stage, known in records.stages.items()
        for id_, record in known.items()
        if "error" in record
    ]
    return {"count": len(failed), "first": failed[:_MOST_FAILURES]}
