"""Runs an evaluation: stage by stage into a folder that a killed process can go on from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from ...errors import RunIncomplete, SettingsError
from ..datasets.item import Item
from .checks import check_jobs
from .folder import RunFolder
from .jobs import Done, Job, run_jobs
from .manifest import Manifest
from .records import Key, RecordLog
from .records_of_run import RunRecords
from .relevant_sources import resolve_sources
from .stages import ANSWER, RETRIEVE, RUNGS, SAMPLE, answer_jobs, retrieve_jobs
from .stored_evidence import EvidenceStore
from .system import ResampledSystem, System

Stage = Literal["retrieve", "answer", "check", "score"]
STAGES: tuple[Stage, ...] = ("retrieve", "answer", "check", "score")
DEPTH = 30
"""Hits a question: so many that ten pages come together where several are of one page."""


@dataclass(frozen=True, slots=True)
class RunEvent:
    """How far a stage is: `done` of `total` records."""

    stage: str
    done: int
    total: int


OnRunEvent = Callable[[RunEvent], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is told beside its data set and system.

    `depth` is how many hits are asked for, `workers` how many questions are asked at a time, `limit` how many of the
    data set. `ladder` asks every question on three more rungs, `samples` so many times more, with other
    seeds, for self-consistency. `retry_failed` asks those again that failed, `rescore`
    checks and scores again what is there. `allow_missing` counts relevant documents that the collection lacks as not
    found. `seed` is that of the controls.
    """

    stages: Sequence[Stage] = STAGES
    depth: int = DEPTH
    workers: int = 1
    limit: int | None = None
    ladder: bool = True
    samples: int = 0
    retry_failed: bool = False
    rescore: bool = False
    allow_missing: bool = False
    seed: int = 7

    def identity(self) -> dict[str, Any]:
        """Those that results depend on."""
        return {"depth": self.depth, "seed": self.seed}


@dataclass
class Runner:
    """One run in its folder, which is locked and begun. `cancel` stops it where everything is consistent."""

    folder: RunFolder
    manifest: Manifest
    items: Sequence[Item]
    options: RunOptions
    on_event: OnRunEvent = lambda _: None
    cancel: threading.Event = field(default_factory=threading.Event)

    def ask(self, system: System) -> None:
        """The stages that need the system. Raises `Cancelled`, `InvalidDataset`, and what concerns all questions."""
        sources = resolve_sources(
            self.items, (one.source for one in system.documents()), allow_missing=self.options.allow_missing
        )
        settings = self.manifest.settings_hash
        with ExitStack() as closing:
            store = EvidenceStore(self.folder.evidence)
            closing.callback(store.close)
            if "retrieve" in self.options.stages:
                jobs = retrieve_jobs(system, self.items, settings, self.options.depth, store)
                self._do(RETRIEVE, self.folder.retrieval, jobs, self.options.workers)
            if "answer" in self.options.stages:
                rungs = RUNGS if self.options.ladder else (ANSWER,)
                answers = answer_jobs(
                    system, self.items, settings, store, sources=sources, rungs=rungs, cancel=self.cancel
                )
                again = self._sampled(system, settings, store)
                self._do(ANSWER, self.folder.answers, chain(answers, again), self.options.workers)

    def _sampled(self, system: System, settings: str, store: EvidenceStore) -> Iterator[Job]:
        """Every question asked again, `samples` times. Raises `SettingsError` where the system cannot."""
        if self.options.samples and not isinstance(system, ResampledSystem):
            raise SettingsError(
                "The system cannot be asked again with other seeds.", hint="Leave out samples, or give it `resampled`."
            )
        for number in range(1, self.options.samples + 1):
            again = system.resampled(number) if isinstance(system, ResampledSystem) else system
            rungs = [f"{SAMPLE}{number}"]
            yield from answer_jobs(again, self.items, settings, store, sources={}, rungs=rungs, cancel=self.cancel)

    def check(self) -> None:
        """Check the answers again, and under the controls. Raises `Cancelled`, `RunDamaged`."""
        records = self.records()
        jobs = check_jobs(records.said(), records.store, self.options.seed)
        self._do("check", self.folder.checks, jobs, 1, again=self.options.rescore)

    def records(self) -> RunRecords:
        """All that the folder holds. Raises `RunDamaged`."""
        return RunRecords.read(self.folder, self.manifest)

    def require_complete(self, records: RunRecords) -> None:
        """Raise `RunIncomplete` where questions lack what others have."""
        for stage in (RETRIEVE, ANSWER):
            missing = records.missing(stage)
            if records.stages.get(stage) and missing:
                raise RunIncomplete(
                    f"{self.folder.path} is unfinished: the stage {stage} lacks {missing} of {len(records.items)} "
                    "questions.",
                    hint="Run the same command without --stages; it goes on from there.",
                )
        if not records.stages:
            raise RunIncomplete(
                f"{self.folder.path} holds no retrieval and no answers yet.", hint="Run the stages retrieve and answer."
            )

    def _do(self, stage: str, path: Path, jobs: Iterable[Job], workers: int, *, again: bool = False) -> None:
        log = RecordLog(path)
        times = RecordLog(self.folder.times)
        known = {} if again else log.read()
        every = list(jobs)
        pending = [job for job in every if self._is_pending(known.get(job.key))]
        done = len(every) - len(pending)
        self.on_event(RunEvent(stage, done, len(every)))
        if pending:
            self.folder.forget_results()
        try:
            for finished in run_jobs(pending, workers=workers, cancel=self.cancel):
                _write(finished, log, times)
                done += 1
                self.on_event(RunEvent(stage, done, len(every)))
        finally:
            log.close()
            times.close()

    def _is_pending(self, record: dict[str, Any] | None) -> bool:
        return record is None or ("error" in record and self.options.retry_failed)


def _write(done: Done, log: RecordLog, times: RecordLog) -> None:
    """The times first: where the process dies in between, the record is missing and is made again with new ones."""
    if done.times:
        times.append(Key(*done.key), done.times)
    log.append(done.key, done.content)
