"""A finished run, and how to make one: `evaluate(chartwell, "questions.jsonl", "runs/first")`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ... import __version__
from ...errors import MissingDependency, RunDamaged, RunIncomplete, RunMismatch, UnreadableFile
from ...indexing.durable_files import file_sha256, write_durably
from ..datasets.item import Item
from ..datasets.own import dataset_bytes, read_items
from ..machine import describe as describe_machine
from ..metrics.protocol import AnswerMetric
from ..metrics.registry import text_metrics
from .consistency import with_self_consistency
from .folder import RunFolder
from .item_scores import item_scores
from .manifest import Manifest, installed_packages
from .records import canonical
from .records_of_run import Record, RunRecords
from .runner import OnRunEvent, RunEvent, Runner, RunOptions, Stage
from .summary import language_of, summarise
from .system import System
from .trec_files import level_of, relevance_lines, run_lines

if TYPE_CHECKING:
    import pandas as pd

Dataset = str | PathLike[str] | Iterable[Item]
MakeMetrics = Callable[[str], Sequence[AnswerMetric]]
"""The metrics for answers in a language."""


@dataclass(frozen=True)
class Run:
    """A run that has been scored, read from its folder.

    run = Run.open("runs/first")
    run.summary["metrics"]["page.nDCG@10"]["mean"]
    run.to_pandas().nsmallest(10, "strict.token_f1")
    """

    folder: RunFolder
    manifest: Manifest
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def open(cls, path: str | PathLike[str]) -> Self:
        """Open a run. Raises `NotARun` for other folders, `RunIncomplete` where it was interrupted before scoring."""
        folder = RunFolder(Path(path))
        manifest = Manifest.read(folder.manifest)
        if not folder.summary.is_file() or not folder.scores.is_file():
            raise RunIncomplete(
                f"The run {folder.path} was interrupted before it was scored.",
                hint=f"`chartwell eval run DATASET -c COLLECTION -o {folder.path}` goes on from there.",
            )
        return cls(folder, manifest)

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.folder.path

    @cached_property
    def items(self) -> list[Item]:
        """The questions asked, in order."""
        return read_items(self.folder.dataset)[: self.manifest.limit]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What `summary.json` holds: means with intervals, controls, the ladder, abstention, cost."""
        found: dict[str, Any] = _json(self.folder.summary, self.folder.summary.read_text("utf-8"))
        return found

    @cached_property
    def scores(self) -> dict[str, dict[str, float | None]]:
        """By question the value of every metric, None where there is none."""
        return {line["item"]: line["scores"] for line in self._score_lines}

    @cached_property
    def reasons(self) -> dict[str, dict[str, str]]:
        """By question why metrics have no value."""
        return {line["item"]: line["reasons"] for line in self._score_lines}

    @cached_property
    def records(self) -> RunRecords:
        """Retrievals, answers, checks and times as recorded."""
        return RunRecords.read(self.folder, self.manifest)

    @property
    def answers(self) -> Mapping[str, Record]:
        """The answers by question."""
        return self.records.answers()

    def to_pandas(self) -> pd.DataFrame:
        """One row a question: its text, the answer, and a column for each metric. Raises `MissingDependency`."""
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingDependency("A data frame needs pandas.", hint="pip install pandas") from error
        rows = []
        for item in self.items:
            record = self.answers.get(item.id, {})
            told = {"question": item.question, "answer": record.get("text"), "abstained": record.get("abstained")}
            rows.append({"item": item.id, **told, **self.scores[item.id]})
        names = list(next(iter(self.scores.values()), {}))
        return pd.DataFrame(rows).set_index("item").astype(dict.fromkeys(names, float))

    @cached_property
    def _score_lines(self) -> list[dict[str, Any]]:
        lines = self.folder.scores.read_text("utf-8").split("\n")[:-1]
        return [_json(self.folder.scores, line, number) for number, line in enumerate(lines, start=1)]


def evaluate(
    system: System,
    dataset: Dataset,
    folder: str | PathLike[str],
    *,
    options: RunOptions | None = None,
    metrics: Sequence[str] | MakeMetrics | None = None,
    on_event: OnRunEvent = lambda _: None,
    cancel: threading.Event | None = None,
) -> Run:
    """Ask a system all questions of a data set, score what it says, and keep everything in `folder`.

    `dataset` is a file in the form of `eval.datasets.own`, or items. Where the folder holds the same run, it is gone
    on with. `metrics` names metrics of answers, or makes them for a
    language; None takes all that need no model. `cancel` stops it where everything
    is consistent and raises `Cancelled`. Raises `InvalidDataset`, `NotARun`, `RunMismatch`, `RunIncomplete` where
    the stages asked for leave nothing to score, and what concerns all questions (`DecoderError`, `CollectionError` …);
    what is wrong with a single question stands in the run.
    """
    chosen = options or RunOptions()
    data, items, path = _dataset(dataset)
    language = language_of(items)
    measures = _measures(metrics, language)
    manifest = Manifest(
        {"path": path, "sha256": data.sha256, "items": len(items)},
        system.describe(),
        chosen.identity(),
        __version__,
        installed_packages(),
        {metric.name: metric.signature for metric in measures},
        describe_machine(),
        level_of(items),
        chosen.limit,
    )
    place = RunFolder(Path(folder))
    with place.locked():
        notes = place.start(manifest, data.content)
        runner = Runner(place, manifest, items[: chosen.limit], chosen, on_event, cancel or threading.Event())
        runner.ask(system)
        return _finish(runner, measures, language, notes)


def rescore(
    folder: str | PathLike[str],
    *,
    dataset: str | PathLike[str] | None = None,
    metrics: Sequence[str] | MakeMetrics | None = None,
    stages: Sequence[Stage] = ("check", "score"),
    on_event: OnRunEvent = lambda _: None,
    cancel: threading.Event | None = None,
) -> Run:
    """Check and score again what a run holds, with the checks and metrics of this version; nothing is asked.

    Depth, seed and number of questions are those that the run was made with. `dataset` is only compared: raises
    `RunMismatch` where the run is of another one. Raises `NotARun`, and `RunDamaged` where the copy of the data set in
    the folder was changed.
    """
    place = RunFolder(Path(folder))
    old = Manifest.read(place.manifest)
    if dataset is not None:
        found = _sha256(Path(dataset))
        if found != old.dataset["sha256"]:
            raise RunMismatch(
                f"{place.path} is a run over another data set: {old.dataset['path']}, SHA-256 "
                f"{old.dataset['sha256'][:12]}…, not {found[:12]}….",
                hint="Name the data set that it was made with.",
            )
    if _sha256(place.dataset) != old.dataset["sha256"]:
        raise RunDamaged(
            f"{place.dataset} is no longer the data set that was asked, SHA-256 {old.dataset['sha256'][:12]}….",
            hint="Restore it; with corrected questions or references, run into a new folder.",
        )
    items = read_items(place.dataset)
    language = language_of(items)
    measures = _measures(metrics, language)
    manifest = replace(old, metrics={metric.name: metric.signature for metric in measures})
    chosen = RunOptions(stages, rescore=True, **old.options)
    with place.locked():
        runner = Runner(place, manifest, items[: old.limit], chosen, on_event, cancel or threading.Event())
        return _finish(runner, measures, language, ())


def _finish(runner: Runner, metrics: Sequence[AnswerMetric], language: str, notes: Sequence[str]) -> Run:
    """Check and score, as far as the stages asked for go; the files that are written anew."""
    folder, manifest = runner.folder, runner.manifest
    runner.require_complete(runner.records())
    if "check" in runner.options.stages:
        runner.check()
    if "score" not in runner.options.stages:
        return Run(folder, manifest, tuple(notes))
    records = runner.records()
    runner.on_event(RunEvent("score", 0, 1))
    scores, consistency = with_self_consistency(item_scores(records, metrics), records, language)
    manifest = replace(manifest, metrics={**manifest.metrics, **consistency})
    summary = summarise(records, scores, metrics, language)
    level = level_of(records.items)
    # Until the summary is there again the run is not whole: its files would contradict each other.
    folder.forget_results()
    folder.write_manifest(manifest)
    if records.retrievals():
        _write(folder.ranking, run_lines(records.items, records.retrievals(), level))
        _write(folder.relevance, relevance_lines(records.items, level))
    _write(folder.scores, (canonical(one.to_dict()) + "\n" for one in scores))
    # The last: where it is, the run is whole.
    _write(folder.summary, [json.dumps(summary, ensure_ascii=False, indent=2) + "\n"])
    runner.on_event(RunEvent("score", 1, 1))
    return Run(folder, manifest, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Data:
    content: bytes
    sha256: str


def _dataset(dataset: Dataset) -> tuple[_Data, list[Item], str]:
    import hashlib

    if isinstance(dataset, str | PathLike):
        path = Path(dataset)
        items = read_items(path)
        content = path.read_bytes()
        return _Data(content, hashlib.sha256(content).hexdigest()), items, str(path.absolute())
    items = list(dataset)
    content = dataset_bytes(items)
    return _Data(content, hashlib.sha256(content).hexdigest()), items, "items in memory"


def _measures(metrics: Sequence[str] | MakeMetrics | None, language: str) -> Sequence[AnswerMetric]:
    if callable(metrics):
        return metrics(language)
    return text_metrics(metrics, language=language) if metrics else text_metrics(language=language)


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.", hint="Check the path.") from error


def _write(path: Path, lines: Iterable[str]) -> None:
    write_durably(path, "".join(lines).encode("utf-8", "surrogatepass"))


def _json(path: Path, text: str, number: int | None = None) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except ValueError as error:
        where = f", line {number}" if number else ""
        raise RunDamaged(f"{path}{where} is no JSON: {error}.", hint="`--rescore` writes it anew.") from error
