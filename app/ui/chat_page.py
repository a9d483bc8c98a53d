"""The conversation: questions, streamed answers, and the evidence behind each citation beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ...indexing.conversations import Conversations, StoredTurn
from . import conversation_list
from .answer_job import AnswerJob, Keeper, history_of
from .answer_pieces import SIGNS, with_sources
from .answer_view import show_answer
from .evidence_panel import show_evidence
from .explanation_view import show_explanation
from .first_steps import show_first_steps
from .literal import literal
from .scope import described, show_scope
from .session import Place, client, say, told_error

_REFRESH_SECONDS = 0.1
_PANEL_PIXELS = 640
_EXCERPT = 240
"""Characters of the closest evidence that are shown where the documents do not tell."""
_ENDINGS = {"cancelled": "stopped", "length": "cut off"}


def show(place: Place) -> None:
    """Draw the page."""
    chartwell = client(place.path)
    talks = chartwell.collection.conversations
    conversation_list.show(talks)
    where = show_scope(place)
    current = st.session_state.get("conversation")
    turns = talks.turns(current) if current is not None else []
    chat, beside = _columns()
    job: AnswerJob | None = st.session_state.get("job")
    with chat:
        for turn in turns:
            _show_turn(talks, turn)
        # Filled last, for that takes as long as the answer.
        running = st.container()
    if not turns and job is None:
        show_first_steps(place)
    with beside:
        _show_selected(turns)
    if where is not None:
        st.caption(described(where))
    question = st.chat_input(say("ask"), disabled=job is not None)
    again, instead_of = st.session_state.pop("ask again", (None, None))
    if job is not None:
        with running:
            _follow(job)
    elif (question or again or "").strip():
        asked = question or again
        before = [turn for turn in turns if instead_of is None or turn.id < instead_of]
        history = history_of([(turn.question, turn.answer) for turn in before])
        keep = Keeper(talks, current, asked, instead_of)
        st.session_state["job"] = AnswerJob(chartwell, asked, history, where, keep)
        st.session_state["keeper"] = keep
        st.rerun()


def _columns() -> tuple[Any, Any]:
    if st.session_state.get("cited") is None:
        return st.container(), st.container()
    left, right = st.columns(2)
    return left, right


def _show_turn(talks: Conversations, turn: StoredTurn) -> None:
    with st.chat_message("user"):
        st.text(turn.question)
    with st.chat_message("assistant"):
        _show_told(turn.answer, f"turn {turn.id}", turn.id)
        _show_buttons(talks, turn)


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
    with st.expander(say("how found")):
        show_explanation(answer)


def _show_buttons(talks: Conversations, turn: StoredTurn) -> None:
    with st.container(horizontal=True):
        before = None if turn.feedback is None else int(turn.feedback.good)
        # Another thumb, given here or in another tab, begins anew: an old one left in it would be given again.
        thumb = st.feedback("thumbs", key=f"thumb {turn.id} {before}", default=before)
        if thumb != before:
            _rate(talks, turn, thumb)
        if st.button(say("again"), key=f"again {turn.id}", type="tertiary", icon=":material/refresh:"):
            _ask_again(turn, turn.question)
        with st.popover(say("edit"), type="tertiary", icon=":material/edit:"):
            edited = st.text_area(say("edit"), turn.question, key=f"edit {turn.id}", label_visibility="collapsed")
            if st.button(say("send"), key=f"send {turn.id}") and edited.strip():
                _ask_again(turn, edited.strip())
        with st.popover(say("copy"), type="tertiary", icon=":material/content_copy:"):
            st.code(with_sources(turn.answer), language=None, wrap_lines=True)
        if turn.feedback is not None:
            with st.popover(say("note"), type="tertiary"):
                note = st.text_area(say("note"), turn.feedback.note, key=f"note {turn.id}")
                if st.button(say("keep"), key=f"keep {turn.id}"):
                    talks.rate(turn.id, good=turn.feedback.good, note=note)
                    st.toast(say("kept"))


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


def _ask_again(turn: StoredTurn, question: str) -> None:
    st.session_state["cited"] = None
    st.session_state["ask again"] = (question, turn.id)
    st.rerun()


def _follow(job: AnswerJob) -> None:
    """Show an answer as it is written. What is clicked meanwhile ends this run of the script, and the next goes on."""
    with st.chat_message("user"):
        st.text(job.question)
    with st.chat_message("assistant"):
        written = st.empty()
        written.text(_so_far(job))
        st.button(say("stop"), on_click=job.stop, icon=":material/stop_circle:")
    while not job.wait(_REFRESH_SECONDS):
        written.text(_so_far(job))
    st.session_state["conversation"] = st.session_state.pop("keeper").conversation
    st.session_state["job"] = None
    if job.error is not None:
        st.session_state["failed"] = told_error(job.error)
    st.rerun()


def _so_far(job: AnswerJob) -> str:
    """The text, and before there is any what goes on."""
    return job.text or (say("reading evidence", count=len(job.evidence)) if job.evidence else say("searching"))


def _show_selected(turns: list[StoredTurn]) -> None:
    failed = st.session_state.pop("failed", None)
    if failed:
        st.error(literal(failed))
    selected = st.session_state.get("cited")
    turn = next((one for one in turns if selected is not None and one.id == selected[0]), None)
    if selected is None or turn is None or not 1 <= selected[1] <= len(turn.answer["evidence"]):
        return
    # A height of its own: the page scrolls to its end, where the latest answer is.
    with st.container(height=_PANEL_PIXELS):
        if st.button(say("close"), icon=":material/close:", type="tertiary"):
            st.session_state["cited"] = None
            st.rerun()
        show_evidence(turn.answer, *selected[1:])
