"""Whether two words that stand for each other are contraries (approved, rejected), by the vectors of an encoder.

Contraries are as near as words of the same meaning, but they lie on different sides of one direction: that from the
worse to the better, from less to more, from no to yes. The comparisons that the rules know make it up, each by a word
of either side (after the semantic differential of Osgood, Suci and Tannenbaum, 1957). Contraries that are neither
better nor worse (bought, sold) are not told apart by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .paraphrase import Encode
from .polarity import opposites

_APART = 0.43
"""Distance on the scale, in that between the sides of a known comparison, from which two words on different sides of
its middle are contraries. Chosen with all-MiniLM-L6-v2 on 66 pairs of contraries and 71 of synonyms."""
_OF_THE_SAME = 0.3
"""Cosine from which a word may stand for another one that does not stand in its place."""
_KNOWN = 0.9
"""Share of the comparisons that the scale of all others must get right, else an encoder does not know the language."""


class Replaced(NamedTuple):
    """A word of a claim, and those of a sentence that it may stand for.

    `in_place` tells that all around it is the same there.
    """

    word: str
    others: tuple[str, ...]
    in_place: bool = False


class _Scale(NamedTuple):
    direction: NDArray[np.float32]
    middle: float
    unit: float


class Contraries:
    """Tells contraries from other words. An encoder that does not know a language is not asked about it."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def knows(self, *, chinese: bool) -> bool:
        """Whether the encoder knows the language well enough."""
        return self._scale(chinese=chinese) is not None

    def of(self, replaced: Sequence[Replaced]) -> list[str]:
        """For each word the one of the others that it is the contrary of, empty where there is none. One batch."""
        texts = list(dict.fromkeys(text for one in replaced for text in (one.word, *one.others)))
        rows = dict(zip(texts, self._encode(texts), strict=True)) if texts else {}
        return [self._contrary(one, rows) for one in replaced]

    def _contrary(self, replaced: Replaced, rows: dict[str, NDArray[np.float32]]) -> str:
        scale = self._scale(chinese=not replaced.word.isascii())
        if scale is None or not replaced.others:
            return ""
        own = rows[replaced.word]
        nearest = max(replaced.others, key=lambda other: float(own @ rows[other]))
        if not replaced.in_place and float(own @ rows[nearest]) < _OF_THE_SAME:
            return ""
        low, high = sorted(float(row @ scale.direction) - scale.middle for row in (own, rows[nearest]))
        return nearest if low < 0.0 < high and high - low >= _APART * scale.unit else ""

    def _scale(self, *, chinese: bool) -> _Scale | None:
        return self._chinese if chinese else self._english

    @cached_property
    def _english(self) -> _Scale | None:
        return _scale_of(self._encode, opposites(chinese=False))

    @cached_property
    def _chinese(self) -> _Scale | None:
        return _scale_of(self._encode, opposites(chinese=True))


def _scale_of(encode: Encode, pairs: Sequence[tuple[str, str]]) -> _Scale | None:
    rows = encode([word for pair in pairs for word in pair])
    gaps = rows[::2] - rows[1::2]
    total = gaps.sum(axis=0)
    others = total - gaps
    if np.mean((gaps * others).sum(axis=1) > 0.0) < _KNOWN:
        return None
    direction = total / np.linalg.norm(total)
    return _Scale(direction, float(np.mean(rows @ direction)), float(np.median(gaps @ direction)))
