"""`chartwell eval score | import | make`: score answers of any system, and get the questions to ask."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..eval.scoring import Scores

CollectionOption = Annotated[
    Path, typer.Option("-c", "--collection", envvar="CHARTWELL_COLLECTION", help="The collection's folder.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_dataset_commands(group: typer.Typer) -> None:
    """Add the commands of this file to `chartwell eval`."""
    group.command("score")(score)
    group.command("import")(import_)
    group.command("make")(make)


def score(
    predictions: Annotated[Path, typer.Option(help='JSON lines {"id", "answer"}, or one object of answers by id.')],
    references: Annotated[Path, typer.Option(help='JSON lines {"id", "answers": [...]}.')],
    form: Annotated[
        str | None, typer.Option(help="Form of the references where it is another: a kind of `eval import`.")
    ] = None,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metrics", help="Names with commas between, or all; without it, all that need no model."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the answers, such as en or zh; told from the references.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Model of bertscore: a folder or a name; by default encoder.text_model.")
    ] = None,
    per_item: Annotated[Path | None, typer.Option(help="Write the scores of every item to this file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Score the predictions of any system against reference answers. An empty answer is an abstention."""
    from rich.progress import MofNCompleteColumn, TimeRemainingColumn

    from ..eval.metrics.answer_scores import ScoreEvent
    from ..eval.scoring import read_references, score_files
    from .event_progress import event_progress
    from .metric_choice import metric_choice

    def describe(_event: ScoreEvent) -> str:
        return "Scoring"

    columns = MofNCompleteColumn(), TimeRemainingColumn()
    with event_progress("Scoring", describe, *columns, enabled=not as_json and sys.stderr.isatty()) as on_event:
        scores = score_files(
            predictions,
            references,
            language=language,
            make_metrics=metric_choice(metrics, encoder),
            read=read_references if form is None else _references_of(form),
            on_event=on_event,
        )
    if per_item is not None:
        scores.write_items(per_item)
    _print_json(scores.to_dict()) if as_json else _print_scores(scores)


def import_(
    kind: Annotated[
        str,
        typer.Argument(help="opencqa, chartqa, financebench, squad, beir, trec, markdown or feedback.", metavar="KIND"),
    ],
    path: Annotated[Path, typer.Argument(help="The set's file or folder; of feedback the collection's.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file of questions to write.")],
    documents: Annotated[
        Path | None, typer.Option(help="Folder for documents that come as text; by default beside the file.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Of BEIR: train, dev or test.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=6, help="Of Markdown headings.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Turn a public set, or feedback given in the chat, into questions in Chartwell's form; its corpus into documents."""
    from ..eval.datasets.imported import write_documents
    from ..eval.datasets.importers import import_set
    from ..eval.datasets.own import write_items

    found = import_set(kind, path, split=split, level=level)
    folder = documents or out.with_name(f"{out.stem}-documents")
    written = write_documents(folder, found.documents) if found.documents else 0
    items = write_items(out, found.items)
    told = {"questions": items, "file": str(out), "documents": written, "folder": str(folder) if written else None}
    if as_json:
        _print_json(told)
        return
    sys.stdout.write(f"{items} questions: {out}\n")
    if written:
        sys.stdout.write(f"{written} documents to index: {folder}\n")


def make(
    out: Annotated[Path, typer.Option("-o", "--out", help="The file of questions to write.")],
    collection: CollectionOption = Path("chartwell-collection"),
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many questions.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Draft questions from a collection, for a person to correct; Ctrl-C keeps what there is."""
    from rich.progress import MofNCompleteColumn, TimeRemainingColumn

    from ..errors import NothingToLearn, SettingsError
    from ..eval.datasets.drafting import DraftEvent, draft_items
    from ..eval.datasets.own import write_items
    from .client import Chartwell
    from .decoding import chat_model
    from .event_progress import event_progress
    from .interrupts import stop_on_interrupt

    if out.exists():
        raise SettingsError(
            f"{out} exists, and may hold what a person has corrected.", hint="Name another file, or remove this one."
        )

    def describe(_event: DraftEvent) -> str:
        return "Drafting questions"

    cancel = threading.Event()
    columns = MofNCompleteColumn(), TimeRemainingColumn()
    shown = not as_json and sys.stderr.isatty()
    with (
        Chartwell.open(collection, create=False, check_encoder=False) as client,
        stop_on_interrupt(cancel),
        event_progress("Drafting questions", describe, *columns, enabled=shown) as on_event,
    ):
        model = chat_model(client.settings.decoder)
        draft = draft_items(client.collection, count, model=model, on_event=on_event, cancel=cancel)
    for failure in draft.failures:
        sys.stderr.write(f"chartwell: warning: {failure}\n")
    if not draft.items:
        raise NothingToLearn(
            f"{collection} has no titles or headings to ask for.", hint="Index documents that have some."
        )
    written = write_items(out, draft.items)
    if as_json:
        _print_json({"questions": written, "file": str(out), "failures": draft.failures, "stopped": cancel.is_set()})
    else:
        sys.stdout.write(
            f"{written} questions to be corrected: {out}\n"
            'Where you have read one, set "reviewed" to true; remove what nobody would ask.\n'
        )
    raise typer.Exit(1 if cancel.is_set() else 0)


def _references_of(form: str) -> Callable[[Path], Mapping[str, Sequence[str]]]:
    from ..eval.datasets.importers import import_set

    return lambda path: {item.id: item.answers for item in import_set(form, path).items}


def _print_scores(scores: Scores) -> None:
    from rich.table import Table

    from .output import console

    table = Table("metric", "mean", "answered", "n", "missing", "signature", box=None, pad_edge=False)
    for name, one in scores.metrics.items():
        told = one.to_dict()
        numbers = ["" if told[key] is None else f"{told[key]:.4f}" for key in ("mean", "mean_answered")]
        table.add_row(name, *numbers, str(told["n"]), str(told["missing"] or ""), one.signature)
    out = console()
    out.print(f"{len(scores.ids)} items in {scores.language}, {scores.abstained} without an answer")
    out.print(table)


def _print_json(data: Any) -> None:  # noqa: ANN401 - any JSON
    from .cli import print_json

    print_json(data)
