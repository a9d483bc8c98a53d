"""The tables of the catalog, and how a file is recognised as one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..errors import CollectionDamaged, NotACollection, SchemaTooNew
from .storage_errors import CATALOG_HINT

SCHEMA_VERSION = 4
APPLICATION_ID = 0x43574C31  # "CWL1"
PAGE_BYTES = 8192
"""Twice SQLite's default: vectors of 1,024 half floats take 2 KiB, and three of them should share a page."""

_VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta VALUES ('generation', 0), ('log_floor', 0), ('writer', NULL);

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    dimension INTEGER NOT NULL CHECK (dimension > 0),
    encoder TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
);
-- At most one space of a name serves, and at most one is being filled to take its place.
CREATE UNIQUE INDEX spaces_by_name ON spaces (name, active);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    media_type TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    pages TEXT NOT NULL,
    metadata TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    indexed_at_ns INTEGER NOT NULL,
    node_count INTEGER NOT NULL
);

-- The metadata once more, for filters.
CREATE TABLE metadata (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value NOT NULL,
    PRIMARY KEY (document_id, key)
) WITHOUT ROWID;
CREATE INDEX metadata_by_value ON metadata (key, value);

CREATE TABLE assets (
    sha256 TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    page INTEGER,
    generation INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    parts TEXT NOT NULL,
    regions TEXT NOT NULL,
    caption TEXT NOT NULL,
    cells TEXT,
    reading TEXT,
    asset TEXT REFERENCES assets (sha256)
);
CREATE UNIQUE INDEX nodes_in_order ON nodes (document_id, ordinal);
CREATE INDEX nodes_by_generation ON nodes (generation);
CREATE INDEX nodes_by_asset ON nodes (asset) WHERE asset IS NOT NULL;
-- Answers filters on kind and page, and counts, without touching the wide rows.
CREATE INDEX nodes_by_kind ON nodes (kind, page, document_id);

CREATE TABLE vectors (
    space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    PRIMARY KEY (space_id, node_id)
);
CREATE INDEX vectors_by_node ON vectors (node_id);

-- How many vectors each document was committed with, so that a loss is noticed.
CREATE TABLE coverage (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    space_id INTEGER NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
    count INTEGER NOT NULL,
    PRIMARY KEY (document_id, space_id)
) WITHOUT ROWID;
CREATE INDEX coverage_by_space ON coverage (space_id, count);

-- Deleted nodes, so that snapshots and running readers can be brought up to date.
CREATE TABLE tombstones (node_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX tombstones_by_generation ON tombstones (generation);

CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at REAL NOT NULL,
    finished_at REAL,
    status TEXT NOT NULL,
    settings TEXT NOT NULL,
    counts TEXT NOT NULL
);

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    figure TEXT,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    seconds REAL NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX ledger_by_run ON ledger (run_id, status);
"""

_VERSION_2 = """
ALTER TABLE nodes ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- Which nodes say the same: nodes of one leader are a group. `content` and `leader` are digests: `near_duplicates`.
CREATE TABLE duplicates (
    node_id INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL,
    content INTEGER NOT NULL,
    leader INTEGER NOT NULL
);
CREATE INDEX duplicates_by_content ON duplicates (content, leader);
CREATE INDEX duplicates_by_leader ON duplicates (leader, document_id);
CREATE INDEX duplicates_by_document ON duplicates (document_id, content);

-- Where a new text finds leaders that may be like it.
CREATE TABLE duplicate_bands (band INTEGER NOT NULL, leader INTEGER NOT NULL, PRIMARY KEY (band, leader)) WITHOUT ROWID;
CREATE INDEX duplicate_bands_by_leader ON duplicate_bands (leader);
"""

_VERSION_3 = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL
);

-- `answer` is the answer's JSON form, as it was given then.
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation_id, id);

-- Stays when its conversation is deleted: it is a judgement on the collection.
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    turn_id INTEGER UNIQUE REFERENCES turns (id) ON DELETE SET NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    good INTEGER NOT NULL CHECK (good IN (0, 1)),
    note TEXT NOT NULL,
    at REAL NOT NULL
);
"""

_VERSION_4 = """
-- Chart readings corrected by hand, by their picture, which may be in no document for a while: see `corrections`.
CREATE TABLE corrections (picture TEXT PRIMARY KEY, reading TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""

_VERSIONS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
"""What leads from each version to the next; never changed once released."""


def create_schema(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    upgrade_schema(connection)


def upgrade_schema(connection: sqlite3.Connection) -> None:
    """Bring a catalog of an older version, or an empty database, up to this one, whole or not at all.

    Two processes may try at once. An older Chartwell that has the catalog open goes on undisturbed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection)
        if _is_empty(connection) or (version > 0 and _is_ours(connection)):
            for statements in _VERSIONS[version:]:
                for statement in statements.split(";\n"):
                    if statement.strip():
                        connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")
        connection.execute("COMMIT")
    except BaseException:  # nothing half made may stay, whatever the reason; it goes on to the caller
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `NotACollection`, `SchemaTooNew` or `CollectionDamaged` unless this is a catalog we can use."""
    if _is_empty(connection):
        raise NotACollection(f"{path} holds no collection.", hint="Index documents into it first.")
    if not _is_ours(connection):
        raise NotACollection(f"{path} holds a database of another program.", hint="Name another folder.")
    version = schema_version(connection)
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} was written by a newer Chartwell (schema {version}, this one knows {SCHEMA_VERSION}).",
            hint="Upgrade Chartwell, or index the documents into a new folder.",
        )
    if version < 1:
        raise CollectionDamaged(f"{path} has the impossible schema version {version}.", hint=CATALOG_HINT)


def schema_version(connection: sqlite3.Connection) -> int:
    """The version that the catalog has, 0 for an empty database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_catalog(path: Path) -> bool:
    """Whether the file at `path` is the catalog of a collection.

    Asked through SQLite, for the collection may be open: a process that opens and closes the file itself loses the
    locks that SQLite holds on it, and the next to close the collection takes the log away from under it
    (https://sqlite.org/howtocorrupt.html, section 2.2). "Immutable" leaves locks and log alone.
    """
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            return _is_ours(connection)
    except sqlite3.Error:
        return False


def _is_ours(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
