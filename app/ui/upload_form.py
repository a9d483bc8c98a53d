"""Uploads: files and folders, with metadata; what becomes of those whose name is here already is asked first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ...indexing.documents import Metadata
from ...indexing.stores import UPLOADS
from .collections_home import Upload, keep_uploads, replaced_by, safe_upload_path
from .literal import literal
from .scope import read_metadata
from .session import Place, client, index_jobs, say, settings

_MOST_NAMES = 20
"""Of uploads that are named in one sentence."""


def show_upload(place: Place) -> None:
    """Draw the form, and start a run of indexing over what is uploaded."""
    folder = st.toggle(say("whole folder"))
    limit = settings().ui.max_upload_mib
    # Another name makes the uploader empty again.
    round_ = st.session_state.setdefault("upload round", 0)
    with st.container(border=True):
        uploads = st.file_uploader(
            say("upload"),
            accept_multiple_files="directory" if folder else True,
            max_upload_size=limit,
            key=f"uploads {round_} {folder}",
        )
        typed = st.text_input(say("metadata"), placeholder=say("metadata example"), key=f"metadata {round_}")
        given = [(upload.name, upload.getvalue()) for upload in uploads]
        replace = _may_replace(replaced_by(place.path, given), f"replace {round_}")
        # Files that the browser is still sending are not there yet: nothing can be started without them.
        if st.button(say("index uploads"), type="primary", disabled=not uploads):
            if not _index(place, given, read_metadata(typed), replace=replace):
                st.warning(say("run goes on"))
                return
            st.session_state["upload round"] = round_ + 1
            st.rerun()


def _may_replace(old: Sequence[str], key: str) -> bool:
    """Ask whether uploads take the place of older ones, whose names these are, or stand beside them."""
    if not old:
        return True
    st.warning(say("would replace", count=len(old), names=_listed(old)))
    options = ["replace", "keep both"]
    return st.radio(say("same name"), options, format_func=say, horizontal=True, key=key) == "replace"


def _index(place: Place, uploads: Sequence[Upload], metadata: Metadata, *, replace: bool) -> bool:
    """Keep the files and start a run; false where one goes on."""
    running = index_jobs().of(place.path)
    if running is not None and running.running:
        return False
    paths = keep_uploads(place.path, uploads, replace=replace)
    job = index_jobs().start(client(place.path), place.path, paths, metadata=metadata)
    names = [path.relative_to(place.path / UPLOADS).as_posix() for path in paths]
    wanted = [safe_upload_path(place.path, name).relative_to(place.path / UPLOADS).as_posix() for name, _ in uploads]
    renamed = [f"{old} → {new}" for old, new in zip(wanted, names, strict=True) if old != new]
    st.session_state["renamed uploads"] = (job, renamed)
    return job is not None


def tell_renamed(place: Place) -> None:
    """Say which uploads of the run that is shown are kept under another name."""
    job, renamed = st.session_state.get("renamed uploads", (None, []))
    if renamed and job is index_jobs().of(place.path):
        st.info(say("kept renamed", names=_listed(renamed)))


def _listed(names: Sequence[str]) -> str:
    """Names for a sentence; of many the first."""
    more = len(names) - _MOST_NAMES
    return literal(", ".join(names[:_MOST_NAMES])) + (" " + say("and more", count=more) if more > 0 else "")
