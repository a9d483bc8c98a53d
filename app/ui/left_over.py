"""Uploaded files that no run of indexing has come to, because the server was stopped while one went on."""

from __future__ import annotations

from pathlib import Path

from ...indexing.discovery import find_files
from ...indexing.stores import UPLOADS
from ..client import Chartwell

_BELOW = f"/{UPLOADS}/"


def left_over(chartwell: Chartwell) -> list[Path]:
    """Those uploads of a collection that are neither among its documents nor in its ledger, sorted."""
    uploads = chartwell.collection.path / UPLOADS
    if not uploads.is_dir():
        return []
    sources = [document.source for document in chartwell.documents()]
    sources += [entry.source for entry in chartwell.ledger()]
    # By what stands below the folder of uploads: the collection may have been moved.
    known = {source.partition(_BELOW)[2] for source in sources}
    found = [file for file in find_files([uploads]) if not file.hidden]
    return sorted(file.path for file in found if file.source.partition(_BELOW)[2] not in known)
