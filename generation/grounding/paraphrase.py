"""Claims that say in other words what a sentence of the evidence says, by the vectors of both.

Vectors tell what is spoken of, not what is said of it: a sentence and its contrary are as near as a sentence and its
paraphrase. So likeness alone supports nothing. It only makes up for words that are missing, where at least half of the
wording, and all numbers, names, comparisons and negations, have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...indexing.language import detect_language

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> `(n, dimension) float32`, rows of length 1: `TextEncoder.encode_documents`."""
ALIKE = 0.85
"""Cosine from which two sentences say about the same, chosen with all-MiniLM-L6-v2 on the half of the benchmark that is
for development: of claims of which words are missing, true ones lie above 0.89 there, others below 0.79."""
_SAID_TWICE = ("It rained all day, so the streets are wet.", "下了一整天雨，所以街道是湿的。")
_ONE_TONGUE = 0.5
"""Cosine of the two from which an encoder knows Chinese; it is near 0 for those that do not."""


class Likeness:
    """Compares claims with sentences. An encoder that knows no Chinese takes all of it for alike: it is not asked."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def of(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[float]:
        """The cosine of each claim with the most similar one of its sentences, 0 where none is compared. One batch."""
        known = [claim.isascii() or not _is_chinese(claim) or self._knows_chinese for claim, _ in pairs]
        texts = dict.fromkeys(
            text
            for (claim, sentences), asked in zip(pairs, known, strict=True)
            if asked
            for text in (claim, *sentences)
        )
        rows = dict(zip(texts, self._encode(list(texts)), strict=True)) if texts else {}
        return [
            max((float(rows[claim] @ rows[sentence]) for sentence in sentences if asked), default=0.0)
            for (claim, sentences), asked in zip(pairs, known, strict=True)
        ]

    @cached_property
    def _knows_chinese(self) -> bool:
        english, chinese = self._encode(_SAID_TWICE)
        return float(english @ chinese) >= _ONE_TONGUE


def _is_chinese(text: str) -> bool:
    return detect_language(text) == "zh"
