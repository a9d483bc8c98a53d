"""The errors of SQLite and of the file system, in Chartwell's terms."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import (
    CollectionDamaged,
    CollectionError,
    CollectionLocked,
    NotACollection,
    StorageFull,
    UnreadableFile,
)

FULL_HINT = "Free some space and run the same command again; everything committed before is safe."
PERMISSION_HINT = "Check the permissions of the folder and of the files in it."
REPAIR_HINT = "Run `chartwell verify --repair`; where that does not help, index the documents into a new folder."
LOST_HINT = "Run `chartwell verify --repair`, then `chartwell index` with the documents that it names as lost."
VECTORS_HINT = "Run `chartwell verify --repair`, which makes the missing vectors again."
INDEX_HINT = "Run `chartwell verify --repair`, which makes the index again from the catalog."
CATALOG_HINT = "Nothing can mend that: restore the folder from a backup, or index the documents into a new folder."
DISK_HINT = "Check the disk and its connection, then run `chartwell verify`."

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}

_SQLITE: dict[int, tuple[type[CollectionError | UnreadableFile], str, str]] = {
    sqlite3.SQLITE_FULL: (StorageFull, "the disk is full", FULL_HINT),
    sqlite3.SQLITE_CORRUPT: (CollectionDamaged, "the catalog is damaged", CATALOG_HINT),
    sqlite3.SQLITE_NOTADB: (CollectionDamaged, "the catalog is no database", CATALOG_HINT),
    sqlite3.SQLITE_CONSTRAINT: (CollectionDamaged, "the catalog contradicts itself", REPAIR_HINT),
    sqlite3.SQLITE_BUSY: (CollectionLocked, "another process holds the catalog", "Try again in a moment."),
    sqlite3.SQLITE_LOCKED: (CollectionLocked, "another thread holds the catalog", "Try again in a moment."),
    sqlite3.SQLITE_READONLY: (UnreadableFile, "the catalog may not be written", PERMISSION_HINT),
    sqlite3.SQLITE_CANTOPEN: (UnreadableFile, "the catalog cannot be opened", PERMISSION_HINT),
    sqlite3.SQLITE_PERM: (UnreadableFile, "the catalog may not be opened", PERMISSION_HINT),
    sqlite3.SQLITE_IOERR: (CollectionDamaged, "the disk failed to read or write the catalog", DISK_HINT),
}


def is_full(error: BaseException) -> bool:
    """Whether the error says that no more can be written."""
    if isinstance(error, OSError):
        return error.errno in _NO_SPACE
    # tantivy reports the operating system's error only as text.
    return any(f"(os error {number})" in str(error) for number in _NO_SPACE)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Translate what goes wrong in the block; `path` is the collection.

    Raises `StorageFull`, `CollectionDamaged`, `CollectionLocked`, `UnreadableFile` or `NotACollection`.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        translated = _from_sqlite(error, path) if isinstance(error, sqlite3.Error) else _from_os(error, path)
        if translated is None:
            raise
        raise translated from error


def _from_sqlite(error: sqlite3.Error, path: Path) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None  # misuse of the sqlite3 module: a defect of ours, not a state of the collection
    if code in {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE}:
        return StorageFull(f"{path}: the disk takes no more ({error}).", hint=FULL_HINT)
    kind, what, hint = _SQLITE.get(code & 0xFF, (CollectionDamaged, "the catalog cannot be used", REPAIR_HINT))
    return kind(f"{path}: {what} ({error}).", hint=hint)


def _from_os(error: OSError, path: Path) -> Exception | None:
    if error.errno in _NO_SPACE:
        return StorageFull(f"{path}: the disk takes no more ({error.strerror}).", hint=FULL_HINT)
    if error.errno in _NO_PERMISSION:
        return UnreadableFile(f"{error.filename or path}: {error.strerror}.", hint=PERMISSION_HINT)
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return NotACollection(f"{path} is a file, not a folder.", hint="Name a folder for the collection.")
    return None
