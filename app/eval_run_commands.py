"""`chartwell eval run | report | compare`: measure a collection on a data set, look at it, compare two runs."""

from __future__ import annotations

import sys
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..eval.comparison.comparison import Comparison
    from ..eval.runs.run import MakeMetrics, Run
    from ..eval.runs.runner import OnRunEvent, RunEvent, RunOptions
    from .client import Chartwell

_STAGES = ("index", "retrieve", "answer", "check", "score")
_ASKING = ("index", "limit", "depth", "workers", "ladder", "samples", "seed", "retry_failed", "allow_missing")
"""The options that decide what is asked."""
_STAGE_NAMES = {"retrieve": "Retrieving", "answer": "Answering", "check": "Checking", "score": "Scoring"}

CollectionOption = Annotated[
    Path, typer.Option("-c", "--collection", envvar="CHARTWELL_COLLECTION", help="The collection's folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_run_commands(group: typer.Typer) -> None:
    """Add the commands of this file to `chartwell eval`."""
    group.command("run")(run)
    group.command("report")(report)
    group.command("compare")(compare)


def run(
    context: typer.Context,
    dataset: Annotated[Path, typer.Argument(help="Questions as JSON lines; `eval import` makes them of public sets.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder of the run.")],
    collection: CollectionOption = Path("chartwell-collection"),
    stages: Annotated[
        str | None, typer.Option(help=f"Those to do, with commas between: {', '.join(_STAGES)}. All by default.")
    ] = None,
    index: Annotated[
        list[Path] | None, typer.Option("--index", help="Files or folders to index before. Repeatable.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first so many questions.")] = None,
    depth: Annotated[int, typer.Option(min=1, help="Hits to retrieve for a question.")] = 30,
    workers: Annotated[int, typer.Option(min=1, help="Questions to ask at a time.")] = 1,
    ladder: Annotated[bool, typer.Option(help="Ask every question on three more rungs, to tell losses apart.")] = True,
    samples: Annotated[
        int, typer.Option(min=0, help="Ask every question so many times more, with other seeds, for self-consistency.")
    ] = 0,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metrics", help="Of answers, with commas between, or all; by default all that need no model."),
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Model of bertscore: a folder or a name; by default encoder.text_model.")
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on with the run that the folder holds.")] = True,
    baseline: Annotated[
        str | None, typer.Option("--bertscore-baseline", help="What unrelated texts score, or auto to measure it.")
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask those again that failed.")] = False,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Ask nothing; check and score again what the folder holds.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Count relevant documents that are not indexed as not found.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the controls.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Ask a collection all questions of a data set, score it, and write a report. Ctrl-C keeps what is done."""
    from ..eval.runs.jobs import Cancelled
    from ..eval.runs.runner import STAGES, RunOptions
    from .metric_choice import metric_choice

    chosen = _stages(stages, indexing=bool(index))
    if rescore:
        _require_nothing_to_ask(context)
    if not resume and (out / "manifest.json").exists():
        raise SettingsError(f"{out} holds a run already.", hint="Name another folder, or let it --resume.")
    options = RunOptions(
        tuple(one for one in STAGES if one in chosen),
        depth=depth,
        workers=workers,
        limit=limit,
        ladder=ladder,
        samples=samples,
        retry_failed=retry_failed,
        rescore=rescore,
        allow_missing=allow_missing,
        seed=seed,
    )
    measures = metric_choice(metrics, encoder, baseline, lambda: _references(dataset))
    request = _Request(dataset, out, collection, tuple(index or ()) if "index" in chosen else (), measures, options)
    try:
        done = request.rescore(quiet=as_json) if rescore else request.run(quiet=as_json)
    except Cancelled:
        sys.stderr.write(f"chartwell: Stopped; the same command goes on with {out}.\n")
        raise typer.Exit(1) from None
    if done is None:
        return
    _finish(done, as_json=as_json)


class _Request:
    """One call of `eval run`."""

    def __init__(
        self,
        dataset: Path,
        out: Path,
        collection: Path,
        index: tuple[Path, ...],
        metrics: MakeMetrics,
        options: RunOptions,
    ) -> None:
        self._dataset, self._out, self._collection, self._index = dataset, out, collection, index
        self._metrics, self._options = metrics, options

    def run(self, *, quiet: bool) -> Run | None:
        """Index where that is asked for, then ask; None where there is nothing else to do."""
        from ..eval.datasets.own import read_items
        from ..eval.runs.run import evaluate
        from .client import Chartwell
        from .interrupts import stop_on_interrupt

        read_items(self._dataset)  # what is wrong with it is told before an hour of indexing
        with Chartwell.open(self._collection, create=bool(self._index)) as client:
            if self._index:
                _index(client, self._index, quiet=quiet)
            if not self._options.stages:
                return None
            cancel = threading.Event()
            with stop_on_interrupt(cancel), _progress(quiet=quiet) as on_event:
                return evaluate(
                    client,
                    self._dataset,
                    self._out,
                    options=self._options,
                    metrics=self._metrics,
                    on_event=on_event,
                    cancel=cancel,
                )

    def rescore(self, *, quiet: bool) -> Run:
        """Ask nothing; needs no collection."""
        from ..eval.runs.run import rescore
        from .interrupts import stop_on_interrupt

        cancel = threading.Event()
        with stop_on_interrupt(cancel), _progress(quiet=quiet) as on_event:
            return rescore(
                self._out,
                dataset=self._dataset,
                metrics=self._metrics,
                stages=[stage for stage in self._options.stages if stage in ("check", "score")],
                on_event=on_event,
                cancel=cancel,
            )


def report(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    as_json: JsonOption = False,
) -> None:
    """Write `report.md` and `report.html` of a run anew, and show the summary."""
    from ..eval.runs.run import Run

    _finish(Run.open(folder), as_json=as_json)


def compare(
    a: Annotated[Path, typer.Argument(help="The run before.")],
    b: Annotated[Path, typer.Argument(help="The run after.")],
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metrics", help="To compare, with commas between, or all; by default the headline metrics."),
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many regressions to show.")] = 10,
    worst_by: Annotated[str | None, typer.Option(help="The metric that regressions are looked for in.")] = None,
    fail_on_regression: Annotated[
        list[str] | None,
        typer.Option(help="METRIC=DELTA: exit status 1 where its mean falls by more than DELTA. Repeatable."),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the Markdown to this file.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the resampling.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Say whether run B is better than run A, with intervals, corrected p-values and the worst regressions."""
    from ..eval.comparison.comparison import compare as compare_runs
    from ..eval.comparison.comparison_report import comparison_markdown

    allowed = dict(_allowed(one) for one in fail_on_regression or [])
    chosen = [name.strip() for given in metrics or () for name in given.split(",") if name.strip()]
    found = compare_runs(a, b, metrics=chosen or None, also=list(allowed), worst=worst, worst_by=worst_by, seed=seed)
    fallen = found.fallen(allowed)
    if out is not None:
        _write_text(out, comparison_markdown(found))
    if as_json:
        _print_json({**found.to_dict(), "fallen": fallen})
    elif out is None:
        _print_comparison(found)
    for line in fallen:
        sys.stderr.write(f"chartwell: {line}.\n")
    raise typer.Exit(1 if fallen else 0)


def _print_comparison(found: Comparison) -> None:
    from ..eval.comparison.comparison_report import comparison_markdown

    sys.stdout.write(comparison_markdown(found))


def _finish(done: Run, *, as_json: bool) -> None:
    """Write the report, print the summary; exit status 1 where questions failed."""
    from ..eval.reports.report import write_report
    from .eval_output import print_run

    if not done.folder.summary.is_file():
        _print_json({"run": str(done.path)}) if as_json else sys.stdout.write(f"{done.path} is not scored yet.\n")
        return
    written = write_report(done)
    if as_json:
        _print_json({"run": str(done.path), "report": [str(path) for path in written], **done.summary})
    else:
        print_run(done, written)
    raise typer.Exit(1 if done.summary["failures"]["count"] else 0)


def _index(client: Chartwell, paths: Sequence[Path], *, quiet: bool) -> None:
    """Index, and show what became of it unless the output is to be JSON."""
    from ..eval.runs.jobs import Cancelled
    from .index_command import index_progress
    from .interrupts import stop_on_interrupt
    from .output import print_report

    cancel = threading.Event()
    with stop_on_interrupt(cancel), index_progress(enabled=not quiet and sys.stderr.isatty()) as on_event:
        done = client.index(paths, on_event=on_event, cancel=cancel)
    if not quiet:
        print_report(done)
    if done.cancelled:
        raise Cancelled


def _progress(*, quiet: bool) -> AbstractContextManager[OnRunEvent]:
    from rich.progress import MofNCompleteColumn, TimeRemainingColumn

    from .event_progress import event_progress

    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    return event_progress("Evaluating", _describe, MofNCompleteColumn(), TimeRemainingColumn(), enabled=True)


def _describe(event: RunEvent) -> str:
    return _STAGE_NAMES.get(event.stage, event.stage)


def _stages(given: str | None, *, indexing: bool) -> tuple[str, ...]:
    if given is None:
        return _STAGES if indexing else _STAGES[1:]
    chosen = [one.strip() for one in given.split(",") if one.strip()]
    unknown = [one for one in chosen if one not in _STAGES]
    if unknown or not chosen:
        raise SettingsError(
            f"There is no stage {', '.join(unknown) or given!r}.", hint=f"There are {', '.join(_STAGES)}."
        )
    if ("index" in chosen) != indexing:
        raise SettingsError("The stage index and --index PATH go together.", hint="Give both, or neither.")
    return tuple(one for one in _STAGES if one in chosen)


def _require_nothing_to_ask(context: typer.Context) -> None:
    """Raise `SettingsError` where an option of asking is given with --rescore."""
    sources = {name: context.get_parameter_source(name) for name in _ASKING}
    # Compared by name: typer brings a click of its own, whose enumeration is another than click's.
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        option = "--" + given[0].replace("_", "-")
        raise SettingsError(
            f"--rescore asks nothing, so {option} means nothing with it.",
            hint="Leave it out: a run is scored again as it was asked. Or run into a new folder.",
        )


def _references(dataset: Path) -> list[str]:
    """The references of a data set, from which BERTScore's baseline is measured."""
    from ..eval.datasets.own import read_items

    return [answer for item in read_items(dataset) for answer in item.answers]


def _allowed(text: str) -> tuple[str, float]:
    name, sign, delta = text.rpartition("=")
    try:
        value = float(delta)
    except ValueError:
        value = -1.0
    if not sign or not name or not 0 <= value < float("inf"):
        raise SettingsError(f"--fail-on-regression {text!r} is not METRIC=DELTA.", hint="Example: page.nDCG@10=0.02")
    return name.strip(), value


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror or error}.", hint="Name another file."
        ) from error


def _print_json(data: object) -> None:
    from .cli import print_json

    print_json(data)
