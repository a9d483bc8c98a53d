"""A question being answered in a thread of its own, so that the page that shows it may come, go and stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from ...errors import ChartwellError
from ...generation.answer import Answer, AnswerEvent, Claim, DoneEvent, RetrievalEvent, TokenEvent, VerdictEvent
from ...generation.conversation import Turn
from ...retrieval.evidence import Evidence
from ...retrieval.query import Where
from ..client import Chartwell


class AnswerJob:
    """Starts at once. `text`, `evidence` and `claims` grow; at the end there is an `answer` or an `error`."""

    def __init__(self, client: Chartwell, question: str, history: Sequence[Turn], where: Where | None = None) -> None:
        self.question = question
        self.text = ""
        self.evidence: tuple[Evidence, ...] = ()
        self.claims: list[Claim] = []
        self.answer: Answer | None = None
        self.error: ChartwellError | None = None
        self.seconds: dict[str, float] = {}
        self._cancel = threading.Event()
        self._started = time.perf_counter()
        self._thread = threading.Thread(target=self._run, args=(client, history, where), daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether there is nothing more to come."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to end with what it has written."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; whether it came."""
        self._thread.join(seconds)
        return self.done

    def _run(self, client: Chartwell, history: Sequence[Turn], where: Where | None) -> None:
        try:
            self._follow(client.stream(self.question, history=history, where=where, cancel=self._cancel))
        except ChartwellError as error:
            self.error = error

    def _follow(self, events: Iterator[AnswerEvent]) -> None:
        for event in events:
            if isinstance(event, RetrievalEvent):
                self.evidence = event.evidence
                self.seconds["first evidence"] = time.perf_counter() - self._started
            elif isinstance(event, TokenEvent):
                self.seconds.setdefault("first word", time.perf_counter() - self._started)
                self.text += event.text
            elif isinstance(event, VerdictEvent):
                self.claims.append(event.claim)
            elif isinstance(event, DoneEvent):
                self.answer = event.answer


def history_of(turns: Sequence[tuple[str, Mapping[str, object]]]) -> list[Turn]:
    """Questions and answers (in JSON form) as a chat history."""
    return [
        message
        for question, answer in turns
        for message in (
            {"role": "user", "content": question},
            {"role": "assistant", "content": str(answer.get("text", ""))},
        )
    ]
