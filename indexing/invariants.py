"""What must hold in the catalog, as queries for what breaks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """Rows that must not exist: `rows` is what follows FROM, `repair` removes them."""

    code: str
    message: str
    rows: str
    repair: tuple[str, ...]


INVARIANTS = (
    Invariant(
        "node_without_document",
        "{} nodes belong to no document",
        "nodes WHERE document_id NOT IN (SELECT id FROM documents)",
        (
            """INSERT OR IGNORE INTO tombstones SELECT id, (SELECT value FROM meta WHERE key = 'generation')
            FROM nodes WHERE document_id NOT IN (SELECT id FROM documents)""",
            "DELETE FROM nodes WHERE document_id NOT IN (SELECT id FROM documents)",
        ),
    ),
    Invariant(
        "vector_without_node",
        "{} vectors belong to no node",
        "vectors WHERE node_id NOT IN (SELECT id FROM nodes)",
        ("DELETE FROM vectors WHERE node_id NOT IN (SELECT id FROM nodes)",),
    ),
    Invariant(
        "vector_without_space",
        "{} vectors belong to no space",
        "vectors WHERE space_id NOT IN (SELECT id FROM spaces)",
        ("DELETE FROM vectors WHERE space_id NOT IN (SELECT id FROM spaces)",),
    ),
    Invariant(
        "vector_of_wrong_length",
        "{} vectors have the wrong length",
        "vectors WHERE length(vector) != (SELECT 2 * dimension FROM spaces WHERE id = space_id)",
        ("DELETE FROM vectors WHERE length(vector) != (SELECT 2 * dimension FROM spaces WHERE id = space_id)",),
    ),
    Invariant(
        "count_without_document",
        "{} counts belong to no document",
        "coverage WHERE document_id NOT IN (SELECT id FROM documents) OR space_id NOT IN (SELECT id FROM spaces)",
        (
            """DELETE FROM coverage WHERE document_id NOT IN (SELECT id FROM documents)
            OR space_id NOT IN (SELECT id FROM spaces)""",
        ),
    ),
    Invariant(
        "metadata_without_document",
        "{} values of metadata belong to no document",
        "metadata WHERE document_id NOT IN (SELECT id FROM documents)",
        ("DELETE FROM metadata WHERE document_id NOT IN (SELECT id FROM documents)",),
    ),
    Invariant(
        "tombstone_of_living_node",
        "{} living nodes are marked as deleted",
        "tombstones WHERE node_id IN (SELECT id FROM nodes)",
        ("DELETE FROM tombstones WHERE node_id IN (SELECT id FROM nodes)",),
    ),
    Invariant(
        "line_without_run",
        "{} lines of the ledger belong to no run",
        "ledger WHERE run_id NOT IN (SELECT id FROM runs)",
        ("DELETE FROM ledger WHERE run_id NOT IN (SELECT id FROM runs)",),
    ),
)

UNGROUPED = """
SELECT 'node', n.id FROM nodes AS n LEFT JOIN duplicates AS d ON d.node_id = n.id
    WHERE d.node_id IS NULL OR d.document_id != n.document_id
UNION ALL SELECT 'group', node_id FROM duplicates WHERE node_id NOT IN (SELECT id FROM nodes)
UNION ALL SELECT 'leader', leader FROM (SELECT DISTINCT leader FROM duplicates)
    WHERE leader NOT IN (SELECT content FROM duplicates WHERE content = duplicates.leader)
UNION ALL SELECT 'content', content FROM duplicates GROUP BY content HAVING count(DISTINCT leader) > 1
UNION ALL SELECT 'band', leader FROM duplicate_bands WHERE leader NOT IN (SELECT leader FROM duplicates)
"""
"""Entries about duplicates that contradict the nodes or each other."""

INCOMPLETE = """
SELECT source, 'its nodes are not those it was committed with' FROM documents AS d WHERE
    node_count != (SELECT count(*) FROM nodes WHERE document_id = d.id)
    OR node_count != (SELECT coalesce(max(ordinal) + 1, 0) FROM nodes WHERE document_id = d.id)
UNION SELECT d.source, 'a picture is not registered' FROM nodes AS n JOIN documents AS d ON d.id = n.document_id
    WHERE n.asset IS NOT NULL AND n.asset NOT IN (SELECT sha256 FROM assets)
ORDER BY 1, 2
"""
"""Sources of documents that cannot be made whole from what is stored, each with the reason."""

USERS_OF_ASSET = """
SELECT DISTINCT d.source FROM nodes AS n JOIN documents AS d ON d.id = n.document_id WHERE n.asset = ? ORDER BY 1
"""
