"""ROUGE-1, -2 and -L (Lin, 2004) by the package rouge-score."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.metadata import version
from typing import Literal

from .packages import require
from .protocol import Value, best
from .text_tokens import chartwell_tokens

RougeKind = Literal["rouge1", "rouge2", "rougeL"]
_REMEMBERED = 4_096


class Rouge:
    """F-measure of shared words (`rouge1`), word pairs (`rouge2`) or the longest common subsequence (`rougeL`).

    `stock` is the package's own tokenizer with Porter's stemmer, as published figures have it; it drops all that is
    not Latin, signs and decimals. With `stock=False` the tokens are Chartwell's: Chinese counts, numbers stay whole.
    Raises `MissingDependency`.
    """

    def __init__(self, kind: RougeKind, *, stock: bool = True) -> None:
        require("rouge_score")
        from rouge_score.rouge_scorer import RougeScorer

        self.name = kind if stock else f"{kind}_tokens"
        self._kind = kind
        self._scorer = RougeScorer([kind], tokenizer=_Stock() if stock else _Chartwell())
        tokens = "rouge-score+porter" if stock else "chartwell"
        self.signature = f"{kind}|f-measure|tok:{tokens}|v:rouge-score {version('rouge-score')}"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return [
            best([float(self._scorer.score(reference, answer)[self._kind].fmeasure) for reference in known])
            for answer, known in zip(answers, references, strict=True)
        ]


class _Stock:
    """The package's tokenizer, each text once."""

    def tokenize(self, text: str) -> Sequence[str]:
        return _stock_tokens(text)


class _Chartwell:
    """Chartwell's tokenizer in the form that rouge-score asks for."""

    def tokenize(self, text: str) -> Sequence[str]:
        return chartwell_tokens(text)


@functools.lru_cache(maxsize=_REMEMBERED)
def _stock_tokens(text: str) -> tuple[str, ...]:
    return tuple(_stock_tokenizer().tokenize(text))


@functools.lru_cache(maxsize=1)
def _stock_tokenizer():  # type: ignore[no-untyped-def]  # noqa: ANN202 - a class of an untyped package
    from rouge_score.tokenizers import DefaultTokenizer

    return DefaultTokenizer(use_stemmer=True)
