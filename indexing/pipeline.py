"""parse -> read charts -> chunk -> encode -> commit, streaming.

Worker processes parse; one thread encodes; the calling thread commits. What is under way is bounded in files and in
nodes, so memory does not grow with the size of the folder. Each document is committed as soon as it is encoded:
stopping a run at any moment loses nothing that was committed, and the next run goes on from there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from ..errors import UnsupportedFormat
from .catalog import DocumentStat, LedgerEntry
from .collection import Collection, Writer
from .discovery import SourceFile
from .documents import Metadata
from .encoders.protocols import ImageEncoder, TextEncoder
from .node_encoding import NodeEncoder, NodeVectors
from .parse_worker import Defect, Outcome, WorkerOptions
from .preparation import Prepared, Task
from .report import EventKind, FileEntry, FileStatus, IndexEvent, IndexReport, OnEvent
from .spare_cores import SpareCores
from .worker_pool import WorkerPool

logger = logging.getLogger(__name__)

_BATCH_NODES = 64
"""Encode when this many nodes wait: enough for batches of equal length, few enough to commit often and to leave
little to do when the last file has been parsed."""
_MOST_NODES = 512
"""Documents are encoded together up to this many nodes."""
_WAITING_NODES = 2_000
"""Stop handing out files while more nodes than this wait for the encoder."""
_POLL_SECONDS = 0.05
_RACY_NANOSECONDS = 2 * 10**9
"""A file changed this shortly before it was indexed may have changed again within the clock's resolution."""


class Pipeline:
    """Indexes files into a collection with the given encoders.

    `run` raises `CollectionLocked`, `EncoderMismatch` and `StorageFull`; whatever is wrong with a file stands in the
    report instead. `cancel` may be set from another thread; Ctrl-C does the same.
    """

    def __init__(
        self,
        collection: Collection,
        text_encoder: TextEncoder,
        image_encoder: ImageEncoder | None,
        options: WorkerOptions,
        *,
        workers: int,
    ) -> None:
        self._collection = collection
        self._pool = WorkerPool(options, workers)
        self._encoder = NodeEncoder(collection, text_encoder, image_encoder, SpareCores(lambda: self._pool.busy))

    def run(
        self,
        files: Iterable[SourceFile],
        *,
        metadata: Mapping[str, Metadata] | None = None,
        force: bool = False,
        on_event: OnEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> IndexReport:
        """Index the files. `metadata` is by source; `force` parses unchanged files again."""
        started = time.perf_counter()
        with self._collection.writer() as writer:
            for space in self._encoder.spaces():
                self._collection.require_space(space)
            wishes = _Wishes(metadata or {}, force, on_event or (lambda _: None), cancel or threading.Event())
            report = _Run(self._collection, self._pool, self._encoder, writer, wishes).execute(files)
        report.seconds = time.perf_counter() - started
        return report


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the caller of `Pipeline.run` asked for."""

    metadata: Mapping[str, Metadata]
    force: bool
    on_event: OnEvent
    cancel: threading.Event


class _Run:
    """The state of one run."""

    def __init__(
        self, collection: Collection, pool: WorkerPool, encoder: NodeEncoder, writer: Writer, wishes: _Wishes
    ) -> None:
        self._collection = collection
        self._pool = pool
        self._encoder = encoder
        self._writer = writer
        self._wishes = wishes
        self._cancel = wishes.cancel
        self._known: dict[str, DocumentStat] = self._collection.stat_index()
        self._report = IndexReport()
        self._found = 0
        self._waiting: deque[Prepared] = deque()
        self._waiting_nodes = 0
        self._encoding: tuple[list[Prepared], Future[NodeVectors]] | None = None
        self._id = writer.start_run({"workers": pool.size, "force": wishes.force})

    def execute(self, files: Iterable[SourceFile]) -> IndexReport:
        """Run to the end, or until cancelled; either way the snapshots are written and the run is closed."""
        try:
            with ThreadPoolExecutor(1, thread_name_prefix="encode") as executor, self._pool as pool:
                self._stream(self._tasks(files), pool, executor)
        except KeyboardInterrupt:
            self._cancel.set()
        self._report.cancelled = self._cancel.is_set()
        self._emit("saving")
        self._writer.finish_run(self._id, "cancelled" if self._report.cancelled else "done", self._counts())
        self._emit("done")
        return self._report

    def _stream(self, tasks: Iterator[Task], pool: WorkerPool, executor: ThreadPoolExecutor) -> None:
        exhausted = False
        while not self._cancel.is_set():
            while not exhausted and pool.has_room and self._waiting_nodes < _WAITING_NODES:
                task = next(tasks, None)
                if task is None:
                    exhausted = True
                else:
                    pool.submit(task)
            for task, outcome in pool.poll(_POLL_SECONDS):
                self._settle(task, outcome)
            all_parsed = exhausted and not pool.busy
            self._turn_encoder(executor, flush=all_parsed or pool.busy == 0)
            if all_parsed and not self._waiting and self._encoding is None:
                return
            if not pool.busy and self._encoding is not None:
                self._commit_encoded()
        # Cancelled: what has been encoded is as good as committed.
        self._commit_encoded()

    def _tasks(self, files: Iterable[SourceFile]) -> Iterator[Task]:
        for file in files:
            self._found += 1
            if self._found % 100 == 1:
                self._emit("found")
            if file.hidden:
                self._record(FileEntry(file.source, "skipped", "hidden", "its name begins with a dot"))
                continue
            if file.problem is not None:
                self._record(FileEntry(file.source, "failed", file.problem.code, str(file.problem)))
                continue
            metadata = self._wishes.metadata.get(file.source, {})
            known = self._known.get(file.source)
            if known is None or self._wishes.force or self._other_metadata(file.source, metadata):
                yield Task(file.path, file.source, metadata)
            elif known.content_hash.endswith(self._pool.options.recipe.fingerprint) and _same_file(file, known):
                self._record(FileEntry(file.source, "unchanged"))
            else:
                yield Task(file.path, file.source, metadata, known.content_hash)

    def _other_metadata(self, source: str, metadata: Metadata) -> bool:
        """Whether metadata is given that differs from what the document has; none given changes nothing."""
        if not metadata:
            return False
        document = self._collection.document(source)
        return document is not None and dict(document.metadata) != dict(metadata)

    def _settle(self, task: Task, outcome: Outcome) -> None:
        if isinstance(outcome, Prepared):
            if outcome.nodes is None:
                self._writer.touch(outcome.document)
                self._record(FileEntry(task.source, "unchanged", seconds=outcome.seconds))
            else:
                self._waiting.append(outcome)
                self._waiting_nodes += len(outcome.nodes)
            return
        if isinstance(outcome, Defect):
            logger.error("%s failed unexpectedly:\n%s", task.source, outcome.trace)
            reason = f"{task.path}: {outcome.summary}. This is a defect: please report it with the log."
            self._record(FileEntry(task.source, "failed", "defect", reason))
            return
        status: FileStatus = "skipped" if isinstance(outcome, UnsupportedFormat) else "failed"
        reason = str(outcome)
        if task.source in self._known:
            reason += " The version indexed earlier stays."
        self._record(FileEntry(task.source, status, outcome.code, reason))

    def _turn_encoder(self, executor: ThreadPoolExecutor, *, flush: bool) -> None:
        if self._encoding is not None and self._encoding[1].done():
            self._commit_encoded()
        if self._encoding is None and self._waiting and (flush or self._waiting_nodes >= _BATCH_NODES):
            batch: list[Prepared] = []
            nodes = 0
            # A document is never divided, so one large document makes one large batch.
            while self._waiting and (not batch or nodes + len(self._waiting[0].nodes or ()) <= _MOST_NODES):
                batch.append(self._waiting.popleft())
                nodes += len(batch[-1].nodes or ())
            self._emit("encoding", batch[0].document.source)
            flat = [node for prepared in batch for node in prepared.nodes or ()]
            self._encoding = batch, executor.submit(self._encoder.encode, flat)

    def _commit_encoded(self) -> None:
        if self._encoding is None:
            return
        batch, future = self._encoding
        vectors = future.result()
        self._encoding = None
        first = 0
        for prepared in batch:
            nodes = prepared.nodes or ()
            self._commit(prepared, vectors.part(first, first + len(nodes)))
            first += len(nodes)
            self._waiting_nodes -= len(nodes)

    def _commit(self, prepared: Prepared, vectors: NodeVectors) -> None:
        nodes, document = prepared.nodes or (), prepared.document
        self._writer.put(document, nodes, vectors.by_space)
        status: FileStatus = "updated" if document.source in self._known else "added"
        for figure in prepared.figures:
            indexed = figure.status == "indexed"
            self._report.figures_indexed += indexed
            self._report.figures_skipped += not indexed
            self._ledger(document.source, figure.status, figure.reason, figure=figure.name)
        self._record(
            FileEntry(
                document.source,
                status,
                nodes=len(nodes),
                pages=len(document.pages),
                seconds=prepared.seconds,
                warnings=prepared.warnings,
            )
        )

    def _record(self, entry: FileEntry) -> None:
        self._report.entries.append(entry)
        reason = "; ".join(filter(None, (entry.reason, *entry.warnings)))
        self._ledger(entry.source, entry.status, reason, code=entry.code, seconds=entry.seconds)
        self._emit("committed" if entry.nodes else "file", entry.source, entry)

    def _ledger(
        self, source: str, status: str, reason: str, *, figure: str | None = None, code: str = "", seconds: float = 0.0
    ) -> None:
        entry = LedgerEntry(source, status, figure=figure, code=code, reason=reason, seconds=seconds)
        self._writer.record(self._id, entry)

    def _emit(self, kind: EventKind, source: str = "", entry: FileEntry | None = None) -> None:
        self._wishes.on_event(IndexEvent(kind, len(self._report.entries), self._found, source, entry))

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for entry in self._report.entries:
            counts[entry.status] = counts.get(entry.status, 0) + 1
        return counts


def _same_file(file: SourceFile, known: DocumentStat) -> bool:
    try:
        stat = file.path.stat()
    except OSError:
        return False
    racy = known.indexed_at_ns - stat.st_mtime_ns < _RACY_NANOSECONDS
    return not racy and (stat.st_size, stat.st_mtime_ns) == (known.size, known.mtime_ns)
