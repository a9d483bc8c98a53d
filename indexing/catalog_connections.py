"""Connections to the catalog's database: one for each reading thread, and one for the writer."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from pathlib import Path

from ..errors import CollectionError, UnreadableFile
from .catalog_schema import SCHEMA_VERSION, check_schema, create_schema, schema_version, upgrade_schema
from .storage_errors import PERMISSION_HINT, storage_errors

DATABASE = "catalog.sqlite"
_BUSY_SECONDS = 30.0
_CACHE_KIB = 32_768
"""Pages that a reading thread keeps: every search looks up a hundred nodes, and SQLite's default is 2 MiB."""


class _Connection(sqlite3.Connection):
    """Can be referred to weakly, so that a finished thread's connection is closed with it."""


class Connections:
    """Opens the database of the collection at `path`, creating it if asked and absent.

    Raises `NotACollection`, `SchemaTooNew`, `CollectionDamaged`, `UnreadableFile` or `StorageFull`.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        self._file = path / DATABASE
        self._local = threading.local()
        self._open: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False
        with storage_errors(path):
            self.writable = os.access(path, os.W_OK) and (not self._file.exists() or os.access(self._file, os.W_OK))
            if create and self.writable:
                connection = self._connect("mode=rwc")
                try:
                    create_schema(connection)
                finally:
                    connection.close()
            self._mode = "mode=rw" if self.writable else self._read_only_mode()
            check_schema(self.reader(), path)
            self._upgrade()

    def reader(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._closed:
            connection = self._connect(self._mode)
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._local.connection = connection
        return connection

    def writer(self) -> sqlite3.Connection:
        """A new connection, for the holder of the writer lock, who closes it."""
        connection = self._connect(self._mode)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            self._closed = True
            for connection in list(self._open):
                connection.close()

    def _connect(self, mode: str) -> _Connection:
        with self._lock:
            if self._closed:
                raise CollectionError(f"The collection {self._path} was closed.", hint="Open it again.")
            connection = sqlite3.connect(
                f"{self._file.absolute().as_uri()}?{mode}",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                factory=_Connection,
            )
            self._open.add(connection)
        return connection

    def _upgrade(self) -> None:
        if schema_version(self.reader()) == SCHEMA_VERSION:
            return
        if not self.writable:
            raise UnreadableFile(
                f"{self._path} was written by an older Chartwell and cannot be upgraded.",
                hint=f"Open it once with permission to write. {PERMISSION_HINT}",
            )
        connection = self._connect(self._mode)
        try:
            upgrade_schema(connection)
        finally:
            connection.close()

    def _read_only_mode(self) -> str:
        """A folder that may not be written: SQLite needs help where it cannot make its shared-memory file."""
        try:
            probe = self._connect("mode=ro")
            try:
                probe.execute("SELECT count(*) FROM sqlite_master").fetchone()
            finally:
                probe.close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
                raise
            log = self._file.with_name(f"{DATABASE}-wal")
            if not os.access(self._file, os.R_OK) or (log.exists() and log.stat().st_size):
                raise UnreadableFile(
                    f"{self._path} cannot be opened for reading alone: its last writer did not finish.",
                    hint=f"Open it once with permission to write. {PERMISSION_HINT}",
                ) from error
            # Nobody can be writing here without a log, so the file can be taken as it is.
            return "immutable=1"
        return "mode=ro"
