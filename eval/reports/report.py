"""The report of a run: `report.html` for reading, `report.md` for repositories and merge requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ...indexing.durable_files import write_durably
from ..runs.headline import headline
from .account_sections import account_sections
from .failure_analysis import failures
from .figures import interval, value
from .html_page import html_page
from .markdown_page import markdown_page
from .model import Report, Table, Tile
from .quality_sections import quality_sections

if TYPE_CHECKING:
    from ..runs.run import Run


def write_report(run: Run) -> tuple[Path, Path]:
    """Write `report.md` and `report.html` into the folder of the run; their paths."""
    report = build_report(run)
    write_durably(run.folder.report, markdown_page(report).encode("utf-8", "replace"))
    write_durably(run.folder.page, html_page(report).encode("utf-8", "replace"))
    return run.folder.report, run.folder.page


def build_report(run: Run) -> Report:
    """What both forms are made of."""
    manifest = run.manifest.to_dict()
    by, worst = failures(run)
    return Report(
        f"Evaluation of {PurePosixPath(run.manifest.system.collection.get('path', 'a system')).name}",
        list(_facts(run)),
        list(_warnings(run)),
        list(_tiles(run)),
        [*quality_sections(run.summary), *account_sections(run.summary, manifest)],
        worst,
        by,
        _questions(run),
    )


def _facts(run: Run) -> Iterator[tuple[str, str]]:
    dataset, system = run.manifest.dataset, run.manifest.system
    yield "Data set", f"{PurePosixPath(dataset['path']).name}, {run.summary['items']} of {dataset['items']} questions"
    yield "SHA-256", str(dataset["sha256"])
    collection = system.collection
    if collection:
        yield (
            "Collection",
            f"{collection['documents']} documents, {collection['nodes']} nodes, {collection['fingerprint']}",
        )
    decoders = sorted({one["decoder"] for one in run.answers.values() if "decoder" in one})
    if decoders:
        yield "Decoder", ", ".join(decoders)
    for name, model in system.models.items():
        yield name[:1].upper() + name[1:], str(model.get("name") or model.get("base") or model)
    yield "Chartwell", run.manifest.chartwell
    yield "Machine", run.manifest.machine


def _warnings(run: Run) -> Iterator[str]:
    failed = run.summary["failures"]
    if failed["count"]:
        first = failed["first"][0]
        yield (
            f"{failed['count']} records failed and have no values; the first: {first['stage']} of {first['item']}: "
            f"{first['message']}"
        )
    for control in run.summary["controls"]:
        if control["must_fall"] and control["holds"] is False:
            yield f"The control “{control['name']}” does not fall: the figures of grounding show nothing."
    yield from run.notes


def _tiles(run: Run) -> Iterator[Tile]:
    for name in run.summary["headline"]:
        measured = run.summary["metrics"][name]
        yield Tile(name, value(measured["mean"]), interval(measured), f"{measured['n']} questions")


def _questions(run: Run) -> Table:
    names = headline([name for name, one in run.summary["metrics"].items() if one["n"]])
    rows = [[item.id, item.question, *(value(run.scores[item.id].get(name)) for name in names)] for item in run.items]
    return Table(["id", "question", *names], rows)
