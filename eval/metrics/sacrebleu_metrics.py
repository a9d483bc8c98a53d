"""BLEU (Papineni et al., ACL 2002) and chrF (Popović, WMT 2015) by sacreBLEU, with its signatures.

Both are corpus metrics: `corpus_score` is what is published, the values of single items are sentence scores, good for
comparing items and no more. All references of an item count together. Scaled to [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .packages import require
from .protocol import Value

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

_TOKENIZERS = {"zh": "zh", "ja": "char", "ko": "char"}
"""By language; Japanese and Korean by characters, since their own tokenizers are further packages."""


class Bleu:
    """BLEU with the tokenizer of the `language`: 13a splits no Chinese, and gives 0 for near-identical answers."""

    name = "bleu"

    def __init__(self, language: str = "en") -> None:
        require("sacrebleu")
        from sacrebleu.metrics.bleu import BLEU

        tokenizer = _TOKENIZERS.get(language, "13a")
        # `force` changes no score: it only stops the warning that answers end in " .", as some data sets have them.
        self._corpus = BLEU(tokenize=tokenizer, force=True)
        self._sentence = BLEU(tokenize=tokenizer, force=True, effective_order=True)
        self.signature = _signature(self._corpus)

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Sentence BLEU, with as many n-gram orders as the answer has (sacreBLEU's `effective_order`)."""
        return _sentence_scores(self._sentence, answers, references)

    def corpus_score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
        """BLEU of the corpus."""
        return _corpus_score(self._corpus, answers, references)


class ChrF:
    """chrF2: F-score of character 6-grams, recall counting twice; needs no words, so it suits every language."""

    name = "chrf"

    def __init__(self) -> None:
        require("sacrebleu")
        from sacrebleu.metrics.chrf import CHRF

        self._chrf = CHRF()
        self.signature = _signature(self._chrf)

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Give chrF of each answer."""
        return _sentence_scores(self._chrf, answers, references)

    def corpus_score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
        """Give chrF of the corpus."""
        return _corpus_score(self._chrf, answers, references)


def _sentence_scores(metric: Metric, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
    return [
        Value(metric.sentence_score(answer, list(known)).score / 100)
        for answer, known in zip(answers, references, strict=True)
    ]


def _corpus_score(metric: Metric, answers: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    width = max(len(known) for known in references)
    # sacreBLEU wants reference streams of equal length; None stands for "no further reference here".
    streams = [[known[i] if i < len(known) else None for known in references] for i in range(width)]
    return float(metric.corpus_score(list(answers), streams).score) / 100  # type: ignore[arg-type]  # None is allowed


def _signature(metric: Metric) -> str:
    # The number of references is only known, and only told, once something has been scored.
    metric.corpus_score(["a"], [["a"]])
    fields = str(metric.get_signature()).split("|")
    return "|".join(field for field in fields if not field.startswith("nrefs:"))
