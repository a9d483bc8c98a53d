"""A kept exchange on the page: the question, its answer, and what can be done with them.

Every click draws all exchanges anew, so what an exchange does not show until it is opened is drawn when it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ...indexing.conversations import Conversations, StoredTurn
from .answer_pieces import SIGNS, with_sources
from .answer_view import show_answer
from .explanation_view import show_explanation
from .literal import literal
from .session import say

_EXCERPT = 240
"""Characters of the closest evidence that are shown where the documents do not tell."""
_ENDINGS = {"cancelled": "stopped", "length": "cut off"}


def show_turn(talks: Conversations, turn: StoredTurn, *, busy: bool) -> None:
    """Draw its answer. While the page is `busy` with another, nothing else can be asked."""
    _show_told(turn.answer, f"turn {turn.id}", turn.id)
    _show_buttons(talks, turn, busy=busy)


def ask(question: str, instead_of: int | None = None) -> None:
    """Have the chat's next run ask a question, in place of a turn and all after it where that is given."""
    st.session_state["asked"] = (question, instead_of)
    st.session_state["cited"] = None


def _show_told(answer: Mapping[str, Any], key: str, turn: int) -> None:
    for warning in answer["warnings"]:
        st.warning(literal(warning))
    selected = st.session_state.get("cited")
    labels = {verdict: say(verdict) for verdict in SIGNS}
    clicked = show_answer(answer, labels, key=key, selected=selected[1:] if selected and selected[0] == turn else None)
    if clicked is not None:
        st.session_state["cited"] = (turn, *clicked)
        st.rerun()
    if answer["finish"] in _ENDINGS:
        st.caption(say(_ENDINGS[answer["finish"]]))
    if answer["withheld"]:
        with st.expander(say("withheld", count=len(answer["withheld"]))):
            for claim in answer["withheld"]:
                st.text(f"{SIGNS[claim['verdict']]} {claim['text']} — {claim['reason']}")
    if answer["abstained"] and answer["evidence"]:
        st.caption(say("not told"))
        for position, item in enumerate(answer["evidence"][:3], start=1):
            name = str(item["source"]).rsplit("/", 1)[-1]
            if st.button(f"{position} · {literal(name)}", key=f"{key} closest {position}", type="tertiary"):
                st.session_state["cited"] = (turn, position, None)
                st.rerun()
            st.text(_excerpt(str(item["text"])))
    found = st.expander(say("how found"), key=f"{key} found", on_change="rerun")
    if found.open:
        with found:
            show_explanation(answer)


def _show_buttons(talks: Conversations, turn: StoredTurn, *, busy: bool) -> None:
    with st.container(horizontal=True):
        before = None if turn.feedback is None else int(turn.feedback.good)
        # Another thumb, given here or in another tab, begins anew: an old one left in it would be given again.
        thumb = st.feedback("thumbs", key=f"thumb {turn.id} {before}", default=before)
        if thumb != before:
            _rate(talks, turn, thumb)
        st.button(
            say("again"),
            key=f"again {turn.id}",
            type="tertiary",
            icon=":material/refresh:",
            disabled=busy,
            on_click=ask,
            args=(turn.question, turn.id),
        )
        edit = st.popover(
            say("edit"), key=f"editing {turn.id}", type="tertiary", icon=":material/edit:", on_change="rerun"
        )
        if edit.open:
            with edit:
                _show_edit(turn, busy=busy)
        copy = st.popover(
            say("copy"), key=f"copying {turn.id}", type="tertiary", icon=":material/content_copy:", on_change="rerun"
        )
        if copy.open:
            copy.code(with_sources(turn.answer), language=None, wrap_lines=True)
        if turn.feedback is not None:
            with st.popover(say("note"), type="tertiary"):
                note = st.text_area(say("note"), turn.feedback.note, key=f"note {turn.id}")
                if st.button(say("keep"), key=f"keep {turn.id}"):
                    talks.rate(turn.id, good=turn.feedback.good, note=note)
                    st.toast(say("kept"))


def _show_edit(turn: StoredTurn, *, busy: bool) -> None:
    key, draft = f"edit {turn.id}", f"draft {turn.id}"

    def keep() -> None:
        # Streamlit forgets what a widget holds that is not drawn, as when the popover is closed.
        st.session_state[draft] = st.session_state[key]

    def send() -> None:
        st.session_state.pop(draft, None)
        if edited := st.session_state[key].strip():
            ask(edited, turn.id)

    begun = st.session_state.get(draft, turn.question)
    st.text_area(say("edit"), begun, key=key, label_visibility="collapsed", on_change=keep)
    st.button(say("send"), key=f"send {turn.id}", disabled=busy, on_click=send)


def _rate(talks: Conversations, turn: StoredTurn, thumb: int | None) -> None:
    """Keep a thumb, or take it back; what was noted with the one before stays."""
    if thumb is None:
        talks.unrate(turn.id)
    else:
        talks.rate(turn.id, good=bool(thumb), note=turn.feedback.note if turn.feedback else "")
        st.toast(say("kept"))
    st.rerun()


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"
