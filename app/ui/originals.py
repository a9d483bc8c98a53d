"""The files that documents were read from, to be downloaded; never shown by the browser itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from ...indexing.source_files import source_file
from .session import say


def offer_original(source: str) -> None:
    """A button that downloads the file as it was given, also one in an archive."""
    with source_file(source) as file:
        if file is None:
            st.caption(say("original gone"))
            return
    st.download_button(
        say("download"),
        partial(_original, source),
        file_name=Path(source).name,
        mime="application/octet-stream",
        icon=":material/download:",
    )


def _original(source: str) -> bytes:
    with source_file(source) as file:
        return file.read_bytes() if file is not None else b""
