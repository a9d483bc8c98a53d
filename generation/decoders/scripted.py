"""A chat model that says what it is told to say: for tests of what is built on Chartwell.

chat = ScriptedChat("Net sales rose by 12 % [1].")
chat = ScriptedChat(Reply("It rose", error=DecoderInterrupted("…")), "It rose by 12 % [1].")
chat = ScriptedChat(lambda messages, decoding: "{}" if decoding.json_schema else "It rose [1].")
…
chat.asked[0].messages, chat.asked[0].decoding
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...errors import DecoderError
from .chat_model import Decoding, Finish, FinishReason, Message, TextPiece, Usage

_TOKENS = re.compile(r"\s*(?:[A-Za-z0-9_]+|[^\sA-Za-z0-9_]|$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: a text, which comes word by word, or the pieces in which it comes.

    `first_delay_seconds` pass before the first piece, `delay_seconds` before each other. After the pieces comes
    `error` where one is given, else `finish`. Every piece counts as one token, whose probability is 1 where `logprobs`
    gives no others.
    """

    text: str | Sequence[str]
    delay_seconds: float = 0.0
    first_delay_seconds: float = 0.0
    error: DecoderError | None = None
    finish: FinishReason = "stop"
    logprobs: Sequence[float] = ()

    @property
    def pieces(self) -> list[str]:
        """The text in pieces."""
        if isinstance(self.text, str):
            return [token for token in _TOKENS.findall(self.text) if token]
        return list(self.text)


Said = str | Reply
Script = Said | Callable[[Sequence[Message], Decoding], Said]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model was asked, and how to decode."""

    messages: tuple[Message, ...]
    decoding: Decoding


class ScriptedChat:
    """A `ChatModel` that gives one reply of its script for each question, the last one ever after.

    A reply is a text, a `Reply`, or a function of messages and decoding that gives one. `decoding.max_tokens` is
    obeyed, the other settings are only recorded, in `asked`. Safe to use from several threads.
    """

    def __init__(self, *script: Script, name: str = "scripted", context_tokens: int | None = None) -> None:
        if not script:
            raise ValueError("a script has one reply at least")
        self.name = name
        self.context_tokens = context_tokens
        self.asked: list[Asked] = []
        self._script = script
        self._turn = threading.Lock()

    def stream(
        self, messages: Sequence[Message], decoding: Decoding, *, cancel: threading.Event | None = None
    ) -> Iterator[TextPiece | Finish]:
        """See `ChatModel.stream`. Raises what the script says."""
        with self._turn:
            entry = self._script[min(len(self.asked), len(self._script) - 1)]
            self.asked.append(Asked(tuple(messages), decoding))
        said = entry(messages, decoding) if callable(entry) else entry
        reply = Reply(said) if isinstance(said, str) else said
        pieces = reply.pieces
        prompt_tokens = sum(self.count_tokens(message.text) for message in messages)
        written = 0
        for number, text in enumerate(pieces[: decoding.max_tokens]):
            if _cancelled(cancel, reply.delay_seconds if number else reply.first_delay_seconds):
                yield Finish("cancelled", Usage(prompt_tokens, written))
                return
            written += 1
            logprob = reply.logprobs[number] if number < len(reply.logprobs) else 0.0
            yield TextPiece(text, (logprob,) if decoding.logprobs else ())
        if _cancelled(cancel, 0.0 if pieces else reply.first_delay_seconds):
            yield Finish("cancelled", Usage(prompt_tokens, written))
            return
        cut = len(pieces) > decoding.max_tokens
        if reply.error is not None and not cut:
            raise reply.error
        yield Finish("length" if cut else reply.finish, Usage(prompt_tokens, written))

    def count_tokens(self, text: str) -> int:
        """Words and signs."""
        return sum(1 for token in _TOKENS.findall(text) if token.strip())


def _cancelled(cancel: threading.Event | None, seconds: float) -> bool:
    """Let time pass; whether the answer was cancelled by then."""
    if cancel is None:
        time.sleep(seconds)
        return False
    return cancel.wait(seconds) if seconds else cancel.is_set()
