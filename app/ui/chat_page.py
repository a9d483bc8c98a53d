"""The conversation: questions, streamed answers, and the evidence behind each citation beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ...indexing.conversations import Conversations, StoredTurn
from ...retrieval.query import Where
from ..client import Chartwell
from . import conversation_list
from .answer_job import AnswerJob, Keeper, history_of
from .evidence_panel import show_evidence
from .first_steps import show_first_steps
from .literal import literal
from .running_view import RunningView
from .scope import described, show_scope
from .session import Place, client, say, told_error
from .turn_view import show_turn

_SEARCH_SECONDS = 0.3
"""How long the rest of the page, which is there from before, waits for what is found."""
_PANEL_PIXELS = 640


def show(place: Place) -> None:
    """Draw the page."""
    chartwell = client(place.path)
    talks = chartwell.collection.conversations
    conversation_list.show(talks)
    where = show_scope(place)
    current = st.session_state.get("conversation")
    turns = talks.turns(current) if current is not None else []
    job = _job(chartwell, turns, where)
    st.chat_input(say("ask"), key="question", disabled=job is not None)
    chat, beside = _columns()
    with chat:
        running = _show_exchanges(talks, turns, job)
    if not turns and job is None:
        show_first_steps(place)
    with beside:
        _show_selected(turns)
    if where is not None:
        st.caption(described(where))
    if job is not None and running is not None:
        running.follow()
        _end(job)


def _job(chartwell: Chartwell, turns: Sequence[StoredTurn], where: Where | None) -> AnswerJob | None:
    """What goes on, or begins as something was asked since the last run of the script."""
    asked, instead_of = st.session_state.pop("asked", ("", None))
    running: AnswerJob | None = st.session_state.get("job")
    question = st.session_state.get("question") or asked
    if running is not None or not question.strip():
        return running
    before = [turn for turn in turns if instead_of is None or turn.id < instead_of]
    history = history_of([(turn.question, turn.answer) for turn in before])
    keep = Keeper(chartwell.collection.conversations, st.session_state.get("conversation"), question, instead_of)
    job = AnswerJob(chartwell, question, history, where, keep)
    st.session_state["job"] = job
    return job


def _end(job: AnswerJob) -> None:
    st.session_state["conversation"] = _keeper(job).conversation
    st.session_state["job"] = None
    if job.error is not None:
        st.session_state["failed"] = told_error(job.error)
    st.rerun()


def _show_exchanges(talks: Conversations, turns: Sequence[StoredTurn], job: AnswerJob | None) -> RunningView | None:
    """Draw them in their order, but first what goes on, for which the reader waits."""
    shown = turns if job is None else _staying(turns, _keeper(job))
    slots = [(st.chat_message("user"), st.chat_message("assistant")) for _ in shown]
    running = None
    if job is not None:
        running = RunningView(job, st.chat_message("user"), st.chat_message("assistant"))
        for _ in turns[len(shown) + 1 :]:
            st.empty()
            st.empty()
        running.wait_for_news(_SEARCH_SECONDS)
    for turn, (question, answer) in zip(shown, slots, strict=True):
        question.text(turn.question)
        # In one container: its place is taken by a single text when the turn is asked again, and all of it is gone.
        with answer.container():
            show_turn(talks, turn, busy=job is not None)
    return running


def _keeper(job: AnswerJob) -> Keeper:
    assert isinstance(job.keep, Keeper)  # noqa: S101 - `_job` made it
    return job.keep


def _staying(turns: Sequence[StoredTurn], keeper: Keeper) -> Sequence[StoredTurn]:
    """Those that the answer which is written will not take the place of."""
    if keeper.instead_of is None or keeper.conversation != st.session_state.get("conversation"):
        return turns
    return [turn for turn in turns if turn.id < keeper.instead_of]


def _columns() -> tuple[Any, Any]:
    if st.session_state.get("cited") is None:
        return st.container(), st.container()
    left, right = st.columns(2)
    return left, right


def _show_selected(turns: Sequence[StoredTurn]) -> None:
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
