"""Indexing in a thread of its own, one run a collection, watched by any number of pages."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ...indexing.documents import Metadata
from ...indexing.report import FileEntry, IndexEvent, IndexReport
from ..client import Chartwell

logger = logging.getLogger(__name__)


class IndexJob:
    """Starts at once; `done` of `total` files, `entries` as they are finished, at the end a `report` or an `error`."""

    def __init__(
        self, client: Chartwell, paths: Sequence[Path], *, force: bool = False, metadata: Metadata | None = None
    ) -> None:
        self.waiting = dict.fromkeys(map(str, paths), "waiting")
        """What was given and is not finished: `waiting`, or `encoding` once it has been read."""
        self.done = 0
        self.total = 0
        self.entries: list[FileEntry] = []
        self.report: IndexReport | None = None
        self.error: Exception | None = None
        self._cancel = threading.Event()
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(client, list(paths), force, metadata), daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    @property
    def seconds_left(self) -> float | None:
        """An estimate by the files so far, None before the first is done."""
        if not self.done or not self.total:
            return None
        return (time.monotonic() - self._started) / self.done * (self.total - self.done)

    def cancel(self) -> None:
        """Ask it to stop; what is committed stays."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; whether it came."""
        self._thread.join(seconds)
        return not self.running

    def _run(
        self,
        client: Chartwell,
        paths: list[Path],
        force: bool,  # noqa: FBT001 - a thread's argument
        metadata: Metadata | None,
    ) -> None:
        try:
            self.report = client.index(
                paths, force=force, metadata=metadata, on_event=self._on_event, cancel=self._cancel
            )
        except Exception as error:  # whatever it was: the page waits, and has to say that it failed
            logger.debug("indexing failed", exc_info=True)
            self.error = error

    def _on_event(self, event: IndexEvent) -> None:
        self.done, self.total = event.done, event.total
        if event.kind == "encoding" and event.source in self.waiting:
            self.waiting[event.source] = "encoding"
        if event.entry is not None:
            self.entries.append(event.entry)
            self.waiting.pop(event.entry.source, None)


class IndexJobs:
    """The latest run of each collection."""

    def __init__(self) -> None:
        self._jobs: dict[Path, IndexJob] = {}
        self._lock = threading.Lock()

    def of(self, collection: Path) -> IndexJob | None:
        """The run that goes on, or the last one."""
        return self._jobs.get(collection)

    def start(
        self,
        client: Chartwell,
        collection: Path,
        paths: Sequence[Path],
        *,
        force: bool = False,
        metadata: Metadata | None = None,
    ) -> IndexJob | None:
        """Start a run; None where one goes on."""
        with self._lock:
            known = self._jobs.get(collection)
            if known is not None and known.running:
                return None
            self._jobs[collection] = job = IndexJob(client, paths, force=force, metadata=metadata)
            return job

    def forget(self, collection: Path) -> None:
        """Drop the report of a finished run."""
        with self._lock:
            known = self._jobs.get(collection)
            if known is not None and not known.running:
                del self._jobs[collection]
