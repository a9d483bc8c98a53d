"""A `RelevanceModel` behind vLLM's `/rerank`: texts, and pictures where the served model reads these.

    vllm serve Qwen/Qwen3-Reranker-0.6B --api-key …

The server is asked for the relevance of all passages at once and batches them itself. What it answers is checked in
full: a list that lacks a passage, or a score that is none, must not reorder anything.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelUnavailable
from ...indexing.addresses import login_headers, shown, without_login, without_secrets
from ...indexing.documents import Node
from ...indexing.encoders.token_counter import encodable
from ..search_slots import slot_given_up
from .passages import Weigh, cut_passages, cut_question
from .pictures import PictureUrls

if TYPE_CHECKING:
    import httpx

_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST_WAIT_SECONDS = 0.2
_PAUSE_SECONDS = 30.0
"""A server that cannot be reached is not asked again for so long: not every search shall wait for it."""
_CERTAIN = 1e-6
"""A relevance of 0 or 1 is taken for this far from it: log-odds are finite."""
_EXCERPT = 300
_MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ServedOptions:
    """Where the model is served. `timeout_seconds` is for one question with all its retries."""

    base_url: str = field(repr=False)
    model: str
    api_key: str = field(default="", repr=False)
    timeout_seconds: float = 10.0
    retries: int = 2
    max_tokens: int = 512


class ServedRelevance:
    """Relevance by a served reranker. Connects at the first question. Safe to call from several threads.

    Raises `ModelUnavailable` where the server is down, slow, refuses, or answers nonsense.
    """

    def __init__(self, options: ServedOptions, *, pictures: PictureUrls | None = None) -> None:
        self._options = options
        self._pictures = pictures
        self._asleep_until = 0.0
        self._connecting = threading.Lock()
        self.name = f"served {options.model}"

    def relevance(self, question: str, nodes: Sequence[Node], weigh: Weigh) -> NDArray[np.float64]:
        """`(n,)` log-odds; see `RelevanceModel.relevance`."""
        if time.monotonic() < self._asleep_until:
            raise self._unavailable("it could not be reached a moment ago")
        room = self._options.max_tokens
        asked = cut_question(encodable(question), room // 2, estimated_tokens)
        passages = cut_passages(nodes, room - asked.tokens, estimated_tokens, weigh)
        documents = [
            self._document(encodable(passage.text), node) for passage, node in zip(passages, nodes, strict=True)
        ]
        body = {"model": self._options.model, "query": asked.text, "documents": documents, "top_n": len(documents)}
        with slot_given_up():
            answer = self._post(body)
        probabilities = self._checked(answer, len(documents))
        clipped = np.clip(probabilities, _CERTAIN, 1 - _CERTAIN)
        log_odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
        return log_odds

    def _document(self, text: str, node: Node) -> str | dict[str, Any]:
        url = self._pictures(node) if self._pictures else None
        if url is None:
            return text
        look = {"type": "image_url", "image_url": {"url": url}}
        return {"content": [look, {"type": "text", "text": text}]}

    def _post(self, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        import httpx

        deadline = time.monotonic() + self._options.timeout_seconds
        wait = _FIRST_WAIT_SECONDS
        for attempt in range(self._options.retries + 1):
            left = deadline - time.monotonic()
            last = attempt == self._options.retries or left <= wait
            try:
                status, content = self._exchange(body, deadline)
            except httpx.TimeoutException as error:
                self._asleep_until = time.monotonic() + _PAUSE_SECONDS
                raise self._unavailable(f"it did not answer within {self._options.timeout_seconds:g} s") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if last or not isinstance(error, httpx.TransportError):
                    self._asleep_until = time.monotonic() + _PAUSE_SECONDS
                    raise self._unavailable(str(error) or type(error).__name__) from error
            else:
                if status == HTTPStatus.OK:
                    return self._json(content)
                if last or status not in _RETRYABLE:
                    raise self._unavailable(f"it answered with status {status}: {self._excerpt(content)}")
            time.sleep(wait)
            wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def _exchange(self, body: dict[str, Any], deadline: float) -> tuple[int, bytes]:
        """Status and content of one answer, which must have arrived in full by the deadline."""
        import httpx

        left = max(deadline - time.monotonic(), 0.01)
        with self._client.stream("POST", "rerank", json=body, timeout=left) as reply:
            content = bytearray()
            for block in reply.iter_bytes():
                content += block
                # The client's own limit is for each read: a server that sends byte by byte would never reach it.
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer came too slowly")
                if len(content) > _MOST_BYTES:
                    raise self._unavailable("its answer has no end")
            return reply.status_code, bytes(content)

    def _json(self, content: bytes) -> Any:  # noqa: ANN401 - JSON
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self._unavailable("its answer is no JSON") from error

    def _checked(self, answer: object, count: int) -> NDArray[np.float64]:
        """The relevances in the order of the documents."""
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise self._unavailable("its answer has no list `results`")
        if len(results) != count:
            raise self._unavailable(f"it answered {len(results)} results for {count} passages")
        relevances: dict[int, float] = {}
        for result in results:
            index = result.get("index") if isinstance(result, dict) else None
            score = result.get("relevance_score") if isinstance(result, dict) else None
            if type(index) is not int or not 0 <= index < count or index in relevances:
                raise self._unavailable(f"its answer has {index!r} as the index of a passage, twice or out of range")
            # Also false for NaN.
            if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
                raise self._unavailable(f"its answer has {score!r} as a relevance, which must lie between 0 and 1")
            relevances[index] = float(score)
        return np.array([relevances[index] for index in range(count)])

    @property
    def _client(self) -> httpx.Client:
        with self._connecting:
            return self._connected

    @cached_property
    def _connected(self) -> httpx.Client:
        import httpx

        key = self._options.api_key
        return httpx.Client(
            base_url=without_login(self._options.base_url).rstrip("/") + "/",
            headers={**({"Authorization": f"Bearer {key}"} if key else {}), **login_headers(self._options.base_url)},
        )

    def _excerpt(self, content: bytes) -> str:
        """The beginning of what the server says, on one line; some repeat the key that they refuse."""
        text = " ".join(content.decode("utf-8", "replace").split())
        return without_secrets(text, self._options.base_url, self._options.api_key)[:_EXCERPT]

    def _unavailable(self, reason: str) -> ModelUnavailable:
        told = without_secrets(reason, self._options.base_url, self._options.api_key)
        return ModelUnavailable(
            f"The reranker {self._options.model} at {shown(self._options.base_url)} failed: {told}.",
            hint="Check the server and the settings `reranker.base_url` and `reranker.model`.",
        )


def estimated_tokens(texts: Sequence[str]) -> list[int]:
    """About as many tokens as a multilingual tokenizer makes, rather more: the served model's own is not at hand.

    A token for three ASCII characters and one for any other: English has four to five a token, numbers two to three.
    """
    others = [0 if text.isascii() else sum(character >= "\x80" for character in text) for text in texts]
    return [math.ceil((len(text) - other) / 3) + other for text, other in zip(texts, others, strict=True)]
