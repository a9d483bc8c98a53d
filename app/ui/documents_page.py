"""The documents: upload, the list with what can be done to each, and the ledger of what became of every file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from ...indexing.documents import Document
from ...indexing.stores import UPLOADS
from ...retrieval.query import Where
from .collections_home import short_name, short_names
from .document_preview import show_preview
from .index_progress import show_run
from .literal import literal
from .scope import show_scope
from .session import Place, client, index_jobs, say
from .upload_form import show_upload, tell_renamed

_LEDGER_LINES = 2_000


def show(place: Place) -> None:
    """Draw the page."""
    st.header(say("documents"))
    where = show_scope(place)
    show_upload(place)
    if index_jobs().of(place.path) is not None:
        tell_renamed(place)
        show_run(place)
    _show_list(place, where)
    with st.expander(say("ledger")):
        _show_ledger(place)


def delete(place: Place, documents: Sequence[Document]) -> None:
    """Delete documents, and their files where these were uploaded: they live nowhere else. Others are the user's."""
    uploads = (place.path / UPLOADS).resolve()
    for document in documents:
        client(place.path).delete(document.source)
        path = Path(document.source).resolve()
        # What lies in an archive has no file of its own.
        if uploads in path.parents and path.is_file():
            path.unlink(missing_ok=True)


def _show_list(place: Place, where: Where | None) -> None:
    documents = client(place.path).documents(where)
    if not documents:
        st.info(say("no documents") if where is None else say("none admitted"))
        return
    chosen = st.dataframe(
        [_row(document, place, metadata=any(one.metadata for one in documents)) for document in documents],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="chosen documents",
    )
    picked = [documents[row] for row in chosen.selection.rows if row < len(documents)]
    if not picked:
        st.caption(say("pick documents"))
        return
    with st.container(horizontal=True):
        if st.button(say("update"), icon=":material/refresh:"):
            paths = list(dict.fromkeys(_file_of(one.source) for one in picked))
            if index_jobs().start(client(place.path), place.path, paths, force=True) is None:
                st.warning(say("run goes on"))
            else:
                st.rerun()
        if st.button(say("delete"), icon=":material/delete:"):
            st.dialog(say("delete"))(_confirm_delete)(place, picked)
    show_preview(place, picked[0])


def _row(document: Document, place: Place, *, metadata: bool) -> dict[str, Any]:
    return {
        say("source"): short_name(place.path, document.source),
        say("title"): document.title,
        say("pages"): len(document.pages),
        say("type"): document.media_type,
        **({say("metadata"): _told(document)} if metadata else {}),
    }


def _told(document: Document) -> str:
    return ", ".join(f"{key} = {value}" for key, value in document.metadata.items())


def _file_of(source: str) -> Path:
    """The file to read again: what lies in an archive or e-mail is read with that."""
    path = Path(source)
    return next((place for place in (path, *path.parents) if place.is_file()), path)


def _confirm_delete(place: Place, picked: Sequence[Document]) -> None:
    names = ", ".join(Path(one.source).name for one in picked)
    st.write(say("delete sure", name=literal(names)))
    if st.button(say("yes delete"), type="primary"):
        delete(place, picked)
        st.toast(say("deleted"))
        st.rerun()


def _show_ledger(place: Place) -> None:
    entries = client(place.path).ledger(limit=_LEDGER_LINES)
    wrong = st.toggle(say("only wrong"))
    st.dataframe(
        [
            {
                say("source"): short_name(place.path, entry.source),
                say("figure"): entry.figure or "",
                say("status"): say(f"status {entry.status}"),
                say("reason"): short_names(place.path, entry.reason),
                say("seconds"): round(entry.seconds, 2),
                say("when"): datetime.fromtimestamp(entry.at, tz=UTC),
            }
            for entry in reversed(entries)
            if not wrong or entry.status in {"failed", "skipped"}
        ],
        hide_index=True,
    )
