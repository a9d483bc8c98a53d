"""Question -> evidence -> text -> checked claims."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from ..indexing.language import detect_language
from ..retrieval.query import Where
from ..retrieval.retriever import Retriever
from .answer import Answer, AnswerEvent, Claim, DoneEvent, RetrievalEvent, TokenEvent, VerdictEvent
from .conversation import Turn, standalone_question
from .decoders.chat_model import Finish
from .decoders.protocol import Decoder
from .grounding.checker import check
from .prompts import Prompt, not_told

ANSWER_EVIDENCE = 8
"""Pieces of evidence handed to the decoder."""


class Answerer:
    """Answers questions over a collection, or says that the documents do not tell."""

    def __init__(self, retriever: Retriever, decoder: Decoder) -> None:
        self._retriever = retriever
        self._decoder = decoder

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        top_k: int = ANSWER_EVIDENCE,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerEvent]:
        """Yield retrieval, token, verdict and done events, in this order.

        Where `cancel` is set while the answer is written, what has been written is checked and given, with
        `finish = "cancelled"`.
        """
        standalone = standalone_question(question, history)
        retrieval = self._retriever.retrieve(standalone, top_k=top_k, where=where)
        yield RetrievalEvent(retrieval.evidence, retrieval.warnings)
        # What is told beside the question is nothing that the evidence would have to hold.
        asked = retrieval.query.asked or standalone
        prompt = Prompt(asked, retrieval.evidence, detect_language(question) or "en")
        started = time.perf_counter()
        pieces: list[str] = []
        finish = Finish("stop")
        for piece in self._decoder.stream(prompt, cancel=cancel):
            if isinstance(piece, Finish):
                finish = piece
                break
            pieces.append(piece.text)
            yield TokenEvent(piece.text, piece.logprobs)
        text = "".join(pieces).strip()
        decoded = time.perf_counter()
        abstained = not text
        claims: list[Claim] = []
        if abstained:
            text = not_told(prompt.language)
            yield TokenEvent(text)
        else:
            for claim in check(text, retrieval.evidence):
                claims.append(claim)
                yield VerdictEvent(claim)
        seconds = {
            **retrieval.seconds,
            "decode": decoded - started,
            "check": time.perf_counter() - decoded,
        }
        yield DoneEvent(
            Answer(
                question,
                text,
                tuple(claims),
                retrieval.evidence,
                abstained,
                self._decoder.name,
                seconds,
                retrieval.warnings,
                finish.reason,
                finish.usage,
            )
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
