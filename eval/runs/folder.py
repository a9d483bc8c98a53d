"""The folder of a run: its files, its lock, and whether it may be gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import NotARun, RunError, RunMismatch, UnreadableFile
from ...indexing.durable_files import file_sha256, write_durably
from .manifest import Manifest, differences

_MOST_DIFFERENCES = 8


class RunFolder:
    """Names of the files of a run.

    `retrieval.jsonl`, `answers.jsonl`, `checks.jsonl`, `evidence.jsonl` and `times.jsonl` only grow; the others are
    written anew from them. `dataset.jsonl` is a copy of what was asked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = path / "manifest.json"
        self.dataset = path / "dataset.jsonl"
        self.retrieval = path / "retrieval.jsonl"
        self.answers = path / "answers.jsonl"
        self.checks = path / "checks.jsonl"
        self.evidence = path / "evidence.jsonl"
        self.times = path / "times.jsonl"
        self.ranking = path / "run.trec"
        self.relevance = path / "qrels.trec"
        self.scores = path / "scores.jsonl"
        self.summary = path / "summary.json"
        self.report = path / "report.md"
        self.page = path / "report.html"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing to the folder. Raises `RunError` where one does, `UnreadableFile`."""
        from filelock import FileLock, Timeout

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / ".lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise RunError(
                f"Another process is writing to the run {self.path}.", hint="Wait for it, or name another folder."
            ) from error
        except OSError as error:
            raise UnreadableFile(
                f"{self.path} cannot be written: {error.strerror or error}.", hint="Name another folder for the run."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def start(self, manifest: Manifest, dataset: bytes) -> list[str]:
        """Begin the run, or go on with it where the folder holds the same one; notes on what has changed since.

        Raises `NotARun` where it holds something else, `RunMismatch` saying what differs.
        """
        notes: list[str] = []
        if self.manifest.is_file():
            old = Manifest.read(self.manifest)
            self._require_same(old, manifest)
            if (old.metrics, old.limit) != (manifest.metrics, manifest.limit):
                self.forget_results()
            notes = [f"installed since this run began: {line}" for line in differences(old.packages, manifest.packages)]
        elif any(not entry.name.startswith(".") for entry in self.path.iterdir()):
            raise NotARun(
                f"{self.path} is not empty and no evaluation run.", hint="Name a new folder, or the folder of a run."
            )
        self.write_manifest(manifest)
        if not self.dataset.is_file() or file_sha256(self.dataset) != manifest.dataset["sha256"]:
            write_durably(self.dataset, dataset)
        return notes

    def write_manifest(self, manifest: Manifest) -> None:
        """Write what the run is a run of."""
        data = json.dumps(manifest.to_dict(), ensure_ascii=False, indent=2) + "\n"
        write_durably(self.manifest, data.encode())

    def forget_results(self) -> None:
        """Take away what was computed from the records, since it no longer fits them or the manifest."""
        for path in (self.summary, self.scores, self.report, self.page, self.ranking, self.relevance):
            path.unlink(missing_ok=True)

    def _require_same(self, old: Manifest, new: Manifest) -> None:
        changed = differences(old.identity, new.identity)
        if changed:
            more = f"; and {len(changed) - _MOST_DIFFERENCES} more" if len(changed) > _MOST_DIFFERENCES else ""
            raise RunMismatch(
                f"{self.path} is a run of something else: {'; '.join(changed[:_MOST_DIFFERENCES])}{more}.",
                hint="Name another folder, or go back to what it was begun with.",
            )
