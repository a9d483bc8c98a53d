"""Answers against references by several metrics: a value or a reason for every item, and the figure to report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .mean import Mean, mean_of
from .protocol import AnswerMetric, CorpusMetric, Value

_BLOCK = 500
"""Items that all metrics score before the next: few enough that their tokens are still remembered."""
NO_REFERENCE = "there is no reference answer"


@dataclass(frozen=True, slots=True)
class MetricScores:
    """One value an item. `corpus` is the figure of all items at once where the field reports that, else None.

    `answered` is the mean over the items that were answered at all: an abstention, an empty answer, has the value that
    the metric gives it, which is mostly 0. `corpus_answered` is the corpus figure of the same items.
    """

    name: str
    signature: str
    values: tuple[Value, ...]
    mean: Mean
    answered: Mean
    corpus: float | None = None
    corpus_answered: float | None = None

    @property
    def figure(self) -> float | None:
        """What is reported: the corpus figure where there is one, else the mean."""
        return self.mean.value if self.corpus is None else self.corpus

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"mean", "n", "missing", "mean_answered", "signature", "level"}`.

        Where the `level` is `corpus`, `mean` is the corpus figure and `mean_items` the mean of the items' own.
        """
        told = self.mean.to_dict()
        items = told.pop("mean")
        corpus = self.corpus is not None
        return {
            "mean": round(self.corpus, 6) if self.corpus is not None else items,
            **told,
            "mean_answered": self._answered,
            **({"mean_items": items} if corpus else {}),
            "level": "corpus" if corpus else "item",
            "signature": self.signature,
        }

    @property
    def _answered(self) -> float | None:
        if self.corpus is None:
            mean: float | None = self.answered.to_dict()["mean"]
            return mean
        return None if self.corpus_answered is None else round(self.corpus_answered, 6)


@dataclass(frozen=True, slots=True)
class ScoreEvent:
    """How many items are scored, of how many."""

    done: int
    total: int


def score_answers(
    answers: Sequence[str],
    references: Sequence[Sequence[str]],
    metrics: Sequence[AnswerMetric],
    on_event: Callable[[ScoreEvent], None] = lambda _: None,
) -> list[MetricScores]:
    """Score every item by every metric; an item without references has no values.

    The same items give the same values whatever stands beside them, but for `corpus`.
    """
    found = values_of_answers(answers, references, metrics, on_event)
    return [_scores(metric, values, answers, references) for metric, values in zip(metrics, found, strict=True)]


def values_of_answers(
    answers: Sequence[str],
    references: Sequence[Sequence[str]],
    metrics: Sequence[AnswerMetric],
    on_event: Callable[[ScoreEvent], None] = lambda _: None,
) -> list[list[Value]]:
    """By metric the value of every item, without means or figures of the corpus."""
    known = [index for index, given in enumerate(references) if given]
    found: list[dict[int, Value]] = [{} for _ in metrics]
    for start in range(0, len(known), _BLOCK):
        block = known[start : start + _BLOCK]
        texts, given = [answers[index] for index in block], [references[index] for index in block]
        for metric, values in zip(metrics, found, strict=True):
            values.update(zip(block, metric.score(texts, given), strict=True))
        on_event(ScoreEvent(start + len(block), len(known)))
    return [[values.get(index, Value(None, NO_REFERENCE)) for index in range(len(answers))] for values in found]


def _scores(
    metric: AnswerMetric, values: Sequence[Value], answers: Sequence[str], references: Sequence[Sequence[str]]
) -> MetricScores:
    known = [index for index, given in enumerate(references) if given]
    answered = mean_of(values[index] for index, answer in enumerate(answers) if answer.strip())
    corpus, corpus_answered, signature = None, None, metric.signature
    if isinstance(metric, CorpusMetric) and known:
        given = [references[index] for index in known]
        corpus = corpus_answered = metric.corpus_score([answers[index] for index in known], given)
        some = [index for index in known if answers[index].strip()]
        if len(some) < len(known):
            texts, those = [answers[index] for index in some], [references[index] for index in some]
            corpus_answered = metric.corpus_score(texts, those) if some else None
        widths = {len(one) for one in given}
        signature = f"nrefs:{widths.pop() if len(widths) == 1 else 'var'}|{signature}"
    return MetricScores(metric.name, signature, tuple(values), mean_of(values), answered, corpus, corpus_answered)
