"""`chartwell tune reranker | encoder`: progress on a terminal, a clean stop on Ctrl-C, the figures at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..indexing.tuned_models import ModelKind
from ..retrieval.learning.report import OnTuneEvent, TuneEvent, TuneReport
from .client import Chartwell
from .interrupts import stop_on_interrupt
from .output import console

_STAGES = {
    "examples": "Finding examples",
    "training": "Training",
    "judging": "Judging on held-out questions",
    "saving": "Saving",
}


def run_tune(
    client: Chartwell, kind: ModelKind, questions: Path | None, *, minutes: float, seed: int, as_json: bool
) -> TuneReport:
    """Tune and show progress; the first Ctrl-C ends it and leaves the collection as it was."""
    cancel = threading.Event()
    tune = client.tune_reranker if kind == "reranker" else client.tune_encoder
    with stop_on_interrupt(cancel), _progress(enabled=not as_json and sys.stderr.isatty()) as on_event:
        return tune(questions, minutes=minutes, seed=seed, on_event=on_event, cancel=cancel)


def print_tuning(report: TuneReport) -> None:
    """What it was trained on, and whether it was adopted and why."""
    out = console()
    if report.questions:
        made = "questions given" if report.origin == "given" else "questions made from the collection"
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.questions.items())
        out.print(f"{report.kind} from {report.base}, {made}: {counts}")
        looks = " ".join(f"{value:.3f}" for value in report.validation)
        out.print(f"{report.steps} steps in {report.seconds / 60:.1f} minutes; nDCG@10 while choosing: {looks}")
    out.print(Text(report.reason, "bold green" if report.adopted else "bold yellow"))
    if report.adopted:
        out.print(f"`chartwell tune {report.kind} --undo` takes it back.")


@contextmanager
def _progress(*, enabled: bool) -> Iterator[OnTuneEvent]:
    """A progress bar fed by events; silent where standard error is no terminal."""
    if not enabled:
        yield lambda _: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Tuning", total=None)

        def on_event(event: TuneEvent) -> None:
            told = f"{_STAGES[event.stage]} ({event.detail})" if event.detail else _STAGES[event.stage]
            bar.update(task, completed=event.done, total=event.total or None, description=escape(told))

        yield on_event
