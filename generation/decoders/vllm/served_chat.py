"""langchain-openai's client, which passes over what servers add to OpenAI's API: here it is asked of each chunk."""

from __future__ import annotations

from typing import Any

from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

_REASONING = ("reasoning", "reasoning_content")
"""Where servers put the reasoning that they part from the answer; the second is the older name."""


class ServedChat(ChatOpenAI):
    """Gives no log-probabilities of tokens of reasoning, which vLLM sends beside those of the answer."""

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type,
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        if made is not None and made.generation_info and _reasons(chunk):
            made.generation_info.pop("logprobs", None)
        return made


def _reasons(chunk: dict[str, Any]) -> bool:
    """Whether a chunk brings reasoning and nothing of the answer; of a character's first bytes there is no text yet."""
    deltas = [choice["delta"] for choice in chunk.get("choices") or ()]
    return any(delta.get(name) is not None and not delta.get("content") for delta in deltas for name in _REASONING)
