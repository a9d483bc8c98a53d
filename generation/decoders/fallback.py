"""Another decoder in place of one that fails: declared, never silent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

from ...errors import DecoderError, DecoderUnreachable
from ..prompts import Prompt
from .chat_model import Finish, TextPiece
from .closing import closed_after
from .protocol import Decoder

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 30.0
"""A server that could not be reached is not asked again for so long: not every question shall wait for it."""


class FallbackDecoder:
    """Asks `first`, and `second` where that fails before its first word.

    Where it fails later, what it has written stays and no other is asked: readers have seen it, and half an answer by
    one and half by another would be neither's. Its end then says `interrupted`. Either way `Finish.warnings` tells
    what happened, and `Finish.decoder` who wrote.

    `second` is not asked where the evidence is less likely than `min_answerability` to answer the question: one that
    quotes cannot say by itself that it is not told, as a language model can.
    """

    def __init__(
        self,
        first: Decoder,
        second: Decoder,
        *,
        min_answerability: float = 0.0,
        pause_seconds: float = _PAUSE_SECONDS,
    ) -> None:
        self._first = first
        self._second = second
        self._min_answerability = min_answerability
        self._pause_seconds = pause_seconds
        self._resting = ""
        self._rest_until = 0.0

    @property
    def name(self) -> str:
        """The name of the first decoder, which is meant to write."""
        return self._first.name

    def stream(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> Iterator[TextPiece | Finish]:
        """See `Decoder.stream`. Raises what the second decoder raises."""
        if time.monotonic() < self._rest_until:
            yield from self._fall_back(prompt, cancel, f"{self._resting} It was not asked again.")
            return
        begun = False
        try:
            with closed_after(self._first.stream(prompt, cancel=cancel)) as pieces:
                for piece in pieces:
                    begun = begun or (isinstance(piece, TextPiece) and bool(piece.text.strip()))
                    yield piece
            return
        except DecoderError as error:
            failed = error
        logger.warning("%s", failed)
        if begun:
            told = f"{failed.message} What it had written until then was kept."
            yield Finish("interrupted", warnings=(told,), decoder=self._first.name)
            return
        if isinstance(failed, DecoderUnreachable):
            self._resting, self._rest_until = failed.message, time.monotonic() + self._pause_seconds
        yield from self._fall_back(prompt, cancel, failed.message)

    def _fall_back(self, prompt: Prompt, cancel: threading.Event | None, why: str) -> Iterator[TextPiece | Finish]:
        likely = prompt.answerability
        if likely is not None and likely < self._min_answerability:
            told = f"{why} The {self._second.name} decoder, which would answer instead, finds nothing that is told."
            yield Finish("stop", warnings=(told,), decoder=self._second.name)
            return
        warning = f"{why} The {self._second.name} decoder answered instead."
        with closed_after(self._second.stream(prompt, cancel=cancel)) as pieces:
            for piece in pieces:
                if isinstance(piece, Finish):
                    writer = piece.decoder or self._second.name
                    yield Finish(piece.reason, piece.usage, (warning, *piece.warnings), writer)
                else:
                    yield piece
