"""Whether the server of the decoder answers, and what it serves."""

from __future__ import annotations

from collections.abc import Sequence

from ..answering_settings import DecoderSettings
from ..decoding import chat_model


def served_models(settings: DecoderSettings) -> Sequence[str]:
    """The models at `base_url`, whatever `kind` and `model` say. Raises `DecoderError`, `MissingDependency`."""
    chat = chat_model(settings.model_copy(update={"kind": "vllm", "retries": 0}))
    if chat is None:
        raise AssertionError("a served decoder has a chat model")
    try:
        return sorted(chat.served_models())
    finally:
        chat.close()
