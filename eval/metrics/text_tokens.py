"""Tokens of answers and references, which several metrics ask for one after another."""

from __future__ import annotations

import functools

from ...indexing.tokens import tokenize

_REMEMBERED = 4_096
"""Texts: those of a block of items, which all metrics score before the next one."""


@functools.lru_cache(maxsize=_REMEMBERED)
def chartwell_tokens(text: str) -> tuple[str, ...]:
    """Chartwell's search tokens: stemmed English, Chinese words and bigrams, numbers whole with sign and unit."""
    return tuple(tokenize(text))
