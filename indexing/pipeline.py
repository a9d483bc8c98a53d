"""parse -> read charts -> chunk -> encode -> commit, streaming: the entry to indexing; `indexing_run` does it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from .collection import Collection
from .discovery import SourceFile
from .documents import Metadata
from .encoders.protocols import ImageEncoder, TextEncoder
from .indexing_run import IndexingRun, Wishes
from .node_encoding import EncodingCancelled, NodeEncoder
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
        self._text_encoder = text_encoder
        self._image_encoder = image_encoder
        self._pool = WorkerPool(options, workers)

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
        wishes = Wishes(metadata or {}, force, on_event or (lambda _: None), cancel or threading.Event())
        cores = SpareCores(lambda: self._pool.busy)
        encoder = NodeEncoder(
            self._collection, self._text_encoder, self._image_encoder, cores, cancelled=wishes.cancel.is_set
        )
        with self._collection.writer() as writer:
            for space in encoder.spaces():
                self._collection.require_space(space)
                with suppress(EncodingCancelled):
                    # Documents indexed without this encoder catch up: an image model may be set after the first run.
                    writer.replace_space(space, partial(encoder.encode_space, space))
            report = IndexingRun(self._collection, self._pool, encoder, writer, wishes).execute(files)
        report.seconds = time.perf_counter() - started
        return report
