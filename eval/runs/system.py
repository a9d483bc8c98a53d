"""What can be evaluated: anything that retrieves and answers as `Chartwell` does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ...generation.answer import AnswerEvent
from ...indexing.documents import Document
from ...retrieval.query import Where
from ...retrieval.retriever import Retrieval


@dataclass(frozen=True, slots=True)
class Description:
    """All that the results depend on, as plain JSON without secrets.

    `collection` says which documents were read how, `settings` what was set, `models` which models served with their
    fingerprints, `prompt` the version of the prompt.
    """

    collection: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, Any] = field(default_factory=dict)
    prompt: str = ""


class System(Protocol):
    """Retrieves and answers; safe to use from several threads. `Chartwell` is one."""

    def retrieve(self, question: str | Sequence[str], top_k: int = 10, where: Where | None = None) -> Retrieval:
        """The best evidence, best first."""
        ...

    def stream(
        self,
        question: str,
        *,
        where: Where | None = None,
        top_k: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerEvent]:
        """Retrieval, tokens, verdicts, done."""
        ...

    def documents(self, where: Where | None = None) -> list[Document]:
        """What is indexed."""
        ...

    def describe(self) -> Description:
        """What the results depend on."""
        ...


@runtime_checkable
class ResampledSystem(System, Protocol):
    """A system that can be asked again."""

    def resampled(self, number: int) -> System:
        """The same with other seeds, the same ones for the same number, from 1."""
        ...
