"""A question being answered in a thread of its own, so that the page that shows it may come, go and stop it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from ...generation.answer import Answer, AnswerEvent, Claim, DoneEvent, RetrievalEvent, TokenEvent, VerdictEvent
from ...generation.conversation import Turn
from ...indexing.conversations import Conversations
from ...retrieval.evidence import Evidence
from ...retrieval.query import Where
from ..client import Chartwell

_TITLE_CHARACTERS = 80
logger = logging.getLogger(__name__)


class AnswerJob:
    """Starts at once. `text`, `evidence` and `claims` grow; at the end there is an `answer` or an `error`.

    `keep` is given the answer, in the job's thread: it is kept although the page may be closed by then.
    """

    def __init__(
        self,
        client: Chartwell,
        question: str,
        history: Sequence[Turn],
        where: Where | None = None,
        keep: Callable[[Answer], None] = lambda _: None,
    ) -> None:
        self.question = question
        self.text = ""
        self.evidence: tuple[Evidence, ...] = ()
        self.claims: list[Claim] = []
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self.seconds: dict[str, float] = {}
        self.keep = keep
        self._cancel = threading.Event()
        self._news = threading.Event()
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

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until more has come than when this was called last, or the end; whether it has."""
        news = self._news.wait(seconds)
        self._news.clear()
        return news

    def _run(self, client: Chartwell, history: Sequence[Turn], where: Where | None) -> None:
        try:
            self._follow(client.stream(self.question, history=history, where=where, cancel=self._cancel))
        except Exception as error:  # whatever it was: the page waits, and has to say that it failed
            logger.debug("no answer to %r", self.question, exc_info=True)
            self.error = error
        finally:
            self._news.set()

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
                self.keep(event.answer)
                self.answer = event.answer
            self._news.set()


class Keeper:
    """Keeps an answer in a conversation, a new one where that is None or deleted meanwhile: see `conversation`.

    It takes the place of the turn `instead_of` and of all after it. These stay until there is an answer; if that is
    stopped before a word of it is written, they stay for good.
    """

    def __init__(
        self, talks: Conversations, conversation: int | None, question: str, instead_of: int | None = None
    ) -> None:
        self.conversation = conversation
        self.instead_of = instead_of
        self._talks = talks
        self._question = question

    def __call__(self, answer: Answer) -> None:
        """Keep it. Raises as `Conversations.append`."""
        if self.instead_of is not None and answer.finish == "cancelled" and not answer.text:
            return
        known = any(one.id == self.conversation for one in self._talks.all())
        if self.conversation is None or not known:
            self.conversation = self._talks.start(self._question.strip()[:_TITLE_CHARACTERS]).id
        found = {"explanation": answer.explanation.to_dict()} if answer.explanation else {}
        told = {**answer.to_dict(), **found}
        self._talks.append(self.conversation, self._question, told, instead_of=self.instead_of)


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
