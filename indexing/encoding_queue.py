"""Prepared documents on their way through the encoder, in batches, to their commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future

from .node_encoding import EncodingCancelled, NodeEncoder, NodeVectors
from .preparation import Prepared

_BATCH_NODES = 32
"""Encode when this many nodes wait: enough for batches of equal length, few enough to commit often and to leave
little to do when the last file has been parsed."""
_MOST_NODES = 512
"""Documents are encoded together up to this many nodes."""


class EncodingQueue:
    """Documents wait, are encoded by one thread, and are given to `commit` in the order of their coming.

    `announce` hears the source of the first document of each batch.
    """

    def __init__(
        self, encoder: NodeEncoder, commit: Callable[[Prepared, NodeVectors], None], announce: Callable[[str], None]
    ) -> None:
        self._encoder = encoder
        self._commit = commit
        self._announce = announce
        self._waiting: deque[Prepared] = deque()
        self._encoding: tuple[list[Prepared], Future[NodeVectors]] | None = None
        self.nodes = 0
        """How many nodes wait or are being encoded."""

    @property
    def empty(self) -> bool:
        """Whether everything is committed."""
        return not self._waiting and self._encoding is None

    def add(self, prepared: Prepared) -> None:
        """Let a document wait for its turn."""
        self._waiting.append(prepared)
        self.nodes += len(prepared.nodes or ())

    def turn(self, executor: Executor, *, flush: bool) -> None:
        """Commit what is encoded, and encode the next batch if it is large enough or must `flush`."""
        if self._encoding is not None and self._encoding[1].done():
            self.commit_encoded()
        if self._encoding is None and self._waiting and (flush or self.nodes >= _BATCH_NODES):
            batch: list[Prepared] = []
            nodes = 0
            # A document is never divided, so one large document makes one large batch.
            while self._waiting and (not batch or nodes + len(self._waiting[0].nodes or ()) <= _MOST_NODES):
                batch.append(self._waiting.popleft())
                nodes += len(batch[-1].nodes or ())
            self._announce(batch[0].document.source)
            flat = [node for prepared in batch for node in prepared.nodes or ()]
            self._encoding = batch, executor.submit(self._encoder.encode, flat)

    def commit_encoded(self) -> None:
        """Wait for the batch that is being encoded, if there is one, and commit it, unless the run was cancelled."""
        if self._encoding is None:
            return
        batch, future = self._encoding
        try:
            vectors = future.result()
        except EncodingCancelled:
            return
        self._encoding = None
        first = 0
        for prepared in batch:
            count = len(prepared.nodes or ())
            self._commit(prepared, vectors.part(first, first + count))
            first += count
            self.nodes -= count
