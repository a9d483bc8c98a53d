"""The stem that words are compared by."""

from __future__ import annotations

import functools


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Snowball's English stem of a word without its possessive and full stops; other scripts stay as they are."""
    import Stemmer

    plain = word.lower().removesuffix("'s").removesuffix("’s").replace(".", "")
    # A stemmer must not be shared between threads, and making one takes less than a microsecond.
    stemmed: str = Stemmer.Stemmer("english", 0).stemWord(plain)
    return stemmed
