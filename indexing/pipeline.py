"""parse -> read charts -> chunk -> encode -> commit, streaming: the entry to indexing; `indexing_run` does it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping

from .collection import Collection
from .discovery import SourceFile
from .documents import Metadata
from .encoders.protocols import ImageEncoder, TextEncoder
from .indexing_run import IndexingRun, Wishes
from .node_encoding import NodeEncoder
from .parse_worker import WorkerOptions
from .report import IndexReport, OnEvent
from .spare_cores import SpareCores
from .worker_pool import WorkerPool


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
            wishes = Wishes(metadata or {}, force, on_event or (lambda _: None), cancel or threading.Event())
            report = IndexingRun(self._collection, self._pool, self._encoder, writer, wishes).execute(files)
        report.seconds = time.perf_counter() - started
        return report
