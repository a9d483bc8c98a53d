"""The scores of each question: a value for every metric, or the reason why there is none.

Names say what is measured: `page.nDCG@10` a ranking at the level of pages, `document.chart.MRR` one of charts alone,
`token_f1` an answer against its references, `claims.supported` the share of its claims that the evidence bears out.
Metrics of answers leave abstentions out and say so; `strict.NAME` takes them for an answer that is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...generation.citations import statements
from ...indexing.documents import NodeKind
from ..datasets.item import Item
from ..metrics.answer_scores import values_of_answers
from ..metrics.groundedness import VERDICTS, verdict_share
from ..metrics.perplexity import perplexity
from ..metrics.protocol import AnswerMetric, Value
from ..metrics.ranking import rank_scores
from ..metrics.relevance_levels import LEVELS, Level, judged, kinds_of
from .checks import CITATIONS
from .recorded import claims_of, found_of, shown_overlap
from .records_of_run import Record, RunRecords

_FAILED = "the question failed: "
NOT_RUN = "the stage was not run"
ABSTAINED = "abstained"
STRICT = "strict."
CITATION_METRICS = ("citation_recall", "citation_precision")
_DIGITS = 6
_Slice = tuple[Level, NodeKind | None]
"""A level of relevance, of all kinds of evidence or of one."""


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
    """The scores of all questions, in the order of the data set; of rankings what it judges."""
    answers = answer_scores(records.items, records.answers(), metrics) if records.answers() else {}
    slices = list(_slices(records.items)) if records.retrievals() else []
    boxes = any(one.boxes for item in records.items for one in item.relevant)
    logprobs = any(record.get("logprobs") for record in records.answers().values())
    return [
        ItemScores(
            item.id,
            {
                **dict(_retrieval(item, records, slices)),
                **answers.get(item.id, {}),
                **(dict(_grounding(item, records, boxes=boxes, logprobs=logprobs)) if answers else {}),
            },
        )
        for item in records.items
    ]


def _slices(items: Sequence[Item]) -> Iterator[_Slice]:
    """Those at which some question is judged; kinds apart only where there are several."""
    kinds: tuple[NodeKind, ...] = ("text", "table", "chart")
    known = [kind for kind in kinds if any(kind in kinds_of(item.relevant) for item in items)]
    for level in LEVELS:
        for kind in (None, *(known if len(known) > 1 else ())):
            if any(_grades(item, level, kind) for item in items):
                yield level, kind


def _grades(item: Item, level: Level, kind: NodeKind | None) -> bool:
    return any(grade > 0 for grade in judged(item.relevant, (), level, kind=kind).grades.values())


def _retrieval(item: Item, records: RunRecords, slices: Sequence[_Slice]) -> Iterator[tuple[str, Value]]:
    record = records.retrievals().get(item.id)
    why = why_not(record)
    found = found_of(record["hits"]) if record is not None and not why else []
    for level, kind in slices:
        ranking = judged(item.relevant, found, level, kind=kind)
        prefix = f"{level}.{kind}." if kind else f"{level}."
        for name, value in rank_scores(ranking.ranked, ranking.grades).items():
            known = value.value is None or not why
            yield prefix + name, value if known else Value(None, why)


def answer_scores(
    items: Sequence[Item], answers: Mapping[str, Record], metrics: Sequence[AnswerMetric]
) -> dict[str, dict[str, Value]]:
    """The metrics of answers, and the same with abstentions taken for empty answers, by question."""
    reasons = {item.id: _no_answer(item, answers.get(item.id)) for item in items}
    scored = [item for item in items if reasons[item.id] in {"", ABSTAINED}]
    texts = ["" if reasons[item.id] else plain_text(answers[item.id]["text"]) for item in scored]
    found: dict[str, dict[str, Value]] = {item.id: {} for item in items}
    valued = values_of_answers(texts, [item.answers for item in scored], metrics)
    for metric, values in zip(metrics, valued, strict=True):
        by_item = dict(zip([item.id for item in scored], values, strict=True))
        for item in items:
            why = reasons[item.id]
            strict = by_item.get(item.id) or Value(None, why)
            found[item.id][metric.name] = Value(None, why) if why else strict
            found[item.id][STRICT + metric.name] = strict
    return found


def plain_text(text: str) -> str:
    """An answer without its citation marks, as references are written."""
    return "\n".join(statement.text for statement in statements(text))


def _grounding(item: Item, records: RunRecords, *, boxes: bool, logprobs: bool) -> Iterator[tuple[str, Value]]:
    """Also of regions and of the decoder's certainty, where some question of the run has `boxes` or `logprobs`."""
    record = records.answers().get(item.id)
    why = why_not(record)
    if record is None or why:
        said = Value(None, why)
        yield from (("answered", said), ("abstained_rightly", said))
    else:
        yield "answered", Value(float(not record["abstained"]))
        yield "abstained_rightly", Value(float(record["abstained"] != item.answerable))
        why = ABSTAINED if record["abstained"] else ""
    claims = [] if record is None or why else claims_of(record)
    for verdict in VERDICTS:
        yield f"claims.{verdict}", Value(None, why) if why else verdict_share(claims, verdict)
    checked = records.checks.get(CITATIONS, {}).get(item.id)
    for name in CITATION_METRICS:
        yield name, _recorded(checked, name, why)
    if boxes:
        overlap = None if record is None or why else shown_overlap(item, record, records.store)
        yield "region_hit", overlap.hit if overlap else Value(None, why)
        yield "region_iou", overlap.mean if overlap else Value(None, why)
    if logprobs:
        yield "perplexity", Value(None, why) if record is None or why else perplexity(record.get("logprobs", ()))


def _recorded(checked: Record | None, name: str, why: str) -> Value:
    why = why or why_not(checked)
    if why or checked is None:
        return Value(None, why)
    return Value(checked[name], checked["reasons"].get(name, ""))


def _no_answer(item: Item, record: Record | None) -> str:
    why = why_not(record)
    if why or record is None:
        return why
    if not item.answerable:
        return "the documents do not tell"
    if not item.answers:
        return "the data set has no reference answer"
    return ABSTAINED if record["abstained"] else ""


def why_not(record: Record | None) -> str:
    """Why a record says nothing; empty where it does."""
    if record is None:
        return NOT_RUN
    if "error" in record:
        return f"{_FAILED}{record['error']['message']}"
    return str(record.get("impossible", ""))


def failed(reason: str) -> bool:
    """Whether a value is missing because something failed."""
    return reason.startswith(_FAILED)
