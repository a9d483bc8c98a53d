"""The scores of each question: a value for every metric, or the reason why there is none.

Names say what is measured: `page.nDCG@10` a ranking at the level of pages, `token_f1` an answer against its
references, `claims.supported` the share of its claims that the evidence bears out. Metrics of answers leave
abstentions out and say so; `strict.NAME` takes them for an answer that is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..datasets.item import Item
from ..metrics.answer_scores import score_answers
from ..metrics.protocol import AnswerMetric, Value
from ..metrics.ranking import rank_scores
from .checks import CITATIONS
from .records_of_run import Record, RunRecords
from .relevance import LEVELS, Level, judged, ranked_keys

FAILED = "the question failed: {}"
NOT_RUN = "the stage was not run"
ABSTAINED = "abstained"
STRICT = "strict."
VERDICTS = ("supported", "contradicted", "not_found")
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ItemScores:
    """The values of one question by metric."""

    item: str
    values: Mapping[str, Value]

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"item", "scores": {metric: value or null}, "reasons": {metric: why there is none}}`."""
        return {
            "item": self.item,
            "scores": {
                name: None if one.value is None else round(one.value, _DIGITS) for name, one in self.values.items()
            },
            "reasons": {name: one.reason for name, one in self.values.items() if one.value is None},
        }


def item_scores(records: RunRecords, metrics: Sequence[AnswerMetric]) -> list[ItemScores]:
    """The scores of all questions, in the order of the data set; of rankings at the levels that it judges."""
    answers = answer_scores(records.items, records.answers(), metrics)
    levels = [one for one in LEVELS if any(isinstance(judged(i, records.sources, one), dict) for i in records.items)]
    return [
        ItemScores(
            item.id,
            {
                **dict(_retrieval(item, records, levels)),
                **(answers[item.id] if records.answers() else {}),
                **(dict(_claims(item, records)) if records.answers() else {}),
            },
        )
        for item in records.items
    ]


def _retrieval(item: Item, records: RunRecords, levels: Sequence[Level]) -> Iterator[tuple[str, Value]]:
    if not records.retrievals():
        return
    record = records.retrievals().get(item.id)
    for level in levels:
        grades = judged(item, records.sources, level)
        why = _why_not(record)
        if isinstance(grades, str):
            scores = {name: Value(None, grades) for name in rank_scores((), {"": 1})}
        elif why or record is None:
            scores = {name: Value(None, why) for name in rank_scores((), grades)}
        else:
            scores = rank_scores(ranked_keys(item, records.sources, record["hits"], level), grades)
        yield from ((f"{level}.{name}", value) for name, value in scores.items())


def answer_scores(
    items: Sequence[Item], answers: Mapping[str, Record], metrics: Sequence[AnswerMetric]
) -> dict[str, dict[str, Value]]:
    """The metrics of answers, and the same with abstentions taken for empty answers, by question."""
    reasons = {item.id: _no_answer(item, answers.get(item.id)) for item in items}
    scored = [item for item in items if reasons[item.id] in {"", ABSTAINED}]
    texts = ["" if reasons[item.id] else plain_text(answers[item.id]["text"]) for item in scored]
    found: dict[str, dict[str, Value]] = {item.id: {} for item in items}
    for metric in score_answers(texts, [item.answers for item in scored], metrics):
        by_item = dict(zip([item.id for item in scored], metric.values, strict=True))
        for item in items:
            why = reasons[item.id]
            strict = by_item.get(item.id) or Value(None, why)
            found[item.id][metric.name] = Value(None, why) if why else strict
            found[item.id][STRICT + metric.name] = strict
    return found


def plain_text(text: str) -> str:
    """An answer without its citation marks, as references are written."""
    from ...generation.citations import statements

    return "\n".join(statement.text for statement in statements(text))


def _claims(item: Item, records: RunRecords) -> Iterator[tuple[str, Value]]:
    record = records.answers().get(item.id)
    why = _why_not(record)
    if why or record is None:
        yield from ((name, Value(None, why)) for name in ("answered", "abstained_rightly"))
    else:
        yield "answered", Value(float(not record["abstained"]))
        yield "abstained_rightly", Value(float(record["abstained"] != item.answerable))
    claims = record["claims"] if record is not None and not why else []
    why = why or ("" if claims else ABSTAINED)
    for verdict in VERDICTS:
        share = sum(claim["verdict"] == verdict for claim in claims) / len(claims) if claims else None
        yield f"claims.{verdict}", Value(share, why)
    yield from _citations(item, records, why)


def _citations(item: Item, records: RunRecords, why: str) -> Iterator[tuple[str, Value]]:
    counts = records.checks.get(CITATIONS, {}).get(item.id)
    why = why or _why_not(counts)
    for name, part, whole in (("recall", "supported", "statements"), ("precision", "needed", "citations")):
        if why or counts is None:
            yield f"citation_{name}", Value(None, why)
        elif not counts[whole]:
            yield f"citation_{name}", Value(None, f"the answer has no {whole}")
        else:
            yield f"citation_{name}", Value(counts[part] / counts[whole])


def _no_answer(item: Item, record: Record | None) -> str:
    why = _why_not(record)
    if why or record is None:
        return why
    if not item.answerable:
        return "the documents do not tell"
    if not item.answers:
        return "the data set has no reference answer"
    return ABSTAINED if record["abstained"] else ""


def _why_not(record: Record | None) -> str:
    """Why a record says nothing; empty where it does."""
    if record is None:
        return NOT_RUN
    if "error" in record:
        return FAILED.format(record["error"]["message"])
    return str(record.get("impossible", ""))
