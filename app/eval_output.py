"""What `chartwell eval run` prints for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table as RichTable
from rich.text import Text

from ..eval.reports.figures import interval, value
from ..eval.runs.run import Run
from .output import console, printable


def print_run(run: Run, written: Sequence[Path]) -> None:
    """The headline metrics, the controls, where the loss lies, what failed, and where the reports are."""
    out = console()
    summary = run.summary
    table = RichTable("metric", "mean", "95 % interval", "questions", box=None, pad_edge=False)
    for name in summary["headline"]:
        one = summary["metrics"][name]
        table.add_row(name, value(one["mean"]), interval(one), str(one["n"]))
    out.print(table)
    for control in summary["controls"]:
        if control["must_fall"] and control["holds"] is not None:
            outcome = "falls, as it must" if control["holds"] else "DOES NOT FALL"
            style = "green" if control["holds"] else "bold red"
            line = f"control {control['name']}: {value(control['run'])} to {value(control['control'])}, {outcome}"
            out.print(Text(line, style))
    for ladder in summary["ladder"][:1]:
        losses = ", ".join(f"{name} {value(loss)}" for name, loss in ladder["losses"].items())
        if losses:
            out.print(f"lost in {ladder['metric']}: {losses}")
    for note in run.notes:
        out.print(Text(f"note: {printable(note)}", "yellow"))
    failed = summary["failures"]
    if failed["count"]:
        first = failed["first"][0]
        text = f"{failed['count']} records failed, the first {first['item']}: {first['message']} (--retry-failed)"
        out.print(Text(printable(text), "red"))
    out.print(Text(f"report: {', '.join(map(str, written))}", "dim"))
