"""The stages that ask the system: what it retrieves for every question, and what it answers on every rung.

The rungs of the ladder ask the same question with less and less left to go wrong: without evidence, from all documents
(the answer proper), from the right document, from the right page.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import DecoderError
from ...generation.answer import Answer, DoneEvent, TokenEvent
from ...retrieval.evidence import Evidence
from ...retrieval.query import Where
from ..datasets.item import Item
from .jobs import Cancelled, Job
from .records import Key
from .relevant_sources import NO_DOCUMENT, document_scope, page_scope
from .stored_evidence import EvidenceStore
from .system import System

RETRIEVE = "retrieve"
ANSWER = "answer"
NO_EVIDENCE = "answer: no evidence"
RIGHT_DOCUMENT = "answer: right document"
RIGHT_PAGE = "answer: right page"
SAMPLE = "answer: sample "
"""With a number behind it: the same question asked again with another seed."""
RUNGS = (NO_EVIDENCE, ANSWER, RIGHT_DOCUMENT, RIGHT_PAGE)
Scope = Where | str | None
"""A filter, None for all documents, or the reason why this rung is not possible."""


def retrieve_jobs(
    system: System, items: Sequence[Item], settings: str, depth: int, store: EvidenceStore
) -> Iterator[Job]:
    """The retrieval of every question: `depth` hits, the first whole."""
    for item in items:
        yield Job(Key(item.id, RETRIEVE, settings), _retrieval(system, item, depth, store))


def _retrieval(
    system: System, item: Item, depth: int, store: EvidenceStore
) -> Callable[[], tuple[dict[str, Any], dict[str, Any]]]:
    def work() -> tuple[dict[str, Any], dict[str, Any]]:
        started = time.perf_counter()
        found = system.retrieve(item.question, top_k=depth)
        seconds = {**found.seconds, "whole": time.perf_counter() - started}
        content = {
            "hits": [_hit(evidence) for evidence in found.evidence],
            "top": store.add(found.evidence[0]) if found.evidence else None,
            "warnings": list(found.warnings),
        }
        return content, {"seconds": _rounded(seconds)}

    return work


def answer_jobs(
    system: System,
    items: Sequence[Item],
    settings: str,
    store: EvidenceStore,
    *,
    sources: dict[str, str],
    rungs: Sequence[str],
    cancel: threading.Event,
) -> Iterator[Job]:
    """The answers on each rung, the answers proper first."""
    for rung in sorted(rungs, key=lambda rung: rung != ANSWER):
        for item in items:
            scope = _scope(rung, item, sources)
            yield Job(Key(item.id, rung, settings), _answering(system, item, scope, store, cancel))


def _scope(rung: str, item: Item, sources: dict[str, str]) -> Scope:
    if rung == NO_EVIDENCE:
        return {"source": NO_DOCUMENT}
    if rung == RIGHT_DOCUMENT:
        return document_scope(item, sources)
    return page_scope(item, sources) if rung == RIGHT_PAGE else None


def _answering(
    system: System, item: Item, scope: Scope, store: EvidenceStore, cancel: threading.Event
) -> Callable[[], tuple[dict[str, Any], dict[str, Any]]]:
    def work() -> tuple[dict[str, Any], dict[str, Any]]:
        if isinstance(scope, str):
            return {"impossible": scope}, {}
        started = time.perf_counter()
        first_token = None
        logprobs: list[float] = []
        answer: Answer | None = None
        for event in system.stream(item.question, where=scope, cancel=cancel):
            if isinstance(event, TokenEvent):
                first_token = first_token or time.perf_counter() - started
                logprobs += event.logprobs
            elif isinstance(event, DoneEvent):
                answer = event.answer
        if answer is None:
            raise DecoderError(f"The answer to {item.question!r} came to no end.", hint="Look at the decoder's log.")
        if answer.finish == "cancelled":
            raise Cancelled
        seconds = {**answer.seconds, "whole": time.perf_counter() - started}
        if first_token is not None:
            seconds["first token"] = first_token
        usage = [answer.usage.prompt_tokens, answer.usage.completion_tokens] if answer.usage else None
        return _answer(answer, store, logprobs), {"seconds": _rounded(seconds), "tokens": usage}

    return work


def _answer(answer: Answer, store: EvidenceStore, logprobs: Sequence[float]) -> dict[str, Any]:
    return {
        "text": answer.text,
        "abstained": answer.abstained,
        "claims": [claim.to_dict() for claim in answer.claims],
        "evidence": [store.add(evidence) for evidence in answer.evidence],
        "decoder": answer.decoder,
        "finish": answer.finish,
        "warnings": list(answer.warnings),
        **({"logprobs": [round(value, 6) for value in logprobs]} if logprobs else {}),
    }


def _hit(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "page": evidence.page,
        "kind": evidence.kind,
        "score": round(evidence.score, 6),
        "bounds": [region.to_dict() for region in evidence.bounds],
        "also_in": list(evidence.also_in),
    }


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 6) for stage, value in seconds.items()}
