"""Which documents and kinds of evidence are looked at: chosen in the sidebar, for chat and documents alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ...indexing.documents import Document
from ...indexing.filters import OWN_KEYS
from ...retrieval.query import Where
from .collections_home import short_name
from .literal import literal
from .session import Place, client, say

_KINDS = ("text", "table", "chart")
_MOST_OPTIONS = 500
"""A longer list is no help to choose from, and goes to the browser with every click."""
_FIELDS = ("named", "sources", "kinds", "metadata")


@dataclass(frozen=True, slots=True)
class Scope:
    """What was chosen: part of a file's name, single sources, kinds, and metadata as pairs of key and value."""

    named: str = ""
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    metadata: tuple[tuple[str, Any], ...] = ()

    def where(self) -> Where | None:
        """The filter; None where nothing was chosen. Values of one key are alternatives, keys all have to hold."""
        chosen: dict[str, Any] = {}
        sources = [_exactly(source) for source in self.sources]
        if self.named.strip():
            sources.append(f"*{_any_case(self.named.strip())}*")
        if sources:
            chosen["source"] = sources
        if self.kinds:
            chosen["kind"] = list(self.kinds)
        for key, value in self.metadata:
            chosen.setdefault(key, []).append(_exactly(value) if isinstance(value, str) else value)
        return chosen or None


def show_scope(place: Place) -> Where | None:
    """Draw the choices; the filter they make. They stay when the page changes."""
    store = f"scope of {place.path}"
    chosen: dict[str, Any] = st.session_state.setdefault(store, {})
    documents = client(place.path).documents()
    pairs = metadata_pairs(documents)
    keys = {name: f"scope {name} {place.name}" for name in _FIELDS}
    # Streamlit forgets what widgets hold that another page does not draw.
    for name, key in keys.items():
        if key not in st.session_state and name in chosen:
            st.session_state[key] = chosen[name]
    sources = [document.source for document in documents[:_MOST_OPTIONS]]
    _drop_unknown(keys["sources"], sources)
    _drop_unknown(keys["metadata"], pairs)
    count = sum(bool(chosen.get(name)) for name in _FIELDS)
    with st.sidebar.expander(say("filter") + (f" ({count})" if count else ""), icon=":material/filter_alt:"):
        named = st.text_input(say("only named"), key=keys["named"])
        picked = st.multiselect(
            say("only documents"),
            sources,
            format_func=lambda one: literal(short_name(place.path, one)),
            placeholder=say("choose"),
            key=keys["sources"],
        )
        kinds = st.pills(say("only kinds"), _KINDS, selection_mode="multi", format_func=say, key=keys["kinds"])
        told = []
        if pairs:
            told = st.multiselect(
                say("only metadata"),
                pairs,
                format_func=_pair_name,
                placeholder=say("choose"),
                key=keys["metadata"],
            )
    st.session_state[store] = {"named": named, "sources": picked, "kinds": kinds, "metadata": told}
    return Scope(named, tuple(picked), tuple(kinds), tuple(told)).where()


def metadata_pairs(documents: Iterable[Document]) -> list[tuple[str, Any]]:
    """Keys and values that occur in the documents' metadata and can be filtered by, sorted."""
    pairs = {(key, value) for document in documents for key, value in document.metadata.items() if key not in OWN_KEYS}
    return sorted(pairs, key=lambda pair: (pair[0], isinstance(pair[1], str), pair[1]))[:_MOST_OPTIONS]


def read_metadata(typed: str) -> dict[str, str | float]:
    """`key = value` lines, or such pairs with commas between, as metadata; numbers become numbers.

    What has no `=` is left out.
    """
    told: dict[str, str | float] = {}
    for piece in re.split(r"[\n,，;；]", typed):
        key, equals, value = piece.partition("=")
        if equals and key.strip() and value.strip():
            told[key.strip()] = _number(value.strip())
    return told


def _pair_name(pair: tuple[str, Any]) -> str:
    return literal(f"{pair[0]} = {pair[1]}")


def _number(value: str) -> str | float:
    plain = re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", value)
    if plain is None:
        return value
    return float(value) if plain[1] else int(value)


def _drop_unknown(key: str, options: Sequence[Any]) -> None:
    """What was chosen and is gone since, such as a deleted document, is chosen no more."""
    held: Sequence[Any] | None = st.session_state.get(key)
    if held is not None:
        st.session_state[key] = [one for one in held if one in options]


def _exactly(text: str) -> str:
    """As a pattern that matches nothing else: filters take `*`, `?` and `[` for wildcards."""
    return re.sub(r"[*?[]", lambda found: f"[{found.group()}]", text)


def _any_case(text: str) -> str:
    """As a pattern that matches letters large or small."""
    return "".join(
        f"[{c.lower()}{c.upper()}]" if len(c.lower()) == len(c.upper()) == 1 and c.lower() != c.upper() else _exactly(c)
        for c in text
    )


def described(where: Mapping[str, object] | None) -> str:
    """That a filter holds, for a line beside the question; "" where none does."""
    return say("filtered") if where else ""
