"""`VllmChat`: a `ChatModel` over langchain-openai.

    vllm serve Qwen/Qwen3-VL-8B-Instruct --max-model-len 16384 --limit-mm-per-prompt '{"image": 4}'

The exchange runs on an event loop of its own, so that it ends the moment it is cancelled, also while nothing comes.
"""

from __future__ import annotations

import asyncio
import importlib.util
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import aclosing, suppress
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ....errors import DecoderError, MissingDependency
from ....indexing.addresses import login_headers, without_login
from ..chat_model import Decoding, Finish, Message, TextPiece
from .background_loop import BackgroundLoop
from .options import VllmOptions
from .request import Request, request
from .token_counting import TokenCounting

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from .served_chat import ServedChat
    from .server_facts import ServerFacts

Told = TypeVar("Told")
_LOOK_FOR_CANCEL_SECONDS = 0.02
_PAUSE_SECONDS = 30.0
"""A server that did not tell how long its model's context is is not asked again for so long."""


class VllmChat:
    """A language model at a server. Connects at the first question. Safe to call from several threads.

    With several beams the whole answer comes at once: vLLM does not stream those. Raises `MissingDependency` without
    the extra `vllm`.
    """

    def __init__(self, options: VllmOptions) -> None:
        require_client()
        self._options = options
        self._loop = BackgroundLoop()
        weakref.finalize(self, self._loop.close)
        self._connecting = threading.Lock()
        self._tokens = TokenCounting(self._count_there, options.tokenizer)
        self._context_tokens: int | None = None
        self._ask_again = 0.0

    @property
    def name(self) -> str:
        """The model's name at its server."""
        return self._options.model

    @property
    def context_tokens(self) -> int | None:
        """What the server says that prompt and answer may take together; None where it does not, or is down."""
        if self._context_tokens is None and time.monotonic() >= self._ask_again:
            with suppress(DecoderError):  # the stream will raise it
                self._context_tokens = self.served_models().get(self._options.model)
            self._ask_again = time.monotonic() + _PAUSE_SECONDS
        return self._context_tokens

    def stream(
        self, messages: Sequence[Message], decoding: Decoding, *, cancel: threading.Event | None = None
    ) -> Iterator[TextPiece | Finish]:
        """See `ChatModel.stream`.

        Raises `DecoderUnreachable`, `DecoderRefused`, `ContextOverflow`, `DecoderInterrupted`.
        """
        if cancel is not None and cancel.is_set():
            yield Finish("cancelled")
            return
        found: SimpleQueue[TextPiece | Future[Finish]] = SimpleQueue()
        chunks = self._chunks(self._client, asked := request(messages, decoding, self._options), decoding)
        exchange = self._loop.submit(self._exchange(chunks, asked, decoding, found.put))
        exchange.add_done_callback(found.put)
        try:
            while True:
                if cancel is not None and cancel.is_set():
                    yield Finish("cancelled")
                    return
                try:
                    item = found.get(timeout=None if cancel is None else _LOOK_FOR_CANCEL_SECONDS)
                except Empty:
                    continue
                if isinstance(item, Future):
                    yield self._ended(item)
                    return
                yield item
        finally:
            exchange.cancel()

    def count_tokens(self, text: str) -> int:
        """See `ChatModel.count_tokens`."""
        return self._tokens.count([text])[0]

    def served_models(self) -> Mapping[str, int | None]:
        """What the server serves, by name, with the length of the context where it tells. Raises `DecoderError`."""
        return self._asked(lambda facts: facts.models())

    def close(self) -> None:
        """Give up what is going on and close the connections; the next question opens them again."""
        with self._connecting:
            connected: ServedChat | None = self.__dict__.pop("_connected", None)
        self._loop.close(connected.http_async_client.aclose if connected and connected.http_async_client else None)

    def _ended(self, exchange: Future[Finish]) -> Finish:
        if exchange.cancelled():
            raise self._closed()
        return exchange.result()

    def _closed(self) -> DecoderError:
        return DecoderError(f"The model {self.name} was closed before it had answered.")

    async def _exchange(
        self,
        chunks: AsyncGenerator[AIMessage],
        asked: Request,
        decoding: Decoding,
        put: Callable[[TextPiece], None],
    ) -> Finish:
        """One answer, its pieces handed over as they come."""
        from .answer_stream import AnswerStream
        from .failures import FAILURES, too_slow

        options, answer = self._options, AnswerStream(self._options, decoding)
        limit = asyncio.timeout(options.first_token_seconds)
        try:
            async with limit, aclosing(chunks):
                async for chunk in chunks:
                    piece = answer.piece(chunk)
                    if piece is not None:
                        put(piece)
                    if answer.begun:
                        limit.reschedule(asyncio.get_running_loop().time() + options.next_token_seconds)
        except FAILURES as error:
            empty = type(error) is ValueError and not answer.heard  # so the client says that no chunk came
            if not answer.complete and not empty:
                if limit.expired():
                    seconds = options.next_token_seconds if answer.begun else options.first_token_seconds
                    raise too_slow(options, seconds, begun=answer.begun) from error
                raise await self._failure(error, begun=answer.begun) from error
        return answer.finish(asked.warnings)

    @staticmethod
    async def _chunks(client: ServedChat, asked: Request, decoding: Decoding) -> AsyncGenerator[AIMessage]:
        if decoding.beams > 1:
            yield await client.ainvoke(asked.messages, **asked.arguments)
            return
        chunks = cast("AsyncGenerator[AIMessage]", client.astream(asked.messages, **asked.arguments))
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk

    async def _failure(self, error: BaseException, *, begun: bool) -> DecoderError:
        """The error in our words; where the model's name may be at fault, with those that the server has."""
        import openai

        from .failures import FAILURES, failure
        from .unknown_model import unknown_model

        if isinstance(error, openai.NotFoundError):
            try:
                served = list(await self._facts.models())
            except FAILURES:  # the first error tells enough
                served = []
            if served and self._options.model not in served:
                return unknown_model(self._options.base_url, self._options.model, served)
        return failure(error, self._options, begun=begun)

    def _asked(self, ask: Callable[[ServerFacts], Coroutine[Any, Any, Told]]) -> Told:
        """What the server tells about itself. Raises `DecoderError`."""
        from .failures import FAILURES, failure

        facts = self._facts
        try:
            return self._loop.submit(ask(facts)).result()
        except CancelledError as error:
            raise self._closed() from error
        except FAILURES as error:
            raise failure(error, self._options) from error

    def _count_there(self, texts: Sequence[str]) -> list[int]:
        return self._asked(lambda facts: facts.count(texts))

    @property
    def _client(self) -> ServedChat:
        with self._connecting:
            return self._connected

    @property
    def _facts(self) -> ServerFacts:
        from .server_facts import ServerFacts

        return ServerFacts(self._client.root_async_client, self._options)

    @cached_property
    def _connected(self) -> ServedChat:
        from pydantic import SecretStr

        from .connection import http_client
        from .served_chat import ServedChat

        client = http_client(self._options.base_url, self._options.connect_seconds)
        return ServedChat(
            model=self._options.model,
            base_url=without_login(self._options.base_url),
            default_headers=login_headers(self._options.base_url),
            api_key=SecretStr(self._options.api_key or "none"),
            http_async_client=client,
            openai_proxy=None,  # that of the environment would be refused beside a client of our own
            timeout=client.timeout,
            max_retries=self._options.retries,
            stream_usage=True,
            stream_chunk_timeout=None,
            use_responses_api=False,
        )


def require_client() -> None:
    """Raises `MissingDependency` where the client library is not installed; imports nothing."""
    if importlib.util.find_spec("langchain_openai") is None:
        raise MissingDependency(
            "Answers by a served model need langchain-openai.", hint="pip install 'chartwell[vllm]'"
        )
