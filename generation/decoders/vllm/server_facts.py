"""What a server says about itself: its models, how long their context is, how many tokens a text takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ....indexing.encoders.token_counter import encodable
from .options import VllmOptions

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_AT_A_TIME = 16


class ServerFacts:
    """Asks the server, once and without retries. Its errors are those of the client library."""

    def __init__(self, client: AsyncOpenAI, options: VllmOptions) -> None:
        self._client = client.with_options(max_retries=0)
        self._options = options

    async def models(self) -> Mapping[str, int | None]:
        """The names of the served models, each with the length of its context where the server tells (vLLM does)."""
        listed = await self._answered(self._client.models.list())
        lengths = ((model.id, (model.model_extra or {}).get("max_model_len")) for model in listed.data)
        return {str(name): length if type(length) is int and length > 0 else None for name, length in lengths}

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens left out, by vLLM's `/tokenize`."""
        turns = asyncio.Semaphore(_AT_A_TIME)

        async def one(text: str) -> int:
            body = {"model": self._options.model, "prompt": encodable(text), "add_special_tokens": False}
            async with turns:
                posted = self._client.post(f"{self._options.server}/tokenize", cast_to=object, body=body)
                answer: Any = await self._answered(posted)
            count = answer["count"]
            if type(count) is not int or count < 0:
                raise ValueError(f"{count!r} is no count of tokens")
            return count

        return list(await asyncio.gather(*map(one, texts)))

    async def _answered(self, call: Any) -> Any:  # noqa: ANN401 - the client's own types
        async with asyncio.timeout(self._options.connect_seconds):
            return await call
