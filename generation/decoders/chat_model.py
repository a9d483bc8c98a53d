"""What a language model is to the rest of generation: messages in, pieces of text out, then why it stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

FinishReason = Literal["stop", "length", "cancelled", "interrupted"]
"""`interrupted`: the decoder failed in the middle, and what it had written was kept (see `fallback`)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; `images` are picture files that a vision model sees behind the text."""

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the next token is chosen. Temperature 0 and one beam is greedy; `top_k` 0 means all.

    `json_schema` constrains the output; `logprobs` asks for the log-probability of every token. Without `thinking`,
    models that would reason before they answer do not: for short tasks, whose tokens that would use up.
    """

    max_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    beams: int = 1
    seed: int | None = None
    logprobs: bool = False
    json_schema: Mapping[str, Any] | None = None
    thinking: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of text; `logprobs` has one natural logarithm a token where they were asked for."""

    text: str
    logprobs: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """The last that a stream yields: why it stopped, and what it took where the model tells.

    `warnings` say what went wrong without ending the answer; `decoder` names who wrote it where that is not the one
    that was asked.
    """

    reason: FinishReason
    usage: Usage | None = None
    warnings: tuple[str, ...] = ()
    decoder: str | None = None


class ChatModel(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """What the answer says wrote it."""
        ...

    @property
    def context_tokens(self) -> int | None:
        """What prompt and answer may take together; None where nobody knows."""
        ...

    def stream(
        self, messages: Sequence[Message], decoding: Decoding, *, cancel: threading.Event | None = None
    ) -> Iterator[TextPiece | Finish]:
        """Yield text as it comes and one `Finish` at the end. Raises `DecoderError`."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer where it can be had, else a careful estimate from above."""
        ...
