"""The settings: change them, test the server of the decoder, see what is in force and how the installation is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from ...errors import ChartwellError, EncoderMismatch
from ..description import without_secrets
from ..settings import Settings, config_path, set_by_environment
from ..settings_file import change_settings_file, nested
from .collections_home import collections_in
from .connection import served_models
from .consequences import Consequences, consequences
from .feedback_view import show_feedback
from .literal import literal
from .session import Place, client, open_collections, say, settings, told_error
from .setting_fields import GROUPS, changed, is_fixed, setting_field

_SIGNS = {"ok": "✓", "missing": "✗"}
_WAITING = "settings to confirm"


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("settings"))
    if st.session_state.pop("settings changed", False):
        st.success(say("settings changed", path=literal(str(config_path()))))
    _offer_reindex(place)
    if settings().ui.change_settings:
        _confirm()
        _offer_changes(place)
    else:
        st.info(say("settings fixed"))
    if st.button(say("check"), icon=":material/stethoscope:"):
        from ..doctor import examine

        for finding in examine(place.path, recall=False):
            st.markdown(f"{_SIGNS.get(finding.state, '·')} **{literal(finding.name)}** {literal(finding.detail)}")
            if finding.remedy:
                st.caption(literal(finding.remedy))
    with st.expander(say("in force")):
        st.caption(say("where settings"))
        told = without_secrets(settings().model_dump())
        st.code(json.dumps(told, ensure_ascii=False, indent=2), language="json")
    show_feedback(place)


def _offer_changes(place: Place) -> None:
    """Fields for the settings, and what becomes of what is entered."""
    given = set_by_environment()
    entered: dict[str, Any] = {}
    with st.form("settings", border=False):
        for heading, names in GROUPS.items():
            st.subheader(say(heading))
            for name in names:
                entered[name] = setting_field(settings(), name, fixed=is_fixed(name, given))
            if heading == "settings of answers":
                tested = st.form_submit_button(say("test connection"), icon=":material/lan:")
                told = st.container()
            if heading == "settings of encoding":
                st.caption(say("encoding is work"))
        saved = st.form_submit_button(say("save settings"), type="primary")
    st.caption(say("theme where"))
    if not tested and not saved:
        return
    try:
        changes = changed(settings(), entered, given)
        candidate = Settings.load(**nested(changes)) if saved else settings()
        if tested:
            with told:
                _test(entered, changes)
            return
        costs = consequences(settings(), candidate, _opened(place))
    except ChartwellError as error:
        st.error(literal(told_error(error)))
        return
    if not changes:
        st.info(say("nothing changed"))
    elif costs:
        st.session_state[_WAITING] = (changes, costs)
        st.rerun()
    else:
        _change(changes)


def _test(entered: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    server = {
        name.removeprefix("decoder."): value
        for name, value in {**entered, **changes}.items()
        if name in {"decoder.base_url", "decoder.api_key"} and value is not None
    }
    decoder = Settings.load(decoder=server).decoder
    with st.spinner(say("testing")):
        try:
            served = served_models(decoder)
        except ChartwellError as error:
            st.error(literal(told_error(error)))
            return
    st.success(say("server answers", models=literal(", ".join(served))))
    if entered["decoder.model"] not in served:
        st.warning(say("model not served"))


def _confirm() -> None:
    """Say what a change costs before it is made."""
    if _WAITING not in st.session_state:
        return
    changes, costs = st.session_state[_WAITING]
    with st.container(border=True):
        _tell(costs)
        with st.container(horizontal=True):
            if st.button(say("change anyway"), type="primary"):
                del st.session_state[_WAITING]
                _change(changes)
            if st.button(say("leave settings")):
                del st.session_state[_WAITING]
                st.rerun()


def _tell(costs: Consequences) -> None:
    for name, count in costs.encode_again:
        st.warning(say("would encode again", name=literal(name), count=count))
    if costs.download:
        st.warning(say("would download"))
    if costs.cut_anew:
        st.warning(say("would cut anew"))


def _change(changes: Mapping[str, Any]) -> None:
    change_settings_file(config_path(), changes)
    open_collections().configure(Settings.load())
    st.session_state["settings changed"] = True
    st.rerun()


def _opened(place: Place) -> list[tuple[str, Any]]:
    """The collections that open; what is wrong with others is told where they are used."""
    found = []
    for name in collections_in(place.home):
        try:
            found.append((name, client(place.home / name)))
        except ChartwellError:
            continue
    return found


def _offer_reindex(place: Place) -> None:
    chartwell = client(place.path)
    try:
        chartwell.require_encoders()
    except EncoderMismatch as error:
        st.warning(literal(str(error)))
        count = chartwell.collection.node_count()
        st.write(say("needs reindex", count=count))
        if st.button(say("reindex"), type="primary"):
            with st.spinner(say("reindex")):
                chartwell.reindex()
            st.rerun()
