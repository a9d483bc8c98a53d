"""The error for a model that a server does not have: told apart because it needs no client library."""

from __future__ import annotations

from collections.abc import Sequence

from ....errors import DecoderError, DecoderRefused
from ....indexing.addresses import shown


def unknown_model(base_url: str, model: str, served: Sequence[str]) -> DecoderError:
    """The server has other models than the one in the settings."""
    names = ", ".join(repr(name) for name in served[:10]) or "none"
    return DecoderRefused(
        f"The server at {shown(base_url)} has no model {model!r}. It serves: {names}.",
        hint="Set `decoder.model` to one of them.",
    )
