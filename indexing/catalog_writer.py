"""Changes to the catalog, for the one process that holds the writer lock."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .catalog import AssetRecord, Catalog, Space, StoredSpace
from .catalog_rows import metadata_json, node_fields, pages_json, to_json
from .documents import ChartReading, Document, Node
from .duplicate_groups import contents_of, forget_groups, group_nodes, group_ungrouped, regroup_after
from .ledger import LedgerEntry, close_run, insert_entry, insert_run
from .near_duplicates import RECIPE, likeness
from .storage_errors import storage_errors

_GROUPED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to be committed. `assets` says for each node which stored picture it has, None for none;
    `vectors` holds for each space (by number) the ordinals of nodes and their `(n, dim) float16` vectors.
    """

    document: Document
    nodes: Sequence[Node]
    assets: Sequence[AssetRecord | None]
    vectors: Mapping[int, tuple[Sequence[int], NDArray[np.float16]]]


class CatalogWriter:
    """One connection that writes. Each public method is one transaction.

    Documents are committed with a sync to disk: not even a power failure takes them back. Ledger lines and time
    stamps are committed without (they survive the death of the process, and the next document syncs them too).
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        with storage_errors(catalog.path):
            self._connection = catalog.connections.writer()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Everything in the block is committed together, or nothing is."""
        connection = self._connection
        with storage_errors(self._catalog.path):
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # whatever broke the transaction off: undo it and let the reason go on
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def put(self, prepared: PreparedDocument) -> int:
        """Commit a document in place of an older version of its source; returns its number, which stays the same."""
        with self.transaction() as connection:
            return _put(connection, prepared)

    def correct(self, picture: str, reading: ChartReading, prepared: Sequence[PreparedDocument]) -> None:
        """Keep a reading corrected by hand, and the documents that show its picture with it, in one commit."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO corrections VALUES (?,?,?)", (picture, to_json(reading.to_dict()), time.time())
            )
            for one in prepared:
                _put(connection, one)

    def uncorrect(self, picture: str) -> bool:
        """Forget a correction; False where there is none. Nodes stay as they are until they are read again."""
        with self.transaction() as connection:
            return connection.execute("DELETE FROM corrections WHERE picture = ?", (picture,)).rowcount > 0

    def delete(self, source: str) -> bool:
        """Remove a document with those inside it; False where there is none of that source.

        An archive or e-mail that it lies in loses its time of change, so that the next run looks into it again.
        """
        with self.transaction() as connection:
            if connection.execute("SELECT 1 FROM documents WHERE source = ?", (source,)).fetchone() is None:
                return False
            generation = _next_generation(connection)
            rows = connection.execute(
                # What is inside begins with the source and "/"; "0" is the character after "/".
                "SELECT id FROM documents WHERE source = ?1 OR (source > ?1 || '/' AND source < ?1 || '0')",
                (source,),
            ).fetchall()
            for row in rows:
                _bury_nodes(connection, row[0], generation)
                connection.execute("DELETE FROM documents WHERE id = ?", row)
            connection.execute(
                "UPDATE documents SET mtime_ns = -1 WHERE source IN (SELECT value FROM json_each(?))",
                (json.dumps([str(parent) for parent in PurePosixPath(source).parents]),),
            )
        return True

    def touch(self, document: Document) -> None:
        """Note a new size and time of change, and metadata where the document brings other than is stored."""
        metadata = metadata_json(document)
        with self.transaction(durable=False) as connection:
            connection.execute(
                "UPDATE documents SET size = ?, mtime_ns = ?, indexed_at_ns = ? WHERE source = ?",
                (document.size, document.mtime_ns, time.time_ns(), document.source),
            )
            if document.metadata:
                changed = connection.execute(
                    "UPDATE documents SET metadata = ?1 WHERE source = ?2 AND metadata != ?1",
                    (metadata, document.source),
                )
                if changed.rowcount:
                    _next_generation(connection)
                    _replace_metadata(connection, document)

    def add_space(self, space: Space) -> None:
        """Register a space of a new name."""
        with self.transaction() as connection:
            _next_generation(connection)
            _insert_space(connection, space, active=True)

    def begin_replacement(self, space: Space) -> StoredSpace:
        """The space being filled to serve under this name: an interrupted one of the same encoder, or a new one.

        A new one begins with the vectors that this encoder has made for the space that serves, if it was this one.
        """
        with self.transaction() as connection:
            row = connection.execute(
                "SELECT id, name, fingerprint, dimension, encoder FROM spaces WHERE name = ? AND NOT active",
                (space.name,),
            ).fetchone()
            if row is not None and (row[2], row[3]) == (space.fingerprint, space.dimension):
                return StoredSpace(row[0], Space(*row[1:]))
            if row is not None:
                connection.execute("DELETE FROM spaces WHERE id = ?", (row[0],))
            number = _insert_space(connection, space, active=False)
            connection.execute(
                "INSERT INTO vectors (space_id, node_id, vector) SELECT ?, v.node_id, v.vector FROM vectors AS v "
                "JOIN spaces AS s ON s.id = v.space_id WHERE s.name = ? AND s.active AND s.fingerprint = ?",
                (number, space.name, space.fingerprint),
            )
            return StoredSpace(number, space)

    def add_vectors(self, space_id: int, node_ids: Sequence[int], vectors: NDArray[np.float16]) -> None:
        """Fill a space that does not serve yet."""
        with self.transaction() as connection:
            _insert_vectors(connection, space_id, node_ids, vectors)

    def finish_replacement(self, replacement: StoredSpace, settings: Mapping[str, str]) -> None:
        """Let the replacement serve, and keep the settings, in one commit; the vectors of the space before it go."""
        with self.transaction() as connection:
            _next_generation(connection)
            connection.execute("DELETE FROM spaces WHERE name = ? AND active", (replacement.space.name,))
            connection.execute("UPDATE spaces SET active = 1 WHERE id = ?", (replacement.id,))
            connection.execute(
                "INSERT INTO coverage SELECT n.document_id, v.space_id, count(*) FROM vectors AS v "
                "JOIN nodes AS n ON n.id = v.node_id WHERE v.space_id = ? GROUP BY n.document_id",
                (replacement.id,),
            )
            connection.executemany("INSERT OR REPLACE INTO settings VALUES (?,?)", settings.items())

    def complete_duplicate_groups(self, *, anew: bool = False) -> None:
        """Group the nodes that are in no group: after an upgrade, a change of recipe, or, `anew`, all of them."""
        recipe = self._catalog.value("SELECT value FROM meta WHERE key = 'duplicates'")
        if anew or recipe != RECIPE:
            with self.transaction() as connection:
                forget_groups(connection)
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('duplicates', ?)", (RECIPE,))
        while self._catalog.value("SELECT (SELECT count(*) FROM nodes) > (SELECT count(*) FROM duplicates)"):
            with self.transaction() as connection:
                if not group_ungrouped(connection, _GROUPED_AT_ONCE):
                    return

    def start_run(self, settings: Mapping[str, Any]) -> int:
        """Open a run in the ledger."""
        with self.transaction(durable=False) as connection:
            return insert_run(connection, settings)

    def record(self, run: int, entry: LedgerEntry) -> None:
        """Add a line to the ledger."""
        with self.transaction(durable=False) as connection:
            insert_entry(connection, run, entry)

    def finish_run(self, run: int, status: str, counts: Mapping[str, Any]) -> None:
        """Close a run in the ledger."""
        with self.transaction(durable=False) as connection:
            close_run(connection, run, status, counts)

    def set_setting(self, key: str, value: str) -> None:
        """Keep a value with the collection."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?,?)", (key, value))

    def mark_writer(self, name: str | None) -> None:
        """Say who is writing; the mark of a process that died stays and tells the next one to tidy up."""
        with self.transaction(durable=False) as connection:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'writer'", (name,))

    def drop_unused_assets(self) -> list[AssetRecord]:
        """Forget pictures that no node has any more; the caller removes their files."""
        unused = "NOT EXISTS (SELECT 1 FROM nodes WHERE asset = sha256)"
        with self.transaction(durable=False) as connection:
            rows = connection.execute(
                f"SELECT sha256, media_type, width, height, bytes FROM assets WHERE {unused}"  # noqa: S608 - values are bound
            ).fetchall()
            if rows:
                connection.execute(f"DELETE FROM assets WHERE {unused}")  # noqa: S608 - values are bound
        return [AssetRecord(*row) for row in rows]

    def prune_tombstones(self, floor: int) -> None:
        """Forget deletions that every snapshot has taken in; readers older than `floor` start afresh."""
        with self.transaction(durable=False) as connection:
            gone = connection.execute("DELETE FROM tombstones WHERE generation <= ?", (floor,))
            if gone.rowcount:
                connection.execute("UPDATE meta SET value = max(value, ?) WHERE key = 'log_floor'", (floor,))


def _next_generation(connection: sqlite3.Connection) -> int:
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    return int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])


def _put(connection: sqlite3.Connection, prepared: PreparedDocument) -> int:
    document = prepared.document
    generation = _next_generation(connection)
    document_id = _replace_document(connection, document, len(prepared.nodes), generation)
    _replace_metadata(connection, document)
    connection.executemany(
        "INSERT OR IGNORE INTO assets VALUES (?,?,?,?,?)", [asset for asset in prepared.assets if asset]
    )
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'nodes'").fetchone()
    first = (last[0] if last else 0) + 1
    rows = (
        (first + ordinal, document_id, ordinal, generation, asset and asset.sha256, *node_fields(node))
        for ordinal, (node, asset) in enumerate(zip(prepared.nodes, prepared.assets, strict=True))
    )
    connection.executemany(
        "INSERT INTO nodes (id, document_id, ordinal, generation, asset, kind, page, text, headings, parts, "
        "regions, caption, cells, reading, language) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        rows,
    )
    group_nodes(
        connection,
        (
            (first + ordinal, document_id, likeness(node.kind, node.text, asset and asset.sha256))
            for ordinal, (node, asset) in enumerate(zip(prepared.nodes, prepared.assets, strict=True))
        ),
    )
    for space_id, (ordinals, vectors) in prepared.vectors.items():
        _insert_vectors(connection, space_id, [first + ordinal for ordinal in ordinals], vectors)
        connection.execute("INSERT INTO coverage VALUES (?,?,?)", (document_id, space_id, len(ordinals)))
    return document_id


def _replace_document(connection: sqlite3.Connection, document: Document, node_count: int, generation: int) -> int:
    values = (
        document.content_hash,
        document.media_type,
        document.title,
        document.language,
        pages_json(document.pages),
        metadata_json(document),
        document.size,
        document.mtime_ns,
        time.time_ns(),
        node_count,
        document.source,
    )
    row = connection.execute("SELECT id FROM documents WHERE source = ?", (document.source,)).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO documents (content_hash, media_type, title, language, pages, metadata, size, mtime_ns, "
            "indexed_at_ns, node_count, source) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            values,
        )
        return int(cursor.lastrowid or 0)
    _bury_nodes(connection, row[0], generation)
    connection.execute(
        "UPDATE documents SET content_hash = ?, media_type = ?, title = ?, language = ?, pages = ?, metadata = ?, "
        "size = ?, mtime_ns = ?, indexed_at_ns = ?, node_count = ? WHERE source = ?",
        values,
    )
    return int(row[0])


def _replace_metadata(connection: sqlite3.Connection, document: Document) -> None:
    document_id = connection.execute("SELECT id FROM documents WHERE source = ?", (document.source,)).fetchone()[0]
    connection.execute("DELETE FROM metadata WHERE document_id = ?", (document_id,))
    connection.executemany(
        "INSERT INTO metadata VALUES (?,?,?)", [(document_id, key, value) for key, value in document.metadata.items()]
    )


def _bury_nodes(connection: sqlite3.Connection, document_id: int, generation: int) -> None:
    connection.execute(
        "INSERT INTO tombstones SELECT id, ? FROM nodes WHERE document_id = ?", (generation, document_id)
    )
    contents = contents_of(connection, document_id)
    connection.execute("DELETE FROM nodes WHERE document_id = ?", (document_id,))
    regroup_after(connection, contents)
    connection.execute("DELETE FROM coverage WHERE document_id = ?", (document_id,))


def _insert_space(connection: sqlite3.Connection, space: Space, *, active: bool) -> int:
    cursor = connection.execute(
        "INSERT INTO spaces (name, fingerprint, dimension, encoder, active) VALUES (?,?,?,?,?)",
        (space.name, space.fingerprint, space.dimension, space.encoder, active),
    )
    return int(cursor.lastrowid or 0)


def _insert_vectors(
    connection: sqlite3.Connection, space_id: int, node_ids: Sequence[int], vectors: NDArray[np.float16]
) -> None:
    connection.executemany(
        "INSERT INTO vectors (space_id, node_id, vector) VALUES (?,?,?)",
        ((space_id, node_id, row.tobytes()) for node_id, row in zip(node_ids, vectors, strict=True)),
    )
