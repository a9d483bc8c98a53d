"""A language model as a decoder: it is given the rules, the evidence and the question, and its words are passed on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...errors import DecoderError
from ..prompts.messages import PICTURE_TOKENS, Fitted, Room, answer_messages
from ..prompts.prompt import Prompt
from .chat_model import ChatModel, Decoding, Finish, FinishReason, TextPiece
from .closing import closed_after

_LEAST_ANSWER = 64
"""Tokens that the answer needs at the least."""
_WORDLESS: Mapping[FinishReason, tuple[str, str]] = {
    "length": (
        "used up its {} tokens before its first word",
        "Raise `decoder.max_tokens`, or set `decoder.thinking = off`.",
    ),
    "stop": (
        "ended its answer before its first word",
        "Ask again. If it reasons only: `decoder.thinking = off`. `decoder.reasoning_opened` may be true without need.",
    ),
}
"""What a model did that ended for this reason and wrote nothing, and what to do."""


class PromptedDecoder:
    """Writes with a chat model. `pictures` is how many charts it may see, 0 for models of text alone.

    `picture_tokens` is what one of them takes of the context.
    What does not fit the model's context is left out, and the answer's warnings say so.
    """

    def __init__(
        self,
        model: ChatModel,
        decoding: Decoding | None = None,
        *,
        pictures: int = 0,
        picture_tokens: int = PICTURE_TOKENS,
    ) -> None:
        self._model = model
        self._decoding = decoding or Decoding()
        self._pictures = pictures
        self._picture_tokens = picture_tokens

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def stream(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> Iterator[TextPiece | Finish]:
        """Yield the model's words.

        Raises `DecoderError`, also where not even one piece of evidence fits, and where the model ends without a word:
        that the documents do not tell it would have to say.
        """
        fitted, decoding = self._fitted(prompt)
        if not fitted.shown:
            yield Finish("stop")
            return
        with closed_after(self._model.stream(fitted.messages, decoding, cancel=cancel)) as pieces:
            written = False
            for piece in pieces:
                if isinstance(piece, Finish):
                    if not written and piece.reason in _WORDLESS:
                        done, hint = _WORDLESS[piece.reason]
                        raise DecoderError(f"The model {self.name} {done.format(decoding.max_tokens)}.", hint=hint)
                    yield replace(piece, warnings=(*piece.warnings, *_left_out(prompt, fitted)))
                else:
                    written = written or bool(piece.text.strip())
                    yield piece

    def _fitted(self, prompt: Prompt) -> tuple[Fitted, Decoding]:
        context = self._model.context_tokens
        decoding = self._decoding
        if context is not None and decoding.max_tokens > context // 2:
            decoding = replace(decoding, max_tokens=max(context // 2, _LEAST_ANSWER))
        room = Room(None if context is None else context - decoding.max_tokens, self._pictures, self._picture_tokens)
        fitted = answer_messages(prompt, self._model.count_tokens, room)
        if prompt.evidence and not fitted.shown:
            raise DecoderError(
                f"The model {self.name} reads {context} tokens, too few for the question with one piece of evidence.",
                hint="Ask more briefly, or serve the model with a longer context.",
            )
        return fitted, decoding


def _left_out(prompt: Prompt, fitted: Fitted) -> list[str]:
    missing = [n for n in range(1, len(prompt.evidence) + 1) if n not in fitted.shown]
    told = [
        ("Evidence {} was left out", missing),
        ("Evidence {} was shortened", fitted.shortened),
        ("The picture of evidence {} was left out", fitted.unpictured),
    ]
    return [
        f"{what.format(', '.join(f'[{n}]' for n in numbers))}, because the model's context is full."
        for what, numbers in told
        if numbers
    ]
