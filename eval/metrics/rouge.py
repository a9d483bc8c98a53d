"""ROUGE-1, -2 and -L (Lin, 2004) as the package rouge-score has it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Literal

from .packages import require
from .porter import CachedPorter
from .protocol import Value, best
from .text_tokens import chartwell_tokens

RougeKind = Literal["rouge1", "rouge2", "rougeL"]
Tokens = Callable[[str], Sequence[str]]
_REMEMBERED = 4_096


class Rouge:
    """F-measure of shared words (`rouge1`), word pairs (`rouge2`) or the longest common subsequence (`rougeL`).

    `stock` is the package's own tokenizer with Porter's stemmer, as published figures have it; it drops all that is
    not Latin, signs and decimals. With `stock=False` the tokens are Chartwell's: Chinese counts, numbers stay whole.
    Raises `MissingDependency`.
    """

    def __init__(self, kind: RougeKind, *, stock: bool = True) -> None:
        require("rouge_score")
        require("rapidfuzz")
        self.name = kind if stock else f"{kind}_tokens"
        self._tokens: Tokens = _stock_tokens if stock else chartwell_tokens
        self._fmeasure = _lcs_fmeasure if kind == "rougeL" else _NgramFmeasure(kind, self._tokens)
        tokenizer = "rouge-score+porter" if stock else "chartwell"
        self.signature = f"{kind}|f-measure|tok:{tokenizer}|v:rouge-score {version('rouge-score')}"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return [
            best([self._fmeasure(self._tokens, answer, reference) for reference in known])
            for answer, known in zip(answers, references, strict=True)
        ]


class _NgramFmeasure:
    """By the package."""

    def __init__(self, kind: str, tokens: Tokens) -> None:
        from rouge_score.rouge_scorer import RougeScorer

        self._kind = kind
        self._scorer = RougeScorer([kind], tokenizer=_Tokenizer(tokens))

    def __call__(self, _tokens: Tokens, answer: str, reference: str) -> float:
        return float(self._scorer.score(reference, answer)[self._kind].fmeasure)


class _Tokenizer:
    """A tokenizer in the form that rouge-score asks for."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokenize = tokens


def _lcs_fmeasure(tokens: Tokens, answer: str, reference: str) -> float:
    """By rapidfuzz: the package's own table in plain Python takes most of the time of all metrics together."""
    from rapidfuzz.distance import LCSseq

    own, known = tokens(answer), tokens(reference)
    common = LCSseq.similarity(own, known) if own and known else 0
    return 2 * common / (len(own) + len(known)) if common else 0.0


@functools.lru_cache(maxsize=_REMEMBERED)
def _stock_tokens(text: str) -> tuple[str, ...]:
    from rouge_score.tokenize import tokenize

    return tuple(tokenize(text, CachedPorter()))
