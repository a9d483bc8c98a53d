"""A run of indexing as it goes on: file by file, the time left, a button that cancels; at its end what became of it."""

from __future__ import annotations

import streamlit as st

from .collections_home import short_name, short_names
from .index_job import IndexJob
from .literal import literal
from .session import Place, index_jobs, say, told_error

_REFRESH_SECONDS = 1.0
_MOST_WAITING = 200
_MOST_WRONG = 50
_WRONG = frozenset({"failed", "skipped"})


@st.fragment(run_every=_REFRESH_SECONDS)
def show_run(place: Place) -> None:
    """Draw the collection's run, again every second while it goes on."""
    job = index_jobs().of(place.path)
    if job is None:
        return
    if job.running:
        left = job.seconds_left
        told = say("indexing", done=job.done, total=job.total)
        if left is not None:
            told += " · " + say("time left", seconds=round(left))
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, told)
        st.button(say("cancel"), on_click=job.cancel, icon=":material/stop_circle:")
        _show_entries(place, job)
        st.session_state["indexing"] = True
        return
    if st.session_state.pop("indexing", False):
        st.rerun(scope="app")
    _show_end(place, job)


def _show_end(place: Place, job: IndexJob) -> None:
    if job.error is not None:
        st.error(literal(told_error(job.error)))
    elif job.report is not None:
        done = len(job.report.added) + len(job.report.updated)
        failed = [*job.report.failed, *job.report.skipped]
        st.success(say("indexed", count=done))
        if failed:
            st.error(say("not indexed", count=len(failed)))
        if job.report.cancelled:
            st.warning(say("cancelled"))
    _show_entries(place, job)
    if st.button(say("close"), key="close run"):
        index_jobs().forget(place.path)
        st.rerun(scope="app")


def _show_entries(place: Place, job: IndexJob) -> None:
    """What is wrong first, each with its whole reason, then what is under way, then what is done."""
    entries = list(job.entries)
    wrong = [entry for entry in entries if entry.status in _WRONG]
    for entry in wrong[:_MOST_WRONG]:
        reason = short_names(place.path, entry.reason)
        st.markdown(f"✗ **{literal(short_name(place.path, entry.source))}** — {literal(reason)}")
    if len(wrong) > _MOST_WRONG:
        st.caption(say("more wrong", count=len(wrong) - _MOST_WRONG))
    waiting = [
        {say("source"): short_name(place.path, source), say("status"): say(stage)}
        for source, stage in list(job.waiting.items())[:_MOST_WAITING]
        if job.running
    ]
    finished = [
        {
            say("source"): short_name(place.path, entry.source),
            say("status"): say(f"status {entry.status}"),
            say("pages"): entry.pages,
            say("nodes"): entry.nodes,
            say("note to file"): short_names(place.path, "; ".join(filter(None, (entry.reason, *entry.warnings)))),
        }
        for entry in entries
        if entry.status not in _WRONG
    ]
    rows = [*waiting, *finished]
    if rows:
        st.dataframe(rows, hide_index=True)
