"""Settings turned into what writes the answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..generation.decoders.chat_model import Decoding
from ..generation.decoders.fallback import FallbackDecoder
from ..generation.decoders.prompted import PromptedDecoder
from ..generation.decoders.protocol import Decoder
from ..generation.decoders.vllm.chat import VllmChat
from ..generation.decoders.vllm.options import VllmOptions
from .answering_settings import DecoderSettings

_PIXELS_A_TOKEN = 28 * 28
"""Of vision models of today, or more (see `prompts.messages.PICTURE_TOKENS`)."""
_THINKING: Mapping[str, bool | None] = {"off": False, "on": True, "model": None}


def decoder(
    settings: DecoderSettings, extractive: Decoder, chat: VllmChat | None, *, min_answerability: float
) -> Decoder:
    """The configured decoder; `extractive` is the embedded one, `chat` what `chat_model` made of the same settings.

    `min_answerability` is from where on the extractive one takes the place of a model that fails.
    """
    if chat is None:
        return extractive
    picture_tokens = math.ceil(settings.image_megapixels * 1e6 / _PIXELS_A_TOKEN)
    prompted = PromptedDecoder(chat, decoding(settings), pictures=settings.images, picture_tokens=picture_tokens)
    if settings.on_decoder_error == "fail":
        return prompted
    return FallbackDecoder(prompted, extractive, min_answerability=min_answerability)


def chat_model(settings: DecoderSettings) -> VllmChat | None:
    """The served language model, not yet connected to; None where none is configured. Raises `MissingDependency`."""
    if settings.kind == "extractive":
        return None
    return VllmChat(
        VllmOptions(
            settings.base_url,
            settings.model,
            settings.api_key.get_secret_value(),
            connect_seconds=settings.connect_seconds,
            first_token_seconds=settings.first_token_seconds,
            next_token_seconds=settings.next_token_seconds,
            retries=settings.retries,
            max_images=settings.images,
            max_image_pixels=round(settings.image_megapixels * 1e6),
            thinking=_THINKING[settings.thinking],
            reasoning_opened=settings.reasoning_opened,
            tokenizer=Path(settings.tokenizer).expanduser() if settings.tokenizer else None,
        )
    )


@contextmanager
def open_chat_model(settings: DecoderSettings) -> Iterator[VllmChat | None]:
    """`chat_model` for a while: its connections are closed in the end."""
    chat = chat_model(settings)
    try:
        yield chat
    finally:
        if chat is not None:
            chat.close()


def decoding(settings: DecoderSettings) -> Decoding:
    """How the next token is chosen."""
    return Decoding(
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        top_p=settings.top_p,
        top_k=settings.top_k,
        beams=settings.beams,
        seed=settings.seed,
        logprobs=settings.logprobs,
    )
