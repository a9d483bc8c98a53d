"""The record of one run: its report, the ledger's lines, and the events for who watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .collection import Writer
from .ledger import LedgerEntry
from .preparation import FigureOutcome
from .report import EventKind, FileEntry, IndexEvent, IndexReport, OnEvent


class RunRecord:
    """Opens a run in the ledger and tells everything that becomes of it."""

    def __init__(self, writer: Writer, on_event: OnEvent, settings: Mapping[str, Any]) -> None:
        self._writer = writer
        self._on_event = on_event
        self._id = writer.start_run(settings)
        self.report = IndexReport()
        self.found = 0
        """Files and members found so far."""

    def file(self, entry: FileEntry) -> None:
        """What became of a file."""
        self.report.entries.append(entry)
        reason = "; ".join(filter(None, (entry.reason, *entry.warnings)))
        self._write(LedgerEntry(entry.source, entry.status, code=entry.code, reason=reason, seconds=entry.seconds))
        self.event("committed" if entry.nodes else "file", entry.source, entry)

    def figure(self, source: str, figure: FigureOutcome) -> None:
        """What became of a figure."""
        indexed = figure.status == "indexed"
        self.report.figures_indexed += indexed
        self.report.figures_skipped += not indexed
        self._write(LedgerEntry(source, figure.status, figure=figure.name, reason=figure.reason))

    def event(self, kind: EventKind, source: str = "", entry: FileEntry | None = None) -> None:
        """A step of the run."""
        self._on_event(IndexEvent(kind, len(self.report.entries), self.found, source, entry))

    def finish(self) -> None:
        """Close the run in the ledger."""
        counts = Counter[str](entry.status for entry in self.report.entries)
        self._writer.finish_run(self._id, "cancelled" if self.report.cancelled else "done", counts)

    def _write(self, entry: LedgerEntry) -> None:
        self._writer.record(self._id, entry)
