"""Groups of duplicates in the catalog, kept in the transaction that adds or removes their nodes.

A group has gathered around one text, its leader: every member is a near-duplicate of the leader, and no leader of
another. Groups hold texts, not nodes: the leader is named by the digest of its content, so it goes on leading as long
as any document has it. When the last goes, the texts that it led are grouped anew, oldest first.
All nodes stay in the vector and lexical indexes: a group is found by whichever member meets the filter and knows the
words of the question (copies differ in file name, title and headings), and takes one place in the ranking.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from .near_duplicates import SAME_SHINGLES, Likeness, likeness

_COMPARED = 16
"""Leaders that a text is compared with at most, those with the most bands in common first."""

_UNGROUPED = "FROM nodes WHERE id NOT IN (SELECT node_id FROM duplicates) ORDER BY id LIMIT ?"


def group_nodes(connection: sqlite3.Connection, nodes: Iterable[tuple[int, int, Likeness]]) -> None:
    """Take new nodes, given as (node, document, likeness), into their groups."""
    for node_id, document_id, item in nodes:
        known = connection.execute(
            "SELECT leader FROM duplicates WHERE content = ? LIMIT 1", (item.content,)
        ).fetchone()
        leader = known[0] if known else _nearest_leader(connection, item)
        connection.execute("INSERT INTO duplicates VALUES (?,?,?,?)", (node_id, document_id, item.content, leader))


def contents_of(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """The distinct contents of a document's nodes: to be given to `regroup_after` when they are deleted."""
    rows = connection.execute("SELECT DISTINCT content FROM duplicates WHERE document_id = ?", (document_id,))
    return [row[0] for row in rows]


def regroup_after(connection: sqlite3.Connection, contents: Iterable[int]) -> None:
    """Some nodes of these contents were deleted: find other leaders for what the vanished ones led."""
    gone = json.dumps(list(contents))
    lost = [
        row[0]
        for row in connection.execute(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT content FROM duplicates)", (gone,)
        )
    ]
    if not lost:
        return
    names = json.dumps(lost)
    connection.execute("DELETE FROM duplicate_bands WHERE leader IN (SELECT value FROM json_each(?))", (names,))
    orphans = connection.execute(
        "SELECT content, min(node_id) FROM duplicates WHERE leader IN (SELECT value FROM json_each(?)) "
        "GROUP BY content ORDER BY 2",
        (names,),
    ).fetchall()
    for content, node_id in orphans:
        leader = _nearest_leader(connection, _likeness_of(connection, node_id))
        connection.execute("UPDATE duplicates SET leader = ? WHERE content = ?", (leader, content))


def group_ungrouped(connection: sqlite3.Connection, limit: int) -> int:
    """Group up to `limit` nodes that are in no group yet, as after an upgrade; says how many there were."""
    rows = connection.execute(f"SELECT id, document_id, kind, text, asset {_UNGROUPED}", (limit,)).fetchall()
    group_nodes(connection, ((row[0], row[1], likeness(row[2], row[3], row[4])) for row in rows))
    return len(rows)


def forget_groups(connection: sqlite3.Connection) -> None:
    """Drop all groups; `group_ungrouped` makes them anew."""
    connection.execute("DELETE FROM duplicates")
    connection.execute("DELETE FROM duplicate_bands")


def _nearest_leader(connection: sqlite3.Connection, item: Likeness) -> int:
    """The content of the leader that is most like `item`; where none is, `item` becomes one."""
    bands = item.bands()
    rows = connection.execute(
        "SELECT leader FROM duplicate_bands WHERE band IN (SELECT value FROM json_each(?)) "
        "GROUP BY leader ORDER BY count(*) DESC, leader LIMIT ?",
        (json.dumps(bands), _COMPARED),
    ).fetchall()
    alike: list[tuple[float, int]] = []
    for (leader,) in rows:
        node = connection.execute("SELECT node_id FROM duplicates WHERE content = ? LIMIT 1", (leader,)).fetchone()
        same = item.same(_likeness_of(connection, node[0])) if node else 0.0
        if same >= SAME_SHINGLES:
            alike.append((-same, leader))
    nearest = min(alike)[1] if alike else item.content
    if nearest == item.content:
        connection.executemany(
            "INSERT OR IGNORE INTO duplicate_bands VALUES (?,?)", [(band, item.content) for band in bands]
        )
    return nearest


def _likeness_of(connection: sqlite3.Connection, node_id: int) -> Likeness:
    return likeness(*connection.execute("SELECT kind, text, asset FROM nodes WHERE id = ?", (node_id,)).fetchone())
