"""Questions that wait for the encoder are encoded together.

One question fills no core: what an encoder does around its products costs as much for one short text as for sixteen.
So while it works on a batch, those who come meanwhile wait, and the next batch is all of them. Who comes alone waits
for nobody, and is encoded alone.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from ..indexing.encoders.protocols import Vectors

logger = logging.getLogger(__name__)

TEXTS_AT_ONCE = 32
"""Of several searches; one alone may have more."""

Encode = Callable[[Sequence[str]], Vectors]


class QueryBatching:
    """Gathers the texts of several threads for `encode`. Safe in several threads.

    The vectors are those of `encode` for a thread's own texts, beyond the rounding that a batch brings. Where a batch
    fails, each thread encodes its own texts, and has its own error.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._lock = threading.Lock()
        self._waiting: deque[_Search] = deque()
        self._led = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """`(n, dim) float32`, in the order of the texts; raises what `encode` raises."""
        search = _Search(texts)
        try:
            self._queue(search)
            search.woken.wait()
            if search.is_leader:
                self._lead()
        except BaseException:  # an interrupt, wherever it comes: nobody may wait for a thread that is gone
            self._withdraw(search)
            raise
        return self._encode(texts) if search.vectors is None else search.vectors

    def _queue(self, search: _Search) -> None:
        with self._lock:
            self._waiting.append(search)
            if not self._led:
                self._led = True
                search.leads()

    def _lead(self) -> None:
        """Encode those who wait, this thread's own search first among them; then the next one leads."""
        batch: list[_Search] = []
        try:
            with self._lock:
                batch = self._next_batch()
            vectors = self._encode([text for search in batch for text in search.texts])
            start = 0
            for search in batch:
                search.vectors = vectors[start : start + len(search.texts)]
                start += len(search.texts)
        except Exception as error:  # whatever it was: it must not reach searches that it does not concern
            if len(batch) == 1:
                raise
            logger.warning("a batch of %d searches could not be encoded (%s); each is encoded alone", len(batch), error)
        finally:
            with self._lock:
                self._pass_on()
            for search in batch:
                search.woken.set()

    def _pass_on(self) -> None:
        self._led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].leads()

    def _withdraw(self, search: _Search) -> None:
        with self._lock:
            if search not in self._waiting:
                return
            self._waiting.remove(search)
            if search.is_leader:
                self._pass_on()

    def _next_batch(self) -> list[_Search]:
        batch = [self._waiting.popleft()]
        texts = len(batch[0].texts)
        while self._waiting and (texts := texts + len(self._waiting[0].texts)) <= TEXTS_AT_ONCE:
            batch.append(self._waiting.popleft())
        return batch


class _Search:
    """The texts of one search, and what becomes of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.vectors: Vectors | None = None
        self.is_leader = False
        self.woken = threading.Event()

    def leads(self) -> None:
        self.is_leader = True
        self.woken.set()
