"""Where a model is served, and how long it is waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ....indexing.addresses import without_login
from ....indexing.encoders.picture_size import PIXELS_READ
from ..chat_model import Decoding


@dataclass(frozen=True, slots=True)
class VllmOptions:
    """A model at a server.

    `first_token_seconds` is for everything until text comes: connecting, retries, and the reading of the prompt;
    `next_token_seconds` for each piece after it. Retries are made only before text has come, and only where they may
    help: 408, 409, 429 and 5xx (after the time that `Retry-After` names), and connections that fail.

    `max_images` is how many pictures of a prompt are sent, none for models of text alone; each is scaled down to
    `max_image_pixels`. `thinking` switches the reasoning of models that have it on or off, None leaves it to them.
    `reasoning_opened`: the model's template puts the opening tag of reasoning into the prompt, only the closing one
    comes. `serve-llm` needs that of no model that it knows: there vLLM parts reasoning from answers itself.
    `tokenizer` is the model's folder where it lies on this machine: tokens are then counted here.
    """

    base_url: str = field(repr=False)
    model: str
    api_key: str = field(default="", repr=False)
    connect_seconds: float = 5.0
    first_token_seconds: float = 120.0
    next_token_seconds: float = 30.0
    retries: int = 2
    max_images: int = 0
    max_image_pixels: int = PIXELS_READ
    thinking: bool | None = None
    reasoning_opened: bool = False
    tokenizer: Path | None = None

    @property
    def server(self) -> str:
        """The address without the `/v1` of the API, where vLLM serves what is not OpenAI's."""
        return without_login(self.base_url).rstrip("/").removesuffix("/v1")

    def opened_reasoning(self, decoding: Decoding) -> bool:
        """Whether an answer begins inside reasoning: where that is switched off, templates open none."""
        reasons = self.thinking is None or (self.thinking and decoding.thinking)
        return self.reasoning_opened and reasons
