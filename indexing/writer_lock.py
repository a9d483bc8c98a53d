"""The lock that makes one writer of many processes, and keeps apart those who mend the derived files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import CollectionLocked, UnreadableFile
from .storage_errors import PERMISSION_HINT
from .stores import LOCK_FILE, Stores


class WriterLock:
    """A file lock on the collection. The system frees it when its holder dies."""

    def __init__(self, stores: Stores) -> None:
        self._catalog = stores.catalog
        self._collection: Path = stores.path
        self._mending = threading.Lock()
        """Held by whoever tries the lock in this process, so that a writer here waits for the moment it takes."""

    @contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        """Hold the lock; raises `CollectionLocked` after `timeout` seconds, `UnreadableFile` in a read-only folder."""
        if not self._catalog.connections.writable:
            raise UnreadableFile(f"{self._collection} may not be written.", hint=PERMISSION_HINT)
        lock = FileLock(self._collection / LOCK_FILE)
        try:
            with self._mending:
                lock.acquire(timeout=timeout)
        except Timeout as error:
            who = self._catalog.writer_mark() or "another process"
            raise CollectionLocked(
                f"{self._collection} is being written by {who}.", hint="Wait until it has finished, or stop it."
            ) from error
        except OSError as error:
            raise UnreadableFile(f"{self._collection} cannot be locked: {error}.", hint=PERMISSION_HINT) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def if_free(self) -> Iterator[bool]:
        """Hold the lock if it can be had at once; says whether it is held."""
        if not self._catalog.connections.writable or not self._mending.acquire(blocking=False):
            yield False
            return
        try:
            lock = FileLock(self._collection / LOCK_FILE)
            try:
                lock.acquire(timeout=0)
            except (Timeout, OSError):
                yield False
                return
            try:
                yield True
            finally:
                lock.release()
        finally:
            self._mending.release()
