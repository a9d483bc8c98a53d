"""Porter's stems by NLTK, each word once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nltk.stem.porter import PorterStemmer


class CachedPorter:
    """In the form that NLTK and rouge-score ask for."""

    def stem(self, word: str) -> str:
        """The stem of a word."""
        return _stem(word)


@functools.lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_stemmer().stem(word))


@functools.lru_cache(maxsize=1)
def _stemmer() -> PorterStemmer:
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()
