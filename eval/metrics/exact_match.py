"""Exact match: whether the answer is the reference, but for what does not matter."""

from __future__ import annotations

from collections.abc import Sequence

from .normalisation import normalised_tokens, tokenizer_name
from .protocol import Value, best
from .text_tokens import chartwell_tokens


class ExactMatch:
    """1 where the answer equals a reference but for case, punctuation and articles (Rajpurkar et al., EMNLP 2016).

    `language` "zh" ignores spaces and Chinese punctuation too.
    """

    name = "exact_match"

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self.signature = f"exact_match|norm:{tokenizer_name(language)}"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        values = []
        for answer, known in zip(answers, references, strict=True):
            form = self._form(answer)
            values.append(best([float(form == self._form(reference)) for reference in known]))
        return values

    def _form(self, text: str) -> str:
        return ("" if self._language == "zh" else " ").join(normalised_tokens(text, self._language))


class ExactMatchTokens:
    """The same on Chartwell's search tokens, which keep signs, decimals and units: -3.2% is not 3.2%."""

    name = "exact_match_tokens"
    signature = "exact_match|norm:chartwell-tokens"

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return [
            best([float(chartwell_tokens(answer) == chartwell_tokens(reference)) for reference in known])
            for answer, known in zip(answers, references, strict=True)
        ]
