"""`chartwell index`: progress on a terminal, a clean stop on Ctrl-C, the ledger at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from ..indexing.report import IndexEvent, IndexReport, OnEvent
from .cli import print_json
from .client import Chartwell
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
    with stop_on_interrupt(cancel), progress(enabled=not as_json and sys.stderr.isatty()) as on_event:
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


@contextmanager
def progress(*, enabled: bool) -> Iterator[OnEvent]:
    """A progress bar fed by events; silent where standard error is no terminal."""
    if not enabled:
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None)

        def on_event(event: IndexEvent) -> None:
            description = Path(event.source).name[:40] if event.source else event.kind
            bar.update(task, completed=event.done, total=event.total or None, description=escape(description))

        yield on_event
