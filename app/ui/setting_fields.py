"""The settings that can be changed in the interface, each as the field that suits its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from ..settings import Settings
from .session import open_collections, say

GROUPS: Mapping[str, Sequence[str]] = {
    "settings of presets": ("preset",),
    "settings of answers": (
        "decoder.kind",
        "decoder.base_url",
        "decoder.model",
        "decoder.api_key",
        "decoder.on_decoder_error",
        "decoder.max_tokens",
        "answer.policy",
        "answer.evidence",
    ),
    "settings of search": ("retrieval.coarse_depth", "retrieval.fine_depth", "retrieval.reranker"),
    "settings of encoding": ("encoder.text_model", "encoder.image_model", "chunk.target_tokens"),
}
"""Dotted names by the heading that they stand under."""


def value_of(settings: Settings, name: str) -> Any:  # noqa: ANN401 - of any type
    """The value of a setting by its dotted name."""
    return reduce(getattr, name.split("."), settings)


def is_set(name: str, given: Mapping[str, Any]) -> bool:
    """Whether nested settings hold that name."""
    inner: Any = given
    for part in name.split("."):
        if not isinstance(inner, Mapping) or part not in inner:
            return False
        inner = inner[part]
    return True


def setting_field(settings: Settings, name: str, *, fixed: bool) -> Any:  # noqa: ANN401 - of any type
    """Draw the field of a setting and give what is entered; of a secret only what is entered anew, else None.

    `fixed` settings are shown and cannot be changed.
    """
    info, value = _info(name), value_of(settings, name)
    label, note = say(name), say("set by environment") if fixed else None
    # After a change, here or in another tab, fields begin anew: an old value left in one would be a change back.
    key = f"setting {name} {open_collections().changes}"
    common: dict[str, Any] = {"key": key, "disabled": fixed, "help": note}
    if isinstance(value, SecretStr):
        told = say("secret is set" if value.get_secret_value() else "secret is not set")
        entered = st.text_input(label, type="password", placeholder=told, autocomplete="new-password", **common)
        return SecretStr(entered) if entered else None
    if get_origin(info.annotation) is Literal:
        choices = list(get_args(info.annotation))
        return st.selectbox(
            label, choices, choices.index(value), format_func=lambda one: say(f"{name}={one}"), **common
        )
    if isinstance(value, int):
        least = next((int(str(one.ge)) for one in info.metadata if isinstance(one, Ge)), None)
        most = next((int(str(one.le)) for one in info.metadata if isinstance(one, Le)), None)
        return int(st.number_input(label, least, most, value, **common))
    return st.text_input(label, value, **common).strip()


def _info(name: str) -> FieldInfo:
    *sections, key = name.split(".")
    model: type[BaseModel] = Settings
    for section in sections:
        inner = model.model_fields[section].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            raise KeyError(name)
        model = inner
    return model.model_fields[key]
