"""What writes an answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from ..prompts import Prompt
from .chat_model import Finish, TextPiece


class Decoder(Protocol):
    """Writes the answer to a prompt, piece by piece, with `[n]` behind each statement."""

    @property
    def name(self) -> str:
        """Who wrote the answer."""
        ...

    def stream(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> Iterator[TextPiece | Finish]:
        """Yield the answer in pieces, none where nothing is told, and one `Finish`. Raises `DecoderError`."""
        ...
