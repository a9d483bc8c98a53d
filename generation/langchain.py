"""The whole chain as a LangChain Runnable: a question goes in, an answer with its evidence and verdicts comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.utils import AddableDict

from ..errors import QueryError
from ..retrieval.langchain import to_langchain
from ..retrieval.query import Where
from .answer import Answer, AnswerEvent, DoneEvent, RetrievalEvent, TokenEvent
from .conversation import Turn

ChainInput = str | Mapping[str, Any]
"""A question, or `{"question": …, "history": […], "where": {…}}`; a history may also hold LangChain's messages."""


class Stream(Protocol):
    """What answers, such as `Chartwell.stream`."""

    def __call__(
        self, question: str, *, history: Sequence[Turn] = (), where: Where | None = None
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
    the text piece by piece, then the rest with `text`, in which citations are repaired.
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

    def _answered(self, asked: ChainInput) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in self._events(asked):
            if isinstance(event, RetrievalEvent):
                result["context"] = [to_langchain(item) for item in event.evidence]
            elif isinstance(event, DoneEvent):
                return {"question": event.answer.question, **result, "answer": event.answer.text, **_rest(event.answer)}
        raise AssertionError("a stream always ends with a DoneEvent")

    def _chunks(self, inputs: Iterator[ChainInput]) -> Iterator[dict[str, Any]]:
        whole: Any = None
        for piece in inputs:
            whole = piece if whole is None else whole + piece
        for event in self._events(whole):
            if isinstance(event, RetrievalEvent):
                yield AddableDict(context=[to_langchain(item) for item in event.evidence])
            elif isinstance(event, TokenEvent):
                yield AddableDict(answer=event.text)
            elif isinstance(event, DoneEvent):
                yield AddableDict(question=event.answer.question, text=event.answer.text, **_rest(event.answer))

    def _events(self, asked: ChainInput) -> Iterator[AnswerEvent]:
        if isinstance(asked, str):
            return self._stream(asked)
        if not isinstance(asked, Mapping) or not isinstance(asked.get("question"), str):
            raise QueryError(
                f"The chain was given {type(asked).__name__}, which holds no question.",
                hint='Give text, or {"question": "...", "history": [...]}.',
            )
        history = [_turn(said) for said in asked.get("history") or ()]
        return self._stream(asked["question"], history=history, where=asked.get("where"))


def _rest(answer: Answer) -> dict[str, Any]:
    told = answer.to_dict()
    return {name: told[name] for name in ("abstained", "citations", "claims", "warnings")}


def _turn(said: object) -> Turn:
    if isinstance(said, BaseMessage):
        return {"role": "assistant" if said.type in {"ai", "AIMessageChunk"} else "user", "content": str(said.text)}
    if isinstance(said, Mapping) and isinstance(said.get("content"), str):
        return {"role": str(said.get("role", "user")), "content": said["content"]}
    raise QueryError(
        f"The history holds {type(said).__name__}, which is no turn.",
        hint='Give {"role": "user", "content": "..."} or messages of LangChain.',
    )
