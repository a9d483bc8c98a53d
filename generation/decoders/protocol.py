"""What writes an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..prompts import Prompt


class Decoder(Protocol):
    """Writes the answer to a prompt, piece by piece, with `[n]` behind each statement.

    Yields nothing where the evidence does not tell. Raises `DecoderError`.
    """

    name: str

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the answer's text in pieces."""
        ...
