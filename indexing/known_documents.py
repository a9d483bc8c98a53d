"""What the collection knew when a run began: which files have changed since, and which documents lie inside which."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import NamedTuple

from .collection import Collection
from .documents import Metadata
from .loaders.parsed import PROPERTIES

_RACY_NANOSECONDS = 2 * 10**9
"""A file changed this shortly before it was indexed may have changed again within the clock's resolution."""


class FileStat(NamedTuple):
    """Size in bytes and time of change. A member has the time of its archive."""

    size: int
    mtime_ns: int


def file_stat(path: Path) -> FileStat | None:
    """Of a file on disk, None where it cannot be told."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStat(status.st_size, status.st_mtime_ns)


class KnownDocuments:
    """The documents of the collection by source. `recipe` is the fingerprint by which documents are made now."""

    def __init__(self, collection: Collection, recipe: str) -> None:
        self._collection = collection
        self._recipe = recipe
        self._stats = collection.stat_index()
        self._sorted = sorted(self._stats)

    def __contains__(self, source: object) -> bool:
        return source in self._stats

    def content_hash(self, source: str) -> str | None:
        """By which an unchanged content is recognised; None where the document is unknown."""
        known = self._stats.get(source)
        return known.content_hash if known else None

    def is_current(self, source: str, stat: FileStat | None) -> bool:
        """Whether the file is, by size and time of change, the one that was indexed by the present recipe."""
        known = self._stats.get(source)
        if known is None or stat is None or not known.content_hash.endswith(self._recipe):
            return False
        racy = known.indexed_at_ns - stat.mtime_ns < _RACY_NANOSECONDS
        return not racy and stat == (known.size, known.mtime_ns)

    def has_other_metadata(self, source: str, metadata: Metadata) -> bool:
        """Whether metadata is given that differs from what the document has; none given changes nothing."""
        document = self._collection.document(source) if metadata else None
        if document is None:
            return False
        had = {key: value for key, value in document.metadata.items() if key in metadata or key not in PROPERTIES}
        return had != dict(metadata)

    def inside(self, source: str) -> list[str]:
        """Sources of the members of a document, members of members too; each after its own container."""
        start = bisect_left(self._sorted, f"{source}/")
        stop = bisect_left(self._sorted, f"{source}0", start)  # "0" is the character after "/"
        return self._sorted[start:stop]
