"""The command line. Results go to standard output, progress and errors to standard error.

Exit status: 0 done, 1 the work failed (also in part: some file could not be indexed), 2 wrong usage.
Heavy modules are imported inside the commands, so that `chartwell --help` answers at once.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .. import __version__
from ..errors import ChartwellError, QueryError, SettingsError
from . import serving_commands
from .eval_dataset_commands import add_dataset_commands
from .eval_run_commands import add_run_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .client import Chartwell

app = typer.Typer(
    name="chartwell",
    help="Answers questions over documents from text, tables and charts, and shows the evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

CollectionOption = Annotated[
    Path, typer.Option("-c", "--collection", envvar="CHARTWELL_COLLECTION", help="The collection's folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "-w", "--where", help="Filter, NAME=VALUE (also !=, <, <=, >, >=); source takes *. Repeatable: all hold."
    ),
]
DEFAULT_COLLECTION = Path("chartwell-collection")


def main() -> None:
    """Entry point: run the command and turn errors into a message and an exit status."""
    try:
        app()
    except ChartwellError as error:
        _fail(error)
    except KeyboardInterrupt:
        _print_error("Stopped.")
        raise SystemExit(1) from None
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nothing is left to say, also at interpreter exit
        raise SystemExit(1) from None


def _fail(error: ChartwellError) -> None:
    if "--json" in sys.argv:
        details = {"type": type(error).__name__, "message": error.message, "hint": error.hint}
        print_json({"error": details})
    else:
        _print_error(str(error))
    raise SystemExit(2 if isinstance(error, (QueryError, SettingsError)) else 1)


def _print_error(message: str) -> None:
    sys.stderr.write(f"chartwell: {message}\n")


def _print_warnings(warnings: Sequence[str]) -> None:
    for warning in warnings:
        _print_error(f"warning: {warning}")


def print_json(data: Any) -> None:  # noqa: ANN401 - any JSON
    """Write JSON to standard output, Chinese readable."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # Bytes of a file name or an argument that are no UTF-8 are lone surrogates, which only an escape can carry.
    sys.stdout.write(re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def _open(collection: Path, *, create: bool = False, check_encoder: bool = True) -> Chartwell:
    from .client import Chartwell

    return Chartwell.open(collection, create=create, check_encoder=check_encoder)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"chartwell {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Log what happens to standard error.")] = False,
) -> None:
    import logging
    import warnings

    warnings.filterwarnings("ignore", "Image size .* exceeds limit")  # Pillow's; `index.max_megapixels` is ours
    level = logging.INFO if verbose else logging.ERROR
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    # What is fetched from the network is always told.
    logging.getLogger("chartwell.indexing.encoders.hub").setLevel(min(level, logging.WARNING))


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    collection: CollectionOption = DEFAULT_COLLECTION,
    force: Annotated[bool, typer.Option(help="Read unchanged files again.")] = False,
    prune: Annotated[bool, typer.Option(help="Delete documents of the folders whose files are gone.")] = False,
    metadata: Annotated[
        list[str] | None, typer.Option("-m", "--metadata", help="NAME=VALUE for every file. Repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Index files and folders. Ctrl-C keeps what is done; the same command goes on from there."""
    from .index_command import run_index

    with _open(collection, create=True) as client:
        report = run_index(client, paths, force=force, prune=prune, metadata=metadata or [], as_json=as_json)
    raise typer.Exit(1 if report.failed or report.cancelled else 0)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    collection: CollectionOption = DEFAULT_COLLECTION,
    top_k: Annotated[int, typer.Option("-k", "--top-k", min=1, help="How many pieces of evidence.")] = 10,
    where: WhereOption = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A further question, searched for together. Repeatable.")
    ] = None,
    diversity: Annotated[
        float | None, typer.Option(min=0, max=1, help="How much evidence should differ from that before it.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why: channels, ranks, scores, matching regions and times.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Find evidence: passages, tables and charts, with the regions that match."""
    from .explaining import print_explanation
    from .output import parse_where, print_evidence

    with _open(collection) as client:
        questions = [question, *(also or [])]
        retrieval = client.retrieve(questions, top_k, parse_where(where or []), diversity=diversity)
        explanation = retrieval.explanation if explain else None
        if as_json:
            evidence = [item.to_dict() for item in retrieval.evidence]
            told = {"explanation": explanation.to_dict()} if explanation else {}
            found = {"question": question, "evidence": evidence, "seconds": retrieval.seconds}
            print_json({**found, "warnings": list(retrieval.warnings), **told})
            return
        _print_warnings(retrieval.warnings)
        if explanation:
            print_explanation(explanation)
        else:
            print_evidence(retrieval.evidence)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question.")],
    collection: CollectionOption = DEFAULT_COLLECTION,
    top_k: Annotated[
        int | None,
        typer.Option("-k", "--top-k", min=1, help="Pieces of evidence to find; the first five are quoted from."),
    ] = None,
    where: WhereOption = None,
    history: Annotated[
        Path | None,
        typer.Option(help="What was said before: JSON, a list of {role, content}, or one of them a line; - reads it."),
    ] = None,
    crops: Annotated[
        Path | None, typer.Option(help="Folder for pictures of the evidence with its regions marked.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with a citation for every statement, or say that the documents do not tell."""
    from .answer_output import notes_on, print_answer, print_tokens
    from .history_file import read_history
    from .interrupts import stop_on_interrupt
    from .output import parse_where
    from .page_crops import write_crops

    turns = read_history(history) if history else []
    cancel = Event()
    with _open(collection) as client, stop_on_interrupt(cancel):
        events = client.stream(question, history=turns, where=parse_where(where or []), top_k=top_k, cancel=cancel)
        answer, shown = print_tokens(events, live=sys.stdout.isatty() and not as_json)
        written = write_crops(answer, crops) if crops else {}
    if as_json:
        print_json({**answer.to_dict(), "crops": {number: str(path) for number, path in written.items()}})
    else:
        _print_warnings(notes_on(answer))
        print_answer(answer, written, shown=shown)
    raise typer.Exit(1 if answer.finish in {"cancelled", "interrupted"} else 0)


@app.command()
def documents(
    collection: CollectionOption = DEFAULT_COLLECTION,
    where: WhereOption = None,
    ledger: Annotated[bool, typer.Option(help="Show what became of every file and figure, run by run.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the documents, or the ledger of all runs."""
    from .output import parse_where, print_documents, print_ledger

    with _open(collection, check_encoder=False) as client:
        if ledger:
            entries = client.ledger()
            print_json([entry.to_dict() for entry in entries]) if as_json else print_ledger(entries)
        else:
            listed = client.documents(parse_where(where or []))
            print_json([document.to_dict() for document in listed]) if as_json else print_documents(listed)


@app.command()
def delete(
    sources: Annotated[list[str], typer.Argument(help="Sources as `documents` lists them, or paths.")],
    collection: CollectionOption = DEFAULT_COLLECTION,
    as_json: JsonOption = False,
) -> None:
    """Delete documents from the collection (not the files)."""
    with _open(collection, check_encoder=False) as client:
        deleted = {source: client.delete(source) for source in sources}
    if as_json:
        print_json({"deleted": deleted})
    else:
        for source, done in deleted.items():
            sys.stdout.write(f"{'deleted' if done else 'not in the collection'}: {source}\n")
    raise typer.Exit(0 if all(deleted.values()) else 1)


@app.command()
def reindex(collection: CollectionOption = DEFAULT_COLLECTION, as_json: JsonOption = False) -> None:
    """Encode with the configured encoders what they have not encoded yet. Needed after a change of encoder."""
    with _open(collection, check_encoder=False) as client:
        report = client.reindex()
    if as_json:
        print_json(report.to_dict())
    else:
        _print_warnings(report.warnings)
        for space, count in report.encoded.items():
            sys.stdout.write(f"{space}: {count} nodes encoded\n" if count else f"{space}: nothing to do\n")


@app.command()
def verify(
    collection: CollectionOption = DEFAULT_COLLECTION,
    repair: Annotated[bool, typer.Option(help="Mend what can be mended.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check every invariant of the store."""
    from .output import print_verification

    with _open(collection, check_encoder=False) as client:
        report = client.verify(repair=repair)
    print_json(report.to_dict()) if as_json else print_verification(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def doctor(
    collection: CollectionOption = DEFAULT_COLLECTION,
    recall: Annotated[bool, typer.Option("--recall", help="Measure what the vector indexes find.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is installed, which models are found and where, what is missing and how to get it."""
    from .doctor import examine, print_examination

    findings = examine(collection, recall=recall)
    print_json([finding.to_dict() for finding in findings]) if as_json else print_examination(findings)
    raise typer.Exit(1 if any(finding.state == "missing" for finding in findings) else 0)


evaluation = typer.Typer(no_args_is_help=True, help="Measure answers.")
app.add_typer(evaluation, name="eval")
add_dataset_commands(evaluation)
add_run_commands(evaluation)


tuning = typer.Typer(no_args_is_help=True, help="Fit a model to the collection; kept only where it ranks better.")
app.add_typer(tuning, name="tune")

QuestionsOption = Annotated[
    Path | None,
    typer.Option(
        "-q",
        "--questions",
        help='JSON lines {"id", "question", "relevant": [{"source", "page"}]}; without it, questions are made from '
        "the collection.",
    ),
]
MinutesOption = Annotated[float, typer.Option(help="How long it may take, about: judging goes on to 40 questions.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Of the division of the questions, and of the training.")]
UndoOption = Annotated[bool, typer.Option("--undo", help="Remove the tuned model instead.")]


@tuning.command("reranker")
def tune_reranker(
    collection: CollectionOption = DEFAULT_COLLECTION,
    questions: QuestionsOption = None,
    minutes: MinutesOption = 15.0,
    seed: SeedOption = 0,
    undo: UndoOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train a cross-encoder, and adopt it where it beats the present fine stage on held-out questions (p < 0.05)."""
    _tune("reranker", collection, questions, minutes, seed, undo=undo, as_json=as_json)


@tuning.command("encoder")
def tune_encoder(
    collection: CollectionOption = DEFAULT_COLLECTION,
    questions: QuestionsOption = None,
    minutes: MinutesOption = 15.0,
    seed: SeedOption = 0,
    undo: UndoOption = False,
    as_json: JsonOption = False,
) -> None:
    """The same for the text encoder; where it is adopted, or taken back, everything is encoded anew."""
    _tune("encoder", collection, questions, minutes, seed, undo=undo, as_json=as_json)


def _tune(
    kind: Literal["reranker", "encoder"],
    collection: Path,
    questions: Path | None,
    minutes: float,
    seed: int,
    *,
    undo: bool,
    as_json: bool,
) -> None:
    with _open(collection, check_encoder=not undo) as client:
        if undo:
            removed = client.untune(kind)
            done = f"The tuned {kind} was removed." if removed else f"There is no tuned {kind}."
            print_json({"kind": kind, "removed": removed}) if as_json else sys.stdout.write(done + "\n")
            return
        from .tune_command import print_tuning, run_tune

        report = run_tune(client, kind, questions, minutes=minutes, seed=seed, as_json=as_json)
    if as_json:
        print_json(report.to_dict())
    else:
        _print_warnings(report.warnings)
        print_tuning(report)
    raise typer.Exit(1 if report.cancelled else 0)


app.command()(serving_commands.plan)
app.command()(serving_commands.serve_llm)


@app.command()
def ui(
    home: Annotated[
        Path, typer.Argument(help="The folder whose subfolders are the collections; created if missing.")
    ] = Path("chartwell-collections"),
    host: Annotated[str | None, typer.Option(help="The address to listen at; else `ui.host`, 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Else `ui.port`, 8501.")] = None,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
) -> None:
    """Chat with the documents in a browser."""
    from .ui_command import run_ui

    run_ui(home, host=host, port=port, browser=browser)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's collection and pictures go.")] = Path("chartwell-demo"),
    as_json: JsonOption = False,
) -> None:
    """Index the documents that ship with Chartwell and ask five questions about them."""
    from .demo.run import print_demo, run_demo

    result = run_demo(folder, quiet=as_json)
    print_json(result.to_dict()) if as_json else print_demo(result)
    raise typer.Exit(0 if result.passed else 1)


if __name__ == "__main__":
    main()
