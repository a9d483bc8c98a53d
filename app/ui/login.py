"""The door: nothing is shown before it is passed."""

from __future__ import annotations

import math

import streamlit as st

from . import access
from .literal import literal
from .session import say, settings

_LET_IN = "let in"


def let_in() -> bool:
    """Whether this tab may go on; else what it takes is asked for."""
    ui = settings().ui
    if ui.login == "none" or st.session_state.get(_LET_IN):
        return True
    return _known_to_provider() if ui.login == "oidc" else _knows_password()


def address_of_tab() -> str:
    """Where this tab's browser is; "" on this machine."""
    return st.context.ip_address or ""


@st.cache_resource(show_spinner=False)
def _attempts() -> access.LoginAttempts:
    return access.LoginAttempts()


def _known_to_provider() -> bool:
    if not st.user.get("is_logged_in"):
        st.button(say("log in with"), on_click=st.login, type="primary", icon=":material/login:")
        return False
    allowed = access.is_allowed(settings().ui, st.user)
    who = literal(access.name_of(st.user))
    if allowed:
        st.sidebar.caption(say("logged in as", name=who))
    else:
        st.error(say("not allowed", email=who))
    st.sidebar.button(say("log out"), on_click=st.logout, icon=":material/logout:")
    return allowed


def _knows_password() -> bool:
    with st.form("login"):
        given = st.text_input(say("password"), type="password", autocomplete="current-password")
        if not st.form_submit_button(say("log in"), type="primary"):
            return False
    address = address_of_tab()
    wait = _attempts().try_one(address)
    if wait:
        st.error(say("too many attempts", seconds=math.ceil(wait)))
    elif access.is_password(settings().ui, given):
        _attempts().succeeded(address)
        st.session_state[_LET_IN] = True
        st.rerun()
    else:
        st.error(say("wrong password"))
    return False
