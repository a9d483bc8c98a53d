"""Question -> evidence -> text -> checked claims."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..indexing.language import detect_language
from ..retrieval.query import Where, parse_query
from ..retrieval.retriever import Retriever
from .abstention import MIN_ANSWERABILITY, Answerability
from .answer import Answer, AnswerEvent, AnswerPolicy, DoneEvent, RetrievalEvent, TokenEvent
from .citation_binding import Checks, bound_citations
from .conversation import Turn, require_turns
from .decoders.closing import closed_after
from .decoders.protocol import Decoder
from .grounding.checker import Checker
from .prompts import Prompt, is_not_told, not_told
from .prompts.instructions import PROMPT_VERSION
from .understanding import Understanding
from .writing import Writing

ANSWER_EVIDENCE = 8
"""Pieces of evidence handed to the decoder."""


class Answerer:
    """Answers questions over a collection, or says that the documents do not tell.

    `policy` is what becomes of claims that fail their check: `annotate` shows them with their verdict, `strict` leaves
    them out, and where nothing is left says that the documents do not tell. That is also said, and the decoder is not
    asked, where `answerability` finds the evidence less likely than `min_answerability` to answer the question.
    """

    def __init__(
        self,
        retriever: Retriever,
        decoder: Decoder,
        *,
        checks: Checks | None = None,
        understanding: Understanding | None = None,
        policy: AnswerPolicy = "annotate",
        answerability: Answerability | None = None,
        min_answerability: float = MIN_ANSWERABILITY,
    ) -> None:
        self._retriever = retriever
        self._decoder = decoder
        self._checks = checks or Checker()
        self._understanding = understanding or Understanding()
        self._policy = policy
        self._answerability = answerability
        self._min_answerability = min_answerability

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        top_k: int = ANSWER_EVIDENCE,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerEvent]:
        """Yield a retrieval event, then tokens and citations as they are written, verdicts, and a done event.

        Under the policy `annotate` no token waits for a check. Under `strict` each statement is held back until it is
        checked. Where `cancel` is set before the answer is complete, what has been written is checked by the rules and
        given, with `finish = "cancelled"`; where it is set later, the checks behind the rules stop. Who stops iterating
        ends the writing. Raises `QueryError`, `DecoderError`.
        """
        parse_query(question, where)  # what cannot be asked is refused before a model reads it
        require_turns(history)
        understood = self._understanding.read(question, history, cancel=cancel)
        retrieval = self._retriever.retrieve(understood.searches, top_k=top_k, where=where)
        warnings = (*understood.warnings, *retrieval.warnings)
        yield RetrievalEvent(retrieval.evidence, warnings)
        # What is told beside the question is nothing that the evidence would have to hold.
        asked = retrieval.query.asked or understood.question
        likely = self._answerability.assess(retrieval) if self._answerability else None
        prompt = Prompt(asked, retrieval.evidence, detect_language(question) or "en", understood.parts, likely)
        writing = Writing(prompt, self._checks, self._policy, cancel)
        started = time.perf_counter()
        if likely is None or likely >= self._min_answerability:
            with closed_after(self._decoder.stream(prompt, cancel=cancel)) as pieces:
                yield from writing.events(pieces)
        seconds = time.perf_counter() - started - writing.check_seconds
        abstained = is_not_told(writing.text)
        if not writing.text and writing.finish.reason != "cancelled":
            abstained, writing.text = True, not_told(prompt.language)
            yield TokenEvent(writing.text)
        answer = self._answer(writing, {**retrieval.seconds, "decode": seconds})
        yield DoneEvent(
            replace(
                answer,
                question=question,
                abstained=abstained,
                warnings=(*warnings, *answer.warnings),
                searched=(understood.question, *understood.parts),
                answerability=likely,
                explanation=retrieval.explanation,
            )
        )

    def _answer(self, writing: Writing, seconds: Mapping[str, float]) -> Answer:
        """What was written, with its citations bound to places."""
        prompt = writing.prompt
        started = time.perf_counter()
        # By the rules alone: a model would have to be asked about every citation.
        citations = tuple(bound_citations(Checker(), writing.claims, prompt.evidence, prompt.question))
        return Answer(
            prompt.question,
            writing.text,
            tuple(writing.claims),
            prompt.evidence,
            abstained=False,
            decoder=writing.finish.decoder or self._decoder.name,
            seconds={**seconds, "check": writing.check_seconds + time.perf_counter() - started},
            warnings=writing.finish.warnings,
            finish=writing.finish.reason,
            usage=writing.finish.usage,
            citations=citations,
            withheld=tuple(writing.withheld),
            policy=self._policy,
            prompt_version=PROMPT_VERSION,
        )

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        top_k: int = ANSWER_EVIDENCE,
    ) -> Answer:
        """The whole answer at once."""
        for event in self.stream(question, history=history, where=where, top_k=top_k):
            if isinstance(event, DoneEvent):
                return event.answer
        raise AssertionError("a stream always ends with a DoneEvent")
