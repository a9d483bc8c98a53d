"""Messages and decoding settings in the form that vLLM's chat API takes."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....errors import LimitExceeded
from ....indexing.encoders.picture_size import MAX_PIXELS, require_pixels, scaled_down
from ....indexing.encoders.rgb import as_rgb
from ....indexing.encoders.token_counter import encodable
from ..chat_model import Decoding, Message
from .options import VllmOptions

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_NO_PICTURE = "(This picture cannot be shown.)"
"""Stands in the place of one: those behind it are taken for what they are by their order."""
_SENT_AS_STORED = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `warnings` tell which pictures are not."""

    messages: list[BaseMessage]
    arguments: dict[str, Any]
    warnings: tuple[str, ...] = ()


def request(messages: Sequence[Message], decoding: Decoding, options: VllmOptions) -> Request:
    """The messages with their pictures, and the arguments of `ChatOpenAI.astream`."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    warnings: list[str] = []
    left = options.max_images
    made: list[BaseMessage] = []
    for message in messages:
        pictures: list[dict[str, str]] = []
        for path in message.images:
            if not left:
                break
            try:
                pictures.append(_picture(path, options.max_image_pixels))
                left -= 1
            except (OSError, ValueError, LimitExceeded) as error:
                pictures.append({"type": "text", "text": _NO_PICTURE})
                warnings.append(f"A picture was not shown to {options.model}: {error}")
        text = encodable(message.text)
        made.append(kinds[message.role]([{"type": "text", "text": text}, *pictures] if pictures else text))
    wanted = sum(len(message.images) for message in messages) - len(warnings)
    if wanted > options.max_images > 0:
        warnings.append(f"Of {wanted} pictures, {options.model} was shown the first {options.max_images}.")
    return Request(made, arguments(decoding, options), tuple(warnings))


def arguments(decoding: Decoding, options: VllmOptions) -> dict[str, Any]:
    """The decoding settings as keyword arguments; what OpenAI's own API lacks goes into `extra_body`."""
    extra: dict[str, Any] = {}
    chosen: dict[str, Any] = {
        "temperature": decoding.temperature,
        "max_completion_tokens": decoding.max_tokens,
        "extra_body": extra,
    }
    if decoding.top_p < 1:
        chosen["top_p"] = decoding.top_p
    if decoding.top_k:
        extra["top_k"] = decoding.top_k
    if decoding.seed is not None:
        chosen["seed"] = decoding.seed
    if decoding.logprobs:
        chosen["logprobs"] = True
    if decoding.beams > 1:
        extra["use_beam_search"] = True
        chosen["n"] = decoding.beams
    if decoding.json_schema is not None:
        # Not as an argument of its own: the client would then hold the answer back until it is whole, and parse it.
        schema = {"name": "answer", "strict": True, "schema": dict(decoding.json_schema)}
        extra["response_format"] = {"type": "json_schema", "json_schema": schema}
    if options.thinking is not None:
        extra["chat_template_kwargs"] = {"enable_thinking": options.thinking and decoding.thinking}
    return chosen


def _picture(path: Path, pixels: int) -> dict[str, str]:
    """A picture of `pixels` at most; what is small enough and of a common format is sent as it is stored."""
    from PIL import Image, UnidentifiedImageError

    data = path.read_bytes()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            require_pixels(picture, MAX_PIXELS, path.name)
            media_type = _SENT_AS_STORED.get(picture.format or "")
            if media_type is None or picture.mode != "RGB" or picture.width * picture.height > pixels:
                buffer = io.BytesIO()
                scaled_down(as_rgb(picture), pixels).save(buffer, "PNG", compress_level=1)
                media_type, data = "image/png", buffer.getvalue()
            else:
                picture.verify()
    except UnidentifiedImageError as error:
        raise ValueError(f"{path.name} is no picture") from error
    except (Image.DecompressionBombError, SyntaxError, OSError) as error:
        raise ValueError(f"{path.name} is damaged or too large: {error}") from error
    return {"type": "image", "base64": b64encode(data).decode(), "mime_type": media_type}
