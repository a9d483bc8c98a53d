"""Counts tokens by the model's own tokenizer: here where its folder is at hand, else at the server, else estimated."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ....errors import DecoderError
from ....indexing.encoders.token_counter import HfTokenCounter
from ....indexing.recently_used import RecentlyUsed
from .tokens import estimated_tokens

_REMEMBERED = 4096
_PAUSE_SECONDS = 30.0
"""A server that does not count is not asked again for so long."""
Count = Callable[[Sequence[str]], list[int]]


class TokenCounting:
    """Counts are remembered, the latest 4,096 texts. Safe to call from several threads.

    `ask` counts at the server and raises `DecoderError` where it does not. Raises `ModelUnavailable` at the first
    count where `tokenizer` is given and holds no `tokenizer.json` that can be read.
    """

    def __init__(self, ask: Count, tokenizer: Path | None = None) -> None:
        self._count: Count = HfTokenCounter(tokenizer / "tokenizer.json", 0).count if tokenizer else ask
        self._known: RecentlyUsed[str, int] = RecentlyUsed(_REMEMBERED)
        self._asleep_until = 0.0

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text; those that nobody has counted yet are counted together."""
        counts = self._known.known(texts)
        new = [text for text in dict.fromkeys(texts) if text and text not in counts]
        if new and time.monotonic() >= self._asleep_until:
            try:
                counted = dict(zip(new, self._count(new), strict=True))
            except DecoderError:
                self._asleep_until = time.monotonic() + _PAUSE_SECONDS
            else:
                counts |= counted
                self._known.keep(counted)
        return [counts[text] if text in counts else estimated_tokens(text) for text in texts]
