"""The documents: upload, progress, what could not be read and why, update, delete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ...indexing.documents import Document
from ...indexing.stores import UPLOADS
from .collections_home import safe_upload_path
from .index_job import IndexJob
from .literal import literal
from .session import Place, client, index_jobs, say, settings, told_error

_REFRESH_SECONDS = 1.0


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("documents"))
    _show_upload(place)
    if index_jobs().of(place.path) is not None:
        _show_run(place)
    _show_list(place)
    with st.expander(say("ledger")):
        entries = client(place.path).ledger(limit=2_000)
        st.dataframe([entry.to_dict() for entry in reversed(entries)], hide_index=True)


def delete(place: Place, documents: Sequence[Document]) -> None:
    """Delete documents, and their files where these were uploaded: they live nowhere else. Others are the user's."""
    uploads = (place.path / UPLOADS).resolve()
    for document in documents:
        client(place.path).delete(document.source)
        path = Path(document.source).resolve()
        if uploads in path.parents:
            path.unlink(missing_ok=True)


def _keep(place: Place, name: str, data: bytes) -> Path:
    path = safe_upload_path(place.path, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _show_upload(place: Place) -> None:
    folder = st.toggle(say("whole folder"))
    limit = settings().ui.max_upload_mib
    with st.form("upload", clear_on_submit=True):
        uploads = st.file_uploader(
            say("upload"), accept_multiple_files="directory" if folder else True, max_upload_size=limit
        )
        if st.form_submit_button(say("index uploads"), type="primary") and uploads:
            paths = [_keep(place, upload.name, upload.getvalue()) for upload in uploads]
            index_jobs().start(client(place.path), place.path, paths)


@st.fragment(run_every=_REFRESH_SECONDS)
def _show_run(place: Place) -> None:
    job = index_jobs().of(place.path)
    if job is None:
        return
    if job.running:
        left = job.seconds_left
        told = say("indexing", done=job.done, total=job.total)
        if left is not None:
            told += " · " + say("time left", seconds=round(left))
        st.progress(job.done / job.total if job.total else 0.0, told)
        st.button(say("cancel"), on_click=job.cancel)
        _show_entries(job)
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
    _show_entries(job)
    if st.button(say("close"), key="close run"):
        index_jobs().forget(place.path)
        st.rerun(scope="app")


def _show_entries(job: IndexJob) -> None:
    rows = [
        {
            say("source"): Path(entry.source).name,
            say("status"): entry.status,
            say("reason"): "; ".join([entry.reason, *entry.warnings]).strip("; "),
            say("pages"): entry.pages,
            say("nodes"): entry.nodes,
        }
        for entry in list(job.entries)
    ]
    if rows:
        st.dataframe(rows, hide_index=True)


def _show_list(place: Place) -> None:
    documents = client(place.path).documents()
    if not documents:
        st.info(say("no documents"))
        return
    rows: list[dict[str, Any]] = [
        {
            say("source"): _short(document.source, place),
            say("title"): document.title,
            say("pages"): len(document.pages),
            say("type"): document.media_type,
        }
        for document in documents
    ]
    chosen = st.dataframe(rows, hide_index=True, on_select="rerun", selection_mode="multi-row", key="chosen documents")
    picked = [documents[row] for row in chosen.selection.rows if row < len(documents)]
    if not picked:
        return
    with st.container(horizontal=True):
        if st.button(say("update"), icon=":material/refresh:"):
            index_jobs().start(client(place.path), place.path, [Path(one.source) for one in picked], force=True)
            st.rerun()
        if st.button(say("delete"), icon=":material/delete:"):
            _confirm_delete(place, picked)


@st.dialog(" ")
def _confirm_delete(place: Place, picked: Sequence[Document]) -> None:
    names = ", ".join(Path(one.source).name for one in picked)
    st.write(say("delete sure", name=literal(names)))
    if st.button(say("yes delete"), type="primary"):
        delete(place, picked)
        st.toast(say("deleted"))
        st.rerun()


def _short(source: str, place: Place) -> str:
    return source.removeprefix(str((place.path / UPLOADS).resolve()) + "/")
