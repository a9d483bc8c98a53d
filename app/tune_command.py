"""`chartwell tune reranker | encoder`: progress on a terminal, a clean stop on Ctrl-C, the figures at the end."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from rich.progress import TaskProgressColumn, TimeElapsedColumn
from rich.text import Text

from ..indexing.tuned_models import ModelKind
from ..retrieval.learning.report import TuneEvent, TuneReport
from .client import Chartwell
from .event_progress import event_progress
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
    columns = TaskProgressColumn(), TimeElapsedColumn()
    shown = not as_json and sys.stderr.isatty()
    with stop_on_interrupt(cancel), event_progress("Tuning", _describe, *columns, enabled=shown) as on_event:
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


def _describe(event: TuneEvent) -> str:
    return f"{_STAGES[event.stage]} ({event.detail})" if event.detail else _STAGES[event.stage]
