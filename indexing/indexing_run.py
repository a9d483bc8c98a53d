"""One run of the pipeline: files are parsed, encoded and committed while others are still being parsed.

Worker processes parse; one thread encodes; the calling thread commits. What is under way is bounded in files and in
nodes, so memory does not grow with the size of the folder. Each document is committed as soon as it is encoded:
stopping a run at any moment loses nothing that was committed, and the next run goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import accumulate

from ..errors import DamagedFile, InputError, UnsupportedFormat
from .collection import Collection, Writer
from .corrections import with_corrections
from .discovery import SourceFile
from .documents import Metadata
from .encoding_queue import EncodingQueue
from .known_documents import FileStat, KnownDocuments, file_stat
from .loaders.parsed import Member
from .node_encoding import NodeEncoder, NodeVectors
from .open_containers import LOOK_AGAIN, OpenContainer, OpenContainers
from .parse_worker import Defect, Outcome
from .preparation import Prepared, Task
from .report import FileEntry, FileStatus, IndexReport, OnEvent
from .run_record import RunRecord
from .worker_pool import WorkerPool

logger = logging.getLogger(__name__)

_WAITING_NODES = 2_000
"""Stop handing out files while more nodes than this wait for the encoder."""
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller of `Pipeline.run` asked for."""

    metadata: Mapping[str, Metadata]
    force: bool
    on_event: OnEvent
    cancel: threading.Event


class IndexingRun:
    """The state of one run."""

    def __init__(
        self, collection: Collection, pool: WorkerPool, encoder: NodeEncoder, writer: Writer, wishes: Wishes
    ) -> None:
        self._pool = pool
        self._writer = writer
        self._wishes = wishes
        self._cancel = wishes.cancel
        self._corrections = collection.corrections()
        self._known = KnownDocuments(collection, pool.options.recipe.fingerprint)
        self._containers = OpenContainers()
        self._member_tasks: deque[Task] = deque()
        self._record = RunRecord(writer, wishes.on_event, {"workers": pool.size, "force": wishes.force})
        self._queue = EncodingQueue(encoder, self._commit, lambda source: self._record.event("encoding", source))

    def execute(self, files: Iterable[SourceFile]) -> IndexReport:
        """Run to the end, or until cancelled; either way the snapshots are written and the run is closed."""
        with ThreadPoolExecutor(1, thread_name_prefix="encode") as executor, self._pool as pool:
            try:
                self._stream(self._tasks(files), pool, executor)
            except KeyboardInterrupt:
                self._cancel.set()  # here, because leaving the block waits for the encoder, which looks at it
        self._record.report.cancelled = self._cancel.is_set()
        self._record.event("saving")
        self._record.finish()
        self._record.event("done")
        return self._record.report

    def _stream(self, files: Iterator[Task], pool: WorkerPool, executor: Executor) -> None:
        while not self._cancel.is_set():
            exhausted = self._hand_out(files, pool)
            for task, outcome in pool.poll(_POLL_SECONDS):
                self._receive(task, outcome)
            all_parsed = exhausted and not pool.busy and not self._member_tasks
            if all_parsed:
                pool.dismiss()  # encoding what waits may take long, and needs the memory
            self._queue.turn(executor, flush=all_parsed or pool.busy == 0)
            if all_parsed and self._queue.empty:
                return
            if not pool.busy:
                self._queue.commit_encoded()
        # Cancelled: what has been encoded is as good as committed. A long document is broken off.
        self._queue.commit_encoded()

    def _hand_out(self, files: Iterator[Task], pool: WorkerPool) -> bool:
        """Give work to idle workers, members of opened containers first; returns whether there was no more."""
        while pool.has_room and self._queue.nodes < _WAITING_NODES:
            task = self._member_tasks.popleft() if self._member_tasks else next(files, None)
            if task is None:
                return True
            pool.submit(task)
        return False

    def _tasks(self, files: Iterable[SourceFile]) -> Iterator[Task]:
        for file in files:
            self._record.found += 1
            if self._record.found % 100 == 1:
                self._record.event("found")
            if file.hidden:
                self._conclude(FileEntry(file.source, "skipped", "hidden", "its name begins with a dot"))
                continue
            if file.problem is not None:
                self._fail(file.source, file.problem)
                continue
            metadata = self._wishes.metadata.get(file.source, {})
            task = self._task(Task(file.path, file.source, metadata), file_stat(file.path))
            if task is not None:
                yield task

    def _task(self, task: Task, stat: FileStat | None) -> Task | None:
        """The task with what the collection knows about its file; None, recorded, where that has not changed."""
        if self._wishes.force or self._known.has_other_metadata(task.source, task.metadata):
            return task
        if not self._known.is_current(task.source, stat):
            return replace(task, known_hash=self._known.content_hash(task.source))
        inside = self._known.inside(task.source)
        self._record.found += len(inside)
        for source in (task.source, *inside):
            self._conclude(FileEntry(source, "unchanged"))
        return None

    def _receive(self, task: Task, outcome: Outcome) -> None:
        if isinstance(outcome, Prepared):
            if outcome.members:
                self._expand(task, outcome)
            else:
                self._accept(outcome)
        elif isinstance(outcome, Defect):
            logger.error("%s failed unexpectedly:\n%s", task.source, outcome.trace)
            reason = f"{task.label}: {outcome.summary}. This is a defect: please report it with the log."
            self._conclude(FileEntry(task.source, "failed", "defect", reason))
        else:
            self._fail(task.source, outcome)

    def _fail(self, source: str, error: InputError) -> None:
        status: FileStatus = "skipped" if isinstance(error, UnsupportedFormat) else "failed"
        stays = " The version indexed earlier stays." if source in self._known else ""
        self._conclude(FileEntry(source, status, error.code, f"{error}{stays}"))

    def _accept(self, prepared: Prepared, note: str = "") -> None:
        if prepared.nodes is None:
            self._writer.touch(prepared.document)
            self._conclude(FileEntry(prepared.document.source, "unchanged", reason=note, seconds=prepared.seconds))
        else:
            nodes = with_corrections(prepared.nodes, self._corrections)
            self._queue.add(replace(prepared, nodes=nodes, note=note))

    def _expand(self, task: Task, prepared: Prepared) -> None:
        """Make a task of each member that may have changed; the container itself waits for them."""
        container = self._containers.open(task, prepared)
        self._record.found += len(prepared.members)
        if task.source in self._known:
            # Where this run stops before the last member, the next one opens the container again.
            self._writer.touch(replace(prepared.document, mtime_ns=LOOK_AGAIN, metadata={}))
        tasks = [
            self._member_task(task, prepared, *pair) for pair in zip(prepared.members, container.sources, strict=True)
        ]
        self._member_tasks.extendleft(filter(None, reversed(tasks)))

    def _member_task(self, task: Task, prepared: Prepared, member: Member, source: str) -> Task | None:
        if member.hidden:
            self._conclude(FileEntry(source, "skipped", "hidden", "it is hidden"))
        elif member.problem is not None:
            self._fail(source, member.problem)
        else:
            metadata = self._wishes.metadata.get(source, task.metadata)
            inner = Task(task.path, source, metadata, members=(*task.members, member.name))
            return self._task(inner, FileStat(member.size, prepared.document.mtime_ns))
        return None

    def _finish(self, container: OpenContainer) -> None:
        """Every member is settled: the container itself is committed, unless there is nothing to find in it."""
        source = container.task.source
        self._delete_vanished(source, container.sources)
        if container.kept or container.prepared.nodes != ():
            self._accept(container.settled(), container.note)
            return
        if source in self._known:
            self._writer.delete(source)
        status: FileStatus = "failed" if container.failed else "skipped"
        reason = f"{container.task.label} {container.note}: nothing in it can be found by a question."
        self._conclude(FileEntry(source, status, UnsupportedFormat.code, reason))

    def _delete_vanished(self, source: str, members: Iterable[str]) -> None:
        """Delete what was indexed inside `source` and is inside it no more."""
        present = set(members)
        # The deepest first, because a container takes along what is inside it.
        for inside in reversed(self._known.inside(source)):
            places = accumulate(inside[len(source) + 1 :].split("/"), lambda place, name: f"{place}/{name}")
            if not any(f"{source}/{place}" in present for place in places) and self._writer.delete(inside):
                self._conclude(FileEntry(inside, "deleted", reason=f"it is no longer in {source}"))

    def _commit(self, prepared: Prepared, vectors: NodeVectors) -> None:
        nodes, document = prepared.nodes or (), prepared.document
        try:
            self._writer.put(document, nodes, vectors.by_space)
        except DamagedFile as error:  # text or metadata that no database can hold
            self._fail(document.source, error)
            return
        if not prepared.members:
            self._delete_vanished(document.source, ())
        status: FileStatus = "updated" if document.source in self._known else "added"
        for figure in prepared.figures:
            self._record.figure(document.source, figure)
        self._conclude(
            FileEntry(
                document.source,
                status,
                reason=prepared.note,
                nodes=len(nodes),
                pages=len(document.pages),
                seconds=prepared.seconds,
                warnings=prepared.warnings,
            )
        )

    def _conclude(self, entry: FileEntry) -> None:
        """Record what became of a file; with the last member of a container, it is the container's turn."""
        self._record.file(entry)
        in_collection = entry.status in {"added", "updated", "unchanged"} or entry.source in self._known
        container = self._containers.settle(entry, in_collection=in_collection)
        if container is not None:
            self._finish(container)
