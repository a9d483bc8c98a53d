"""The whole chain as a LangChain Runnable: a question goes in, an answer with its evidence and verdicts comes out."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol, cast

from langchain_core.messages import BaseMessage, ChatMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor
from langchain_core.runnables.utils import AddableDict

from ..errors import QueryError
from ..retrieval.langchain import to_langchain
from ..retrieval.query import Where
from .answer import Answer, AnswerEvent, DoneEvent, RetrievalEvent, TokenEvent
from .conversation import Turn

ChainInput = str | Mapping[str, Any]
"""A question, or `{"question": …, "history": […], "where": {…}}`; a history may also hold LangChain's messages."""
_ROLES = {"human": "user", "HumanMessageChunk": "user", "ai": "assistant", "AIMessageChunk": "assistant"}
"""Of LangChain's messages; those of the system and of tools are nobody's turn."""


class Stream(Protocol):
    """What answers, such as `Chartwell.stream`."""

    def __call__(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: Where | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AnswerEvent]:
        """The events of an answer."""
        ...


class ChartwellChain(Runnable[ChainInput, dict[str, Any]]):
    """Answers questions as a part of LangChain programs.

        chain = cw.as_runnable()
        chain.invoke("How many ships came in 2021?")["answer"]
        for chunk in chain.stream({"question": "And in 2020?", "history": messages}):
            print(chunk.get("answer", ""), end="")

    The result has `question`, `context` (the evidence as LangChain documents), `answer` (the text), `abstained`,
    `citations`, `claims` and `warnings`, keys and values as in `Answer.to_dict()`. A stream yields the context, then
    the text piece by piece, then the rest with `text`, in which citations are repaired. Of the asynchronous methods,
    whoever is cancelled or stops iterating ends the writing.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def invoke(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> dict[str, Any]:
        """The answer. Raises `QueryError` for an input that is no question, `DecoderError`."""
        return self._call_with_config(self._answered, input, config, run_type="chain", **kwargs)

    async def ainvoke(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> dict[str, Any]:
        """The same, while the event loop goes on."""
        return await self._acall_with_config(self._answered_meanwhile, input, config, run_type="chain", **kwargs)

    def stream(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> Iterator[dict[str, Any]]:
        """The answer as it is written. Raises as `invoke` does."""
        yield from self.transform(iter([input]), config, **kwargs)

    def transform(
        self,
        input: Iterator[ChainInput],  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> Iterator[dict[str, Any]]:
        """The answer to what a chain before it yields, as it is written."""
        yield from self._transform_stream_with_config(input, self._chunks, config, run_type="chain", **kwargs)

    async def astream(
        self,
        input: ChainInput,  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> AsyncGenerator[dict[str, Any]]:
        """The same as `stream`, while the event loop goes on."""

        async def alone() -> AsyncIterator[ChainInput]:
            yield input

        async with aclosing(self.atransform(alone(), config, **kwargs)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def atransform(
        self,
        input: AsyncIterator[ChainInput],  # noqa: A002 - LangChain's interface
        config: RunnableConfig | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's interface
    ) -> AsyncGenerator[dict[str, Any]]:
        """The same as `transform`, while the event loop goes on."""
        told = self._atransform_stream_with_config(input, self._chunks_meanwhile, config, run_type="chain", **kwargs)
        async with aclosing(cast("AsyncGenerator[dict[str, Any]]", told)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _answered(self, asked: ChainInput) -> dict[str, Any]:
        return _result(self._events(asked))

    async def _answered_meanwhile(self, asked: ChainInput) -> dict[str, Any]:
        async with aclosing(self._events_meanwhile(asked)) as events:
            return _result([event async for event in events])

    def _chunks(self, inputs: Iterator[ChainInput]) -> Iterator[dict[str, Any]]:
        whole: Any = None
        for piece in inputs:
            whole = piece if whole is None else whole + piece
        for event in self._events(whole):
            yield from _chunk(event)

    async def _chunks_meanwhile(self, inputs: AsyncIterator[ChainInput]) -> AsyncGenerator[dict[str, Any]]:
        whole: Any = None
        async for piece in inputs:
            whole = piece if whole is None else whole + piece
        async with aclosing(self._events_meanwhile(whole)) as events:
            async for event in events:
                for chunk in _chunk(event):
                    yield chunk

    async def _events_meanwhile(self, asked: ChainInput) -> AsyncGenerator[AnswerEvent]:
        """The events, each waited for in another thread. Who leaves does not wait for that: it ends by `cancel`."""
        cancel = threading.Event()
        events = self._events(asked, cancel)
        try:
            while (event := await run_in_executor(None, next, events, None)) is not None:
                yield event
        finally:
            cancel.set()

    def _events(self, asked: ChainInput, cancel: threading.Event | None = None) -> Iterator[AnswerEvent]:
        if isinstance(asked, str):
            return self._stream(asked, cancel=cancel)
        if not isinstance(asked, Mapping) or not isinstance(asked.get("question"), str):
            raise QueryError(
                f"The chain was given {type(asked).__name__}, which holds no question.",
                hint='Give text, or {"question": "...", "history": [...]}.',
            )
        history = [_turn(said) for said in asked.get("history") or ()]
        return self._stream(asked["question"], history=history, where=asked.get("where"), cancel=cancel)


def _result(events: Iterable[AnswerEvent]) -> dict[str, Any]:
    """The whole answer."""
    result: dict[str, Any] = {}
    for event in events:
        if isinstance(event, RetrievalEvent):
            result["context"] = [to_langchain(item) for item in event.evidence]
        elif isinstance(event, DoneEvent):
            return {"question": event.answer.question, **result, "answer": event.answer.text, **_rest(event.answer)}
    raise AssertionError("a stream always ends with a DoneEvent")


def _chunk(event: AnswerEvent) -> Iterator[dict[str, Any]]:
    """What of an event stands in the chain's stream, if anything."""
    if isinstance(event, RetrievalEvent):
        yield AddableDict(context=[to_langchain(item) for item in event.evidence])
    elif isinstance(event, TokenEvent):
        yield AddableDict(answer=event.text)
    elif isinstance(event, DoneEvent):
        yield AddableDict(question=event.answer.question, text=event.answer.text, **_rest(event.answer))


def _rest(answer: Answer) -> dict[str, Any]:
    told = answer.to_dict()
    return {name: told[name] for name in ("abstained", "citations", "claims", "warnings")}


def _turn(said: object) -> Turn:
    if isinstance(said, BaseMessage):
        role = said.role if isinstance(said, ChatMessage) else _ROLES.get(said.type, said.type)
        return {"role": role, "content": str(said.text)}
    if isinstance(said, Mapping) and isinstance(said.get("content"), str):
        return {"role": str(said.get("role", "user")), "content": said["content"]}
    raise QueryError(
        f"The history holds {type(said).__name__}, which is no turn.",
        hint='Give {"role": "user", "content": "..."} or messages of LangChain.',
    )
