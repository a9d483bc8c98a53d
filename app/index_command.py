"""`chartwell index`: progress on a terminal, a clean stop on Ctrl-C, the ledger at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.progress import MofNCompleteColumn, TimeRemainingColumn

from ..indexing.report import IndexEvent, IndexReport, OnEvent
from .cli import print_json
from .client import Chartwell
from .event_progress import event_progress
from .interrupts import stop_on_interrupt
from .output import parse_metadata, print_report


def run_index(
    client: Chartwell,
    paths: Sequence[Path],
    *,
    force: bool,
    prune: bool,
    metadata: Sequence[str],
    as_json: bool,
) -> IndexReport:
    """Index, show progress, print the report."""
    cancel = threading.Event()
    with stop_on_interrupt(cancel), index_progress(enabled=not as_json and sys.stderr.isatty()) as on_event:
        report = client.index(
            paths,
            metadata=parse_metadata(metadata),
            force=force,
            prune=prune,
            on_event=on_event,
            cancel=cancel,
        )
    print_json(report.to_dict()) if as_json else print_report(report)
    return report


def index_progress(*, enabled: bool) -> AbstractContextManager[OnEvent]:
    """A progress bar of files, fed by the events of `Chartwell.index`."""
    return event_progress("Indexing", _describe, MofNCompleteColumn(), TimeRemainingColumn(), enabled=enabled)


def _describe(event: IndexEvent) -> str:
    return Path(event.source).name[:40] if event.source else event.kind
