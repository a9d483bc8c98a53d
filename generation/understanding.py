"""What to search for: the question made to stand alone, its parts, and, if wanted, an imagined answer.

A language model does it where there is one, rules where there is none or it fails; the answer then says so.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import DecoderError, DecoderUnreachable
from ..indexing.language import detect_language
from .conversation import MOST_TURNS, Turn, standalone_question
from .decoders.chat_model import ChatModel, Decoding, Finish, Message, TextPiece
from .decoders.closing import closed_after
from .prompts.conversation_text import follow_up
from .prompts.instructions import wording
from .prompts.neutral import unmarked
from .question_parts import MOST_PARTS, looks_compound, question_parts

_LONGEST_QUESTION = 600
_PAUSE_SECONDS = 30.0
"""A model that could not be reached is not asked again for so long: not every question shall wait for it."""
_BRIEFLY = Decoding(max_tokens=200, thinking=False)
_LEAD = re.compile(
    r"^(?:\s*(?:[-*•]+|[(（]?\d{1,2}[.)、．）](?!\d)|[①-⑳]"
    r"|(?:question|rewritten question|问题|改写后的问题)\s*\d{0,2}\s*[:：]))+\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ConversationOptions:
    """Whether a model rewrites follow-ups, whether comparisons are taken apart, and whether an answer is imagined."""

    rewrite: bool = True
    decompose: bool = True
    hyde: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """The stand-alone question, the parts it falls into, and a text like its answer, for the search alone."""

    question: str
    parts: tuple[str, ...] = ()
    imagined: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def searches(self) -> list[str]:
        """All that is searched for, the question first."""
        return [self.question, *self.parts, *filter(None, [self.imagined])]


@dataclass(slots=True)
class _Asking:
    """One reading: whether it is still wanted, and what went wrong in it."""

    cancel: threading.Event | None
    warnings: list[str] = field(default_factory=list)

    @property
    def cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()


class Understanding:
    """Reads a question with what was said before it. Without a model, and where the model fails, by rules."""

    def __init__(self, model: ChatModel | None = None, options: ConversationOptions | None = None) -> None:
        self._model = model
        self._options = options or ConversationOptions()
        self._rest_until = 0.0

    def read(self, question: str, history: Sequence[Turn], *, cancel: threading.Event | None = None) -> Understood:
        """What to search for. A model is asked at most three short questions, and none where nothing is to do.

        Where `cancel` is set, the model is left alone, and rules do the rest.
        """
        asking = _Asking(cancel)
        whole = self._standalone(question, history, asking)
        parts = self._parts(whole, asking) if self._options.decompose else ()
        imagined = self._imagined(whole, asking) if self._options.hyde else ""
        return Understood(whole, parts, imagined, tuple(asking.warnings))

    def _standalone(self, question: str, history: Sequence[Turn], asking: _Asking) -> str:
        by_rules = standalone_question(question, history)
        if self._model is None or not self._options.rewrite or not history:
            return by_rules
        shown = follow_up(question, history[-MOST_TURNS:], wording(detect_language(question)))
        instead = "The question was completed by rules"
        lines = self._asked(self._model, "rewrite", question, asking, instead, shown)
        return lines[0] if lines else by_rules

    def _parts(self, question: str, asking: _Asking) -> tuple[str, ...]:
        by_rules = question_parts(question)
        if by_rules or self._model is None or not looks_compound(question):
            return by_rules
        lines = self._asked(self._model, "split", question, asking, "The question was not taken apart")
        return tuple(dict.fromkeys(lines[:MOST_PARTS])) if len(lines) > 1 else ()

    def _imagined(self, question: str, asking: _Asking) -> str:
        """One sentence, so that all of it counts as asked (HyDE, Gao et al. 2023)."""
        if self._model is None:
            return ""
        instead = "No answer was imagined for the search"
        lines = self._asked(self._model, "imagine", question, asking, instead, half=True)
        return re.sub(r"(?:[.!?]+(?=\s|$)|[。！？]+)\s*", "; ", " ".join(lines)).strip("; ")

    def _asked(
        self,
        model: ChatModel,
        task: str,
        question: str,
        asking: _Asking,
        instead: str,
        shown: str = "",
        *,
        half: bool = False,
    ) -> list[str]:
        """The lines that the model writes, without numbers and bullets; none, and a warning, where it fails.

        Lines that only announce the next one are left out, and so is one that the limit of tokens has cut, unless
        `half` a line will do. It is shown the question, or `shown`.
        """
        if asking.cancelled:
            return []
        if time.monotonic() < self._rest_until:
            asking.warnings.append(f"{instead}, because the model could not be reached a moment ago.")
            return []
        instruction = str(getattr(wording(detect_language(question)), task)).replace("{most}", str(MOST_PARTS))
        messages = [Message("system", instruction), Message("user", shown or unmarked(question))]
        try:
            with closed_after(model.stream(messages, _BRIEFLY, cancel=asking.cancel)) as pieces:
                said = list(pieces)
        except DecoderError as error:
            if isinstance(error, DecoderUnreachable):
                self._rest_until = time.monotonic() + _PAUSE_SECONDS
            asking.warnings.append(f"{instead}, because the model could not be asked: {error.message}")
            return []
        if asking.cancelled:
            return []
        text = "".join(piece.text for piece in said if isinstance(piece, TextPiece))
        cut = any(isinstance(piece, Finish) and piece.reason == "length" for piece in said)
        lines = [_LEAD.sub("", line).strip().strip('"“”*') for line in text.splitlines()]
        lines = [line for line in lines[: -1 if cut and not half else None] if line and not line.endswith((":", "："))]
        if not lines or max(map(len, lines)) > max(_LONGEST_QUESTION, 2 * len(question)):
            asking.warnings.append(f"{instead}, because the model wrote nothing that is a question.")
            return []
        return lines
