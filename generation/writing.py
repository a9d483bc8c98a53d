"""An answer in the making: pieces of text become events, and what is written is checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .answer import AnswerEvent, AnswerPolicy, CitationEvent, Claim, TokenEvent, VerdictEvent
from .citation_binding import Checks, checked_statements
from .citations import CitationParser, statements
from .decoders.chat_model import Finish, TextPiece
from .prompts import Prompt

_BEGUN = 12
"""Characters of the next statement that tell for sure that the one before it has ended, its citations too."""


@dataclass(slots=True)
class Writing:
    """Turns a decoder's pieces into events by the answer's policy, and keeps what the answer is made of.

    `annotate`: every piece is passed on at once, and the whole is checked at the end. `strict`: a statement is held
    back until it is complete and checked; where a claim of it fails, it is left out and never shown. Once `cancel` is
    set, the rules alone check.
    """

    prompt: Prompt
    checks: Checks
    policy: AnswerPolicy = "annotate"
    cancel: threading.Event | None = None
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    withheld: list[Claim] = field(default_factory=list)
    finish: Finish = field(default_factory=lambda: Finish("stop"))
    check_seconds: float = 0.0
    _citations: CitationParser = field(default_factory=CitationParser)

    def events(self, pieces: Iterable[TextPiece | Finish]) -> Iterator[AnswerEvent]:
        """Token, citation and verdict events."""
        pending = ""
        for piece in pieces:
            if isinstance(piece, Finish):
                self.finish = piece
                break
            pending += piece.text
            if self.policy == "annotate":
                yield from self._shown(piece.text, piece.logprobs)
                continue
            complete = _complete(pending)
            if complete:
                yield from self._checked(pending[:complete])
                pending = pending[complete:]
        yield from self._checked(pending)
        self.text = self.text.strip()

    def _shown(self, text: str, logprobs: tuple[float, ...] = (), added: tuple[int, ...] = ()) -> Iterator[AnswerEvent]:
        yield TokenEvent(text, logprobs)
        for number in self._citations.feed(text):
            yield self._cited(number, repaired=number in added)

    def _checked(self, text: str) -> Iterator[AnswerEvent]:
        started = time.perf_counter()
        found = checked_statements(self.checks, text, self.prompt.evidence, self.prompt.question, cancel=self.cancel)
        self.check_seconds += time.perf_counter() - started
        for statement in found:
            if self.policy == "strict":
                if not statement.passes:
                    self.withheld += statement.claims
                    continue
                yield from self._shown(statement.text, added=statement.added)
            else:
                for number in statement.added:
                    yield self._cited(number, repaired=True)
            self.text += statement.text
            self.claims += statement.claims
            for claim in statement.claims:
                yield VerdictEvent(claim)

    def _cited(self, number: int, *, repaired: bool = False) -> CitationEvent:
        evidence = self.prompt.evidence
        return CitationEvent(number, evidence[number - 1] if 1 <= number <= len(evidence) else None, repaired)


def _complete(text: str) -> int:
    """How many characters of a text that is still being written are complete statements."""
    found = statements(text)
    return found[-1].start if len(found) > 1 and len(found[-1].text) >= _BEGUN else 0
