"""The catalog: SQLite holds the single truth about documents, nodes, vectors, assets and the ledger.

This module reads; `catalog_writer` changes. `generation` counts what was committed: everything derived from the
catalog (FAISS, tantivy, cached filters) carries the generation it stands for and is compared with this number.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import CollectionDamaged
from .catalog_connections import Connections
from .catalog_rows import DOCUMENT_COLUMNS, NODE_COLUMNS, characters_of, document_from_row, from_half, node_from_row
from .documents import ChartReading, Document, Metadata, Node, NodeKind
from .filters import Filter
from .index_protocols import NodeFilter, Vectors
from .ledger import LedgerEntry, Run, read_ledger, read_runs
from .recently_used import RecentlyUsed
from .storage_errors import VECTORS_HINT, storage_errors

__all__ = ["AssetRecord", "Catalog", "DocumentName", "DocumentStat", "LedgerEntry", "Run", "Space", "StoredSpace"]


_KEPT_CHARACTERS = 8_000_000
"""Of rows whose nodes are kept: some 30 MB, 2,000 charts or 15,000 short sections."""

SqlValue = Any
"""What SQLite gives for one column: the caller knows the schema."""


@dataclass(frozen=True, slots=True)
class Space:
    """A vector space: `name` ("text", "image"), the encoder's `fingerprint`, the vectors' `dimension`, and `encoder`,
    the encoder's name for people.
    """

    name: str
    fingerprint: str
    dimension: int
    encoder: str


class StoredSpace(NamedTuple):
    """A space with its number in the catalog; another encoder's space of the same name has another number."""

    id: int
    space: Space


class DocumentStat(NamedTuple):
    """What tells whether a file has changed since it was indexed."""

    content_hash: str
    size: int
    mtime_ns: int
    indexed_at_ns: int
    id: int


class DocumentName(NamedTuple):
    """What a document is called."""

    id: int
    source: str
    title: str
    metadata: Metadata


class AssetRecord(NamedTuple):
    """A stored picture."""

    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int


class _ReadNode(NamedTuple):
    """A node, and how long its row is."""

    node: Node
    characters: int


class Catalog:
    """Reads the catalog of the collection at `path`, from any number of threads.

    Every method raises `CollectionDamaged`, `UnreadableFile` or `CollectionLocked` where the database cannot answer.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        self.connections = Connections(path, create=create)
        # A node never changes and its id is never used twice: one that is known can only be gone.
        self._nodes: RecentlyUsed[int, _ReadNode] = RecentlyUsed(_KEPT_CHARACTERS, lambda read: read.characters)

    def close(self) -> None:
        """Close every thread's connection."""
        self.connections.close()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """All reads of this thread inside the block see one and the same commit."""
        with storage_errors(self.path):
            connection = self.connections.reader()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run one query."""
        with storage_errors(self.path):
            return self.connections.reader().execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> SqlValue:
        """The first column of the first row, None where there is no row."""
        with storage_errors(self.path):
            row = self.connections.reader().execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def generation(self) -> int:
        """Number of the last commit."""
        return int(self.value("SELECT value FROM meta WHERE key = 'generation'"))

    def setting(self, key: str) -> str | None:
        """A value kept with `CatalogWriter.set_setting`."""
        value = self.value("SELECT value FROM settings WHERE key = ?", (key,))
        return None if value is None else str(value)

    def spaces(self) -> dict[str, StoredSpace]:
        """The spaces that serve, by name."""
        rows = self.rows("SELECT id, name, fingerprint, dimension, encoder FROM spaces WHERE active ORDER BY name")
        return {row[1]: StoredSpace(row[0], Space(*row[1:])) for row in rows}

    def documents(self, wanted: Filter | None) -> list[Document]:
        """Documents by source; a filter on nodes admits documents that have such a node."""
        condition, parameters = _document_condition(wanted)
        sql = f"SELECT {DOCUMENT_COLUMNS} FROM documents AS d WHERE {condition} ORDER BY source"  # noqa: S608 - values are bound
        return [document_from_row(row) for row in self.rows(sql, parameters)]

    def document(self, source: str) -> Document | None:
        """One document by its source."""
        rows = self.rows(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE source = ?", (source,))  # noqa: S608 - values are bound
        return document_from_row(rows[0]) if rows else None

    def document_by_id(self, ids: Sequence[int]) -> dict[int, Document]:
        """Documents by their number; unknown numbers are left out."""
        sql = f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - values are bound
        return {document.id: document for document in map(document_from_row, self.rows(sql, (_json_ids(ids),)))}

    def document_names(self, ids: Sequence[int] | None = None) -> list[DocumentName]:
        """What documents are called, by id, without the rest of them; of all or of those given."""
        chosen, parameters = "1", list[object]()
        if ids is not None:
            chosen, parameters = "id IN (SELECT value FROM json_each(?))", [_json_ids(ids)]
        sql = f"SELECT id, source, title, metadata FROM documents WHERE {chosen} ORDER BY id"  # noqa: S608 - values are bound
        return [
            DocumentName(number, source, title, json.loads(metadata))
            for number, source, title, metadata in self.rows(sql, parameters)
        ]

    def stat_index(self) -> dict[str, DocumentStat]:
        """By source, in one query."""
        rows = self.rows("SELECT source, content_hash, size, mtime_ns, indexed_at_ns, id FROM documents")
        return {row[0]: DocumentStat(*row[1:]) for row in rows}

    def nodes(self, ids: Sequence[int]) -> dict[int, Node]:
        """Nodes by id, ascending; unknown ids are left out."""
        # To see that a node is still there takes a fifth of the time of reading it.
        known = self._nodes.known(ids)
        there = self.rows("SELECT id FROM nodes WHERE id IN (SELECT value FROM json_each(?))", (_json_ids(known),))
        sql = f"SELECT {NODE_COLUMNS} FROM nodes WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - values are bound
        rows = self.rows(sql, (_json_ids(number for number in ids if number not in known),))
        read = {row[0]: _ReadNode(node_from_row(row), characters_of(row)) for row in rows}
        self._nodes.keep(read)
        found = {**{number: known[number] for (number,) in there}, **read}
        return {number: found[number].node for number in sorted(found)}

    def kinds(self, ids: Sequence[int]) -> dict[int, NodeKind]:
        """The kind of each node; unknown ids are left out."""
        return dict(
            self.rows("SELECT id, kind FROM nodes WHERE id IN (SELECT value FROM json_each(?))", (_json_ids(ids),))
        )

    def holders(self, ids: Sequence[int]) -> dict[int, int]:
        """The document of each node; unknown ids are left out."""
        sql = "SELECT id, document_id FROM nodes WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self.rows(sql, (_json_ids(ids),)))

    def sample_nodes(self, count: int) -> list[Node]:
        """Up to `count` nodes, evenly spread over the collection."""
        step = max(1, -(-self.node_count(None) // max(1, count)))
        sql = "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM nodes) WHERE place % ? = 0"
        return list(self.nodes([row[0] for row in self.rows(sql, (step,))]).values())

    def nodes_of(self, document_id: int) -> list[Node]:
        """The nodes of a document in their order."""
        sql = f"SELECT {NODE_COLUMNS} FROM nodes WHERE document_id = ? ORDER BY ordinal"  # noqa: S608 - values are bound
        return [node_from_row(row) for row in self.rows(sql, (document_id,))]

    def neighbours(self, node_id: int, before: int, after: int) -> list[Node]:
        """The node with those around it in its document, in order; empty where the node is gone."""
        columns = ", ".join(f"n.{column.strip()}" for column in NODE_COLUMNS.split(","))
        sql = (
            f"SELECT {columns} FROM nodes AS n JOIN nodes AS m USING (document_id) "  # noqa: S608 - values are bound
            "WHERE m.id = ? AND n.ordinal BETWEEN m.ordinal - ? AND m.ordinal + ? ORDER BY n.ordinal"
        )
        return [node_from_row(row) for row in self.rows(sql, (node_id, before, after))]

    def documents_with(self, picture: str) -> list[Document]:
        """Documents that show a picture, by number."""
        ids = [row[0] for row in self.rows("SELECT DISTINCT document_id FROM nodes WHERE asset = ?", (picture,))]
        return [document for _, document in sorted(self.document_by_id(ids).items())]

    def corrections(self) -> dict[str, ChartReading]:
        """Readings corrected by hand, by picture: see `corrections`."""
        rows = self.rows("SELECT picture, reading FROM corrections ORDER BY picture")
        return {picture: ChartReading.from_dict(json.loads(reading)) for picture, reading in rows}

    def node_count(self, kind: str | None) -> int:
        """Number of nodes, of one kind if given."""
        return int(self.value("SELECT count(*) FROM nodes WHERE ?1 IS NULL OR kind = ?1", (kind,)))

    def node_ids(self, kind: str, offset: int, limit: int) -> list[int]:
        """Ids of the nodes of a kind, document by document in the order of their sources."""
        sql = (
            "SELECT n.id FROM nodes AS n JOIN documents AS d ON d.id = n.document_id WHERE n.kind = ? "
            "ORDER BY d.source, n.ordinal LIMIT ? OFFSET ?"
        )
        return [row[0] for row in self.rows(sql, (kind, limit, offset))]

    def groups(self, ids: Sequence[int]) -> dict[int, int]:
        """For each of the ids that is a node, the name of its group of duplicates: equal for nodes of one group."""
        rows = self.rows(
            "SELECT n.id, coalesce(d.leader, -n.id) FROM nodes AS n LEFT JOIN duplicates AS d ON d.node_id = n.id "
            "WHERE n.id IN (SELECT value FROM json_each(?))",
            (_json_ids(ids),),
        )
        return dict(rows)

    def copies(self, groups: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
        """Every member of the groups, by group, as (document, node), ascending."""
        members: dict[int, list[tuple[int, int]]] = {}
        for group, document_id, node_id in self.rows(
            "SELECT leader, document_id, node_id FROM duplicates WHERE leader IN (SELECT value FROM json_each(?)) "
            "ORDER BY leader, document_id, node_id",
            (_json_ids(groups),),
        ):
            members.setdefault(group, []).append((document_id, node_id))
        return members

    def node_filter(self, wanted: Filter) -> NodeFilter:
        """Resolve a filter to documents, kinds, pages and node ids."""
        condition, parameters = wanted.document_sql()
        node_condition, node_parameters = wanted.node_sql()
        documents: tuple[int, ...] | None = None
        with self.snapshot() as connection:
            if wanted.conditions:
                sql = f"SELECT id FROM documents AS d WHERE {condition} ORDER BY id"  # noqa: S608 - values are bound
                documents = tuple(row[0] for row in connection.execute(sql, parameters))
                node_condition += " AND n.document_id IN (SELECT value FROM json_each(?))"
                node_parameters = [*node_parameters, _json_ids(documents)]
            sql = f"SELECT n.id FROM nodes AS n WHERE {node_condition} ORDER BY n.id"  # noqa: S608 - values are bound
            ids = np.array([row[0] for row in connection.execute(sql, node_parameters)], dtype=np.int64)
        return NodeFilter(ids, documents, wanted.kinds, wanted.pages)

    def vectors(self, space: StoredSpace, ids: Sequence[int]) -> Vectors:
        """`(n, dim) float32` in the order of `ids`. Raises `CollectionDamaged` where a vector is missing."""
        rows = self.rows(
            "SELECT node_id, vector FROM vectors WHERE space_id = ? AND node_id IN (SELECT value FROM json_each(?))",
            (space.id, _json_ids(ids)),
        )
        blobs = dict(rows)
        missing = [node_id for node_id in ids if node_id not in blobs]
        if missing:
            raise CollectionDamaged(
                f"{self.path}: node {missing[0]} has no vector in the space {space.space.name!r} "
                f"({len(missing)} of {len(ids)} are missing).",
                hint=VECTORS_HINT,
            )
        return from_half((blobs[node_id] for node_id in ids), space.space.dimension)

    def vectors_by_node(self, space: StoredSpace, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors, `(dim,) float32` each, of those of the nodes that have one."""
        sql = "SELECT node_id, vector FROM vectors WHERE space_id = ? AND node_id IN (SELECT value FROM json_each(?))"
        rows = self.rows(sql, (space.id, _json_ids(ids)))
        return {node_id: from_half([vector], space.space.dimension)[0] for node_id, vector in rows}

    def asset(self, sha256: str) -> AssetRecord | None:
        """What is known about a stored picture."""
        rows = self.rows("SELECT sha256, media_type, width, height, bytes FROM assets WHERE sha256 = ?", (sha256,))
        return AssetRecord(*rows[0]) if rows else None

    def assets(self) -> list[AssetRecord]:
        """Every stored picture, by hash."""
        rows = self.rows("SELECT sha256, media_type, width, height, bytes FROM assets ORDER BY sha256")
        return [AssetRecord(*row) for row in rows]

    def writer_mark(self) -> str | None:
        """Who writes, or died writing."""
        value = self.value("SELECT value FROM meta WHERE key = 'writer'")
        return None if value is None else str(value)

    def ledger(self, run: int | None, limit: int | None) -> list[LedgerEntry]:
        """Entries of one run or of all."""
        with storage_errors(self.path):
            return read_ledger(self.connections.reader(), run, limit)

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        with storage_errors(self.path):
            return read_runs(self.connections.reader())


def _document_condition(wanted: Filter | None) -> tuple[str, list[object]]:
    if wanted is None:
        return "1", []
    condition, parameters = wanted.document_sql()
    if wanted.kinds is None and wanted.pages is None:
        return condition, parameters
    node_condition, node_parameters = wanted.node_sql()
    exists = f"EXISTS (SELECT 1 FROM nodes AS n WHERE n.document_id = d.id AND {node_condition})"  # noqa: S608 - values are bound
    return f"{condition} AND {exists}", [*parameters, *node_parameters]


def _json_ids(ids: Iterable[int]) -> str:
    return json.dumps([int(one) for one in ids])
