"""What comes from a server, checked piece by piece."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ....indexing.encoders.token_counter import encodable
from ..chat_model import Decoding, Finish, FinishReason, TextPiece, Usage
from ..reasoning_text import WithoutReasoning
from .failures import broken_off
from .options import VllmOptions

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_FINISHES: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
_MOST_CHUNKS_BESIDE_TOKENS = 64
"""There is a chunk for one token or more; beside them there are those of role, reason and usage, and some slack."""
_IMPOSSIBLE = -9999.0
"""What vLLM says in place of the logarithm of zero."""


class AnswerStream:
    """Turns the client's chunks into pieces, and remembers why the answer stopped and what it took.

    Reasoning in front of the answer is left out, its log-probabilities too.

    Raises `DecoderInterrupted` where a stream does not end, ends without a reason, or holds no numbers for
    log-probabilities.
    """

    def __init__(self, options: VllmOptions, decoding: Decoding) -> None:
        self._options = options
        self._chunks_left = decoding.max_tokens + _MOST_CHUNKS_BESIDE_TOKENS
        self._reason: str | None = None
        self._usage: Usage | None = None
        self._answer = WithoutReasoning(opened=options.opened_reasoning(decoding))
        self._held: tuple[float, ...] = ()
        self.heard = False
        """Whether anything has come."""
        self.begun = False
        """Whether text has come."""

    @property
    def complete(self) -> bool:
        """Whether the server has said why it stopped: what goes wrong from then on harms nobody."""
        return self._reason is not None

    def piece(self, chunk: AIMessage) -> TextPiece | None:
        """The text of a chunk with its log-probabilities, None where it has neither."""
        self.heard = True
        self._chunks_left -= 1
        if self._chunks_left < 0:
            raise broken_off(self._options, "it goes on without an end")
        if chunk.usage_metadata:
            self._usage = Usage(chunk.usage_metadata["input_tokens"], chunk.usage_metadata["output_tokens"])
        text = encodable(chunk.text)
        logprobs = self._logprobs(chunk.response_metadata.get("logprobs"))
        # The last: an end that comes with something unreadable is none.
        reason = chunk.response_metadata.get("finish_reason")
        self._reason = str(reason) if reason else self._reason
        self.begun = self.begun or bool(text)
        return self._told(text, logprobs)

    def _told(self, text: str, logprobs: tuple[float, ...]) -> TextPiece | None:
        """What of a text belongs to the answer by now, with the log-probabilities of all that is passed on."""
        told = self._answer.fed(text) + (self._answer.rest() if self.complete else "")
        if self._answer.inside or (text and not told and not self._answer.undecided):
            self._held = ()  # it was reasoning
            return None
        self._held += logprobs
        if not told and not self._answer.passing and not self.complete:
            return None
        logprobs, self._held = self._held, ()
        return TextPiece(told, logprobs) if told or logprobs else None

    def finish(self, warnings: tuple[str, ...]) -> Finish:
        """How it ended."""
        if self._reason is None:
            said = "the stream ended without a reason" if self.begun else "it sent an empty stream"
            raise broken_off(self._options, said)
        if self._reason not in _FINISHES:
            raise broken_off(self._options, f"it stopped for {self._reason!r}")
        return Finish(_FINISHES[self._reason], self._usage, warnings)

    def _logprobs(self, given: Any) -> tuple[float, ...]:  # noqa: ANN401 - JSON
        values = [float(token["logprob"]) for token in (given or {}).get("content") or ()]
        if any(math.isnan(value) for value in values):
            raise broken_off(
                self._options,
                "its log-probabilities are no numbers (NaN), as where weights overflow in float16; bfloat16 may help",
            )
        return tuple(min(0.0, max(_IMPOSSIBLE, value)) for value in values)
