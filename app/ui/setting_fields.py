"""The settings that can be changed in the interface, each as the field that suits its type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from ...errors import SettingsError
from ...indexing.addresses import shown
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
_BLOT = "***@"
"""What `shown` puts in the place of the login in an address."""


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


def is_fixed(name: str, given: Mapping[str, Any]) -> bool:
    """Whether a setting cannot be changed here, `given` what the environment sets.

    The address of the decoder neither where its key is set there: the key would go to whichever server is entered.
    """
    return is_set(name, given) or (name == "decoder.base_url" and is_set("decoder.api_key", given))


def changed(old: Settings, entered: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from `old` and is not fixed; a secret that was not entered stays as it is.

    But a key given for one server is not sent to another: with the address it goes, unless it is entered anew.
    Raises `SettingsError` for an address in which a login is still blotted out.
    """
    found = {
        name: value
        for name, value in entered.items()
        if value is not None and value != value_of(old, name) and not is_fixed(name, given)
    }
    address = found.get("decoder.base_url")
    if address is not None and _BLOT in address:
        raise SettingsError(
            f"The address {address} holds {_BLOT[:-1]} where its name and password were.",
            hint="Enter them anew, or leave them out.",
        )
    if address is not None and old.decoder.api_key.get_secret_value() and "decoder.api_key" not in found:
        found["decoder.api_key"] = SecretStr("")
    return found


def setting_field(settings: Settings, name: str, *, fixed: bool) -> Any:  # noqa: ANN401 - of any type
    """Draw the field of a setting and give what is entered; of a secret only what is entered anew, else None.

    The login in an address is not shown, and stays where the address is left as it is. `fixed` settings are shown
    and cannot be changed.
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
    text = st.text_input(label, shown(value), **common).strip()
    return value if text == shown(value) else text


def _info(name: str) -> FieldInfo:
    *sections, key = name.split(".")
    model: type[BaseModel] = Settings
    for section in sections:
        inner = model.model_fields[section].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            raise KeyError(name)
        model = inner
    return model.model_fields[key]
