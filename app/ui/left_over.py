"""Uploaded files that no run of indexing has come to, because the server was stopped while one went on."""

from __future__ import annotations

from pathlib import Path

from ...indexing.discovery import find_files
from ...indexing.stores import UPLOADS
from ..client import Chartwell


def left_over(chartwell: Chartwell) -> list[Path]:
    """Those uploads of a collection that are neither among its documents nor in its ledger, sorted."""
    uploads = chartwell.collection.path / UPLOADS
    if not uploads.is_dir():
        return []
    known = {document.source for document in chartwell.documents()}
    known |= {entry.source for entry in chartwell.ledger()}
    return sorted(file.path for file in find_files([uploads]) if not file.hidden and file.source not in known)
