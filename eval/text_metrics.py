"""Metrics of an answer's text against reference answers: one small class each.

Where there are several references the best one counts, except for BLEU and chrF, which are corpus metrics by nature
and take all references together (Papineni et al., ACL 2002; Popović, WMT 2015).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import MissingDependency
from ..indexing.language import detect_language
from ..indexing.tokens import tokenize


@dataclass(frozen=True, slots=True)
class Score:
    """The mean over items in [0, 1], each item's own score where the metric has one, and what else must be known."""

    mean: float
    items: tuple[float, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"mean", …details}`."""
        return {"mean": round(self.mean, 6), **self.details}


class TextMetric(Protocol):
    """Scores answers against their references, item by item in the same order."""

    name: str

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> Score:
        """Score all items; every item has at least one reference."""
        ...


class ExactMatch:
    """1 where the answer equals a reference but for case, width and punctuation."""

    name = "exact_match"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> Score:
        """Compare the search tokens, which keep signs, decimals and units of numbers."""
        return _mean(
            [
                float(any(tokenize(answer) == tokenize(reference) for reference in known))
                for answer, known in zip(answers, references, strict=True)
            ]
        )


class TokenF1:
    """Harmonic mean of token precision and recall (Rajpurkar et al., EMNLP 2016), on Chartwell's tokens."""

    name = "token_f1"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> Score:
        """Take the best reference of each item."""
        return _mean(
            [
                max(_f1(tokenize(answer), tokenize(reference)) for reference in known)
                for answer, known in zip(answers, references, strict=True)
            ]
        )


class Rouge:
    """ROUGE-1, -2 or -L F-measure by the package rouge-score (Lin, 2004).

    `stock` uses that package's tokenizer with stemming, as published figures do; it drops everything that is not
    Latin, so Chinese needs Chartwell's own tokens (`stock=False`), which also keep numbers whole.
    """

    def __init__(self, kind: str, *, stock: bool) -> None:
        self.name = kind if stock else f"{kind}_tokens"
        self._kind = kind
        self._stock = stock

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> Score:
        """Take the best reference of each item."""
        try:
            from rouge_score.rouge_scorer import RougeScorer
        except ImportError as error:
            raise _missing() from error
        tokenizer = None if self._stock else _Tokens()
        scorer = RougeScorer([self._kind], use_stemmer=self._stock, tokenizer=tokenizer)
        details = {"tokenizer": "rouge-score, stemmed" if self._stock else "chartwell"}
        scores = [
            float(max(scorer.score(reference, answer)[self._kind].fmeasure for reference in known))
            for answer, known in zip(answers, references, strict=True)
        ]
        return _mean(scores, details)


class CorpusMetric:
    """BLEU or chrF of the whole corpus by sacreBLEU, scaled to [0, 1], with its signature.

    The BLEU tokenizer is `zh` where the references are mostly Chinese (13a would give 0), else `13a`.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> Score:
        """Score the corpus; items have no score of their own."""
        try:
            from sacrebleu.metrics.bleu import BLEU
            from sacrebleu.metrics.chrf import CHRF
        except ImportError as error:
            raise _missing() from error
        chinese = detect_language("\n".join(known[0] for known in references)) == "zh"
        metric = BLEU(tokenize="zh" if chinese else "13a") if self.name == "bleu" else CHRF()
        width = max(len(known) for known in references)
        # sacreBLEU wants reference streams of equal length; None stands for "no further reference here".
        streams: Any = [[known[i] if i < len(known) else None for known in references] for i in range(width)]
        score = metric.corpus_score(list(answers), streams)
        return Score(score.score / 100, details={"signature": str(metric.get_signature())})


def default_metrics() -> list[TextMetric]:
    """Every text metric that needs no model."""
    kinds = ("rouge1", "rouge2", "rougeL")
    stock: list[TextMetric] = [Rouge(kind, stock=True) for kind in kinds]
    own: list[TextMetric] = [Rouge(kind, stock=False) for kind in kinds]
    return [ExactMatch(), TokenF1(), *stock, *own, CorpusMetric("bleu"), CorpusMetric("chrf")]


class _Tokens:
    """Chartwell's tokenizer in the form that rouge-score asks for."""

    def tokenize(self, text: str) -> list[str]:
        return tokenize(text)


def _f1(answer: Sequence[str], reference: Sequence[str]) -> float:
    if not answer or not reference:
        return float(answer == reference)
    common = sum((Counter(answer) & Counter(reference)).values())
    return 2 * common / (len(answer) + len(reference))


def _mean(scores: Sequence[float], details: dict[str, Any] | None = None) -> Score:
    return Score(sum(scores) / len(scores), tuple(scores), details or {})


def _missing() -> MissingDependency:
    return MissingDependency("Scoring needs rouge-score and sacrebleu.", hint="pip install 'chartwell[eval]'")
