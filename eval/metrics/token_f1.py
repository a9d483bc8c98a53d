"""Token F1: harmonic mean of token precision and recall (Rajpurkar et al., EMNLP 2016)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from .normalisation import normalised_tokens, tokenizer_name
from .protocol import Value, best
from .text_tokens import chartwell_tokens


class TokenF1:
    """On the words that SQuAD's normalisation leaves; `language` "zh" counts Chinese by characters, as CMRC does."""

    name = "token_f1"

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self.signature = f"token_f1|norm:{tokenizer_name(language)}"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return _score(answers, references, lambda text: normalised_tokens(text, self._language))


class TokenF1Tokens:
    """On Chartwell's search tokens: Chinese by jieba's words and bigrams, numbers with sign and unit."""

    name = "token_f1_tokens"
    signature = "token_f1|norm:chartwell-tokens"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return _score(answers, references, chartwell_tokens)


def _score(
    answers: Sequence[str], references: Sequence[Sequence[str]], tokens: Callable[[str], Sequence[str]]
) -> list[Value]:
    values = []
    for answer, known in zip(answers, references, strict=True):
        own = tokens(answer)
        values.append(best([token_f1(own, tokens(reference)) for reference in known]))
    return values


def token_f1(answer: Sequence[str], reference: Sequence[str]) -> float:
    """F1 of two bags of tokens; where one is empty, whether both are."""
    if not answer or not reference:
        return float(len(answer) == len(reference))
    common = (Counter(answer) & Counter(reference)).total()
    return 2 * common / (len(answer) + len(reference))
