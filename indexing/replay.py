"""What the derived indexes are made from and brought up to date with: vectors and texts, streamed, and changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from .catalog import Catalog, StoredSpace
from .catalog_rows import NODE_COLUMNS, from_half, node_from_row
from .documents import Node
from .index_protocols import Ids, Vectors
from .storage_errors import storage_errors

_STREAM_ROWS = 4_096


class Changes(NamedTuple):
    """What happened to the nodes after some generation, up to `generation`."""

    generation: int
    added: list[int]
    removed: list[int]


def changes_since(catalog: Catalog, generation: int) -> Changes | None:
    """What to replay on a snapshot of that generation; None where it is too old, or newer than the catalog."""
    with catalog.snapshot() as connection:
        meta = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('generation', 'log_floor')"))
        if not meta["log_floor"] <= generation <= meta["generation"]:
            return None
        added = connection.execute("SELECT id FROM nodes WHERE generation > ? ORDER BY id", (generation,))
        removed = connection.execute(
            "SELECT node_id FROM tombstones WHERE generation > ? ORDER BY node_id", (generation,)
        )
        return Changes(meta["generation"], [row[0] for row in added], [row[0] for row in removed])


def vector_count(catalog: Catalog, space_id: int) -> int:
    """How many vectors were committed to a space."""
    return int(catalog.value("SELECT coalesce(sum(count), 0) FROM coverage WHERE space_id = ?", (space_id,)))


def stream_vectors(catalog: Catalog, space: StoredSpace, after: int = 0) -> Iterator[tuple[Ids, Vectors]]:
    """The vectors of nodes newer than generation `after`, by ascending id, some thousands at a time.

    Call it inside `snapshot`.
    """
    newer = "AND node_id IN (SELECT id FROM nodes WHERE generation > ?2)" if after else ""
    sql = f"SELECT node_id, vector FROM vectors WHERE space_id = ?1 {newer} ORDER BY node_id"  # noqa: S608 - values are bound
    parameters = (space.id, after) if after else (space.id,)
    with storage_errors(catalog.path):
        cursor = catalog.connections.reader().execute(sql, parameters)
        while rows := cursor.fetchmany(_STREAM_ROWS):
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            yield ids, from_half((row[1] for row in rows), space.space.dimension)


def sample_vectors(catalog: Catalog, space: StoredSpace, count: int) -> Vectors:
    """About `count` vectors, evenly spread over the space, for training an index."""
    step = max(1, vector_count(catalog, space.id) // max(1, count))
    rows = catalog.rows(
        "SELECT vector FROM (SELECT vector, row_number() OVER (ORDER BY node_id) AS position FROM vectors "
        "WHERE space_id = ?) WHERE position % ? = 0",
        (space.id, step),
    )
    return from_half((row[0] for row in rows), space.space.dimension)


def sample_by_kind(catalog: Catalog, space: StoredSpace, count: int) -> dict[str, Vectors]:
    """Up to `count` vectors, evenly spread over the space, by the kind of their nodes."""
    step = max(1, -(-vector_count(catalog, space.id) // max(1, count)))
    rows = catalog.rows(
        "SELECT kind, vector FROM (SELECT node_id, vector, row_number() OVER (ORDER BY node_id) AS position FROM "
        "vectors WHERE space_id = ?) JOIN nodes ON nodes.id = node_id WHERE position % ? = 0",
        (space.id, step),
    )
    by_kind: dict[str, list[bytes]] = {}
    for kind, vector in rows:
        by_kind.setdefault(kind, []).append(vector)
    return {kind: from_half(iter(vectors), space.space.dimension) for kind, vectors in by_kind.items()}


def stream_texts(catalog: Catalog, after: int = 0) -> Iterator[tuple[int, int, str, int | None, str]]:
    """Id, document, kind, page and searchable text of nodes newer than generation `after`.

    The text is that of the node below what tells which document it is part of: file name, title and headings. A
    question that names a company or a year finds that document's nodes by them. What a model says of a chart follows.
    Call it inside `snapshot`.
    """
    sql = (
        "SELECT nodes.id, document_id, kind, page, source, title, headings, text, "
        "CASE WHEN json_valid(reading) THEN coalesce(json_extract(reading, '$.description'), '') ELSE '' END "
        "FROM nodes "
        "JOIN documents ON documents.id = document_id WHERE generation > ? ORDER BY nodes.id"
    )
    with storage_errors(catalog.path):
        cursor = catalog.connections.reader().execute(sql, (after,))
        while rows := cursor.fetchmany(_STREAM_ROWS):
            for *attributes, source, title, headings, text, described in rows:
                yield *attributes, "\n".join([_name(source), title, *json.loads(headings), text, described])


def nodes_to_encode(catalog: Catalog, space_id: int, after: int, limit: int, *, pictured: bool) -> list[Node]:
    """The next nodes by id, after node `after`, without a vector in the space; `pictured`: with a picture."""
    condition = "AND asset IS NOT NULL" if pictured else ""
    sql = (
        f"SELECT {NODE_COLUMNS} FROM nodes WHERE id > ? {condition} AND NOT EXISTS "  # noqa: S608 - values are bound
        "(SELECT 1 FROM vectors WHERE space_id = ? AND node_id = nodes.id) ORDER BY id LIMIT ?"
    )
    return [node_from_row(row) for row in catalog.rows(sql, (after, space_id, limit))]


def missing_vectors(catalog: Catalog, space_id: int, *, pictured: bool) -> int:
    """How many nodes have no vector in a space that serves; `pictured`: of those that have a picture."""
    condition = "asset IS NOT NULL" if pictured else "1"
    wanted = int(catalog.value(f"SELECT count(*) FROM nodes WHERE {condition}"))  # noqa: S608 - our own text
    return max(0, wanted - vector_count(catalog, space_id))


def _name(source: str) -> str:
    """The words of a file's name: `ACME_2023_10K.pdf` -> `ACME 2023 10K`."""
    return PurePath(source).stem.replace("_", " ")
