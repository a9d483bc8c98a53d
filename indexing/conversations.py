"""Conversations about a collection and what their readers thought of the answers, kept in its catalog.

They change nothing that can be found, so they need no writer lock: a chat goes on while documents are indexed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import QueryError
from .catalog import Catalog
from .catalog_rows import to_json
from .storage_errors import storage_errors


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; times are in seconds since 1970."""

    id: int
    title: str
    created_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer. `turn_id` is None once its turn is deleted."""

    question: str
    answer: Mapping[str, Any]
    good: bool
    note: str
    at: float
    turn_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question with its answer, in the JSON form in which it was given, and the feedback on it."""

    id: int
    question: str
    answer: Mapping[str, Any]
    at: float
    feedback: Feedback | None = None


class Conversations:
    """Reads and writes conversations, from any number of threads and processes.

    Every method raises `CollectionDamaged`, `CollectionLocked`, `StorageFull` or `UnreadableFile` where the catalog
    cannot answer.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def all(self) -> list[Conversation]:
        """Every conversation, the one changed last first."""
        sql = "SELECT id, title, created_at, changed_at FROM conversations ORDER BY changed_at DESC, id DESC"
        return [Conversation(*row) for row in self._catalog.rows(sql)]

    def start(self, title: str) -> Conversation:
        """A new conversation."""
        now = time.time()
        with self._writing() as connection:
            cursor = connection.execute(
                "INSERT INTO conversations (title, created_at, changed_at) VALUES (?, ?, ?)", (title, now, now)
            )
            return Conversation(int(cursor.lastrowid or 0), title, now, now)

    def rename(self, conversation_id: int, title: str) -> None:
        """Give it another title. Raises `QueryError` where it is gone."""
        with self._writing() as connection:
            cursor = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))
            _require(cursor, f"conversation {conversation_id}")

    def delete(self, conversation_id: int) -> bool:
        """Remove it with its turns; false where it is gone already. Feedback on its answers stays."""
        with self._writing() as connection:
            return connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,)).rowcount > 0

    def turns(self, conversation_id: int) -> list[StoredTurn]:
        """Its turns in order; none where it is gone."""
        sql = (
            "SELECT t.id, t.question, t.answer, t.at, f.good, f.note, f.at FROM turns AS t "
            "LEFT JOIN feedback AS f ON f.turn_id = t.id WHERE t.conversation_id = ? ORDER BY t.id"
        )
        return [_turn(*row) for row in self._catalog.rows(sql, (conversation_id,))]

    def append(
        self, conversation_id: int, question: str, answer: Mapping[str, Any], *, instead_of: int | None = None
    ) -> int:
        """Add a turn, in place of the turn `instead_of` and all after it where that is given; returns its number.

        Raises `QueryError` where the conversation is gone.
        """
        now = time.time()
        with self._writing() as connection:
            cursor = connection.execute("UPDATE conversations SET changed_at = ? WHERE id = ?", (now, conversation_id))
            _require(cursor, f"conversation {conversation_id}")
            if instead_of is not None:
                connection.execute(
                    "DELETE FROM turns WHERE conversation_id = ? AND id >= ?", (conversation_id, instead_of)
                )
            cursor = connection.execute(
                "INSERT INTO turns (conversation_id, question, answer, at) VALUES (?, ?, ?, ?)",
                (conversation_id, question, to_json(dict(answer)), now),
            )
            return int(cursor.lastrowid or 0)

    def rate(self, turn_id: int, *, good: bool, note: str = "") -> None:
        """Keep what a reader thinks of an answer, instead of what was kept before. Raises `QueryError`."""
        with self._writing() as connection:
            cursor = connection.execute(
                "INSERT INTO feedback (turn_id, question, answer, good, note, at) "
                "SELECT id, question, answer, ?, ?, ? FROM turns WHERE id = ? "
                "ON CONFLICT (turn_id) DO UPDATE SET good = excluded.good, note = excluded.note, at = excluded.at",
                (int(good), note, time.time(), turn_id),
            )
            _require(cursor, f"turn {turn_id}")

    def unrate(self, turn_id: int) -> None:
        """Take the feedback on an answer back."""
        with self._writing() as connection:
            connection.execute("DELETE FROM feedback WHERE turn_id = ?", (turn_id,))

    def feedback(self) -> list[Feedback]:
        """All feedback in the order in which it was first given, also that on turns deleted since."""
        rows = self._catalog.rows("SELECT question, answer, good, note, at, turn_id FROM feedback ORDER BY id")
        return [
            Feedback(question, json.loads(answer), bool(good), note, at, turn_id)
            for question, answer, good, note, at, turn_id in rows
        ]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with storage_errors(self._catalog.path):
            connection = self._catalog.connections.writer()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                # Rolls back what was not committed.
                connection.close()


def _require(cursor: sqlite3.Cursor, what: str) -> None:
    if cursor.rowcount < 1:
        raise QueryError(f"There is no {what} any more.", hint="It was deleted meanwhile; start a new one.")


def _turn(
    number: int, question: str, answer: str, at: float, good: int | None, note: str | None, rated_at: float | None
) -> StoredTurn:
    told = json.loads(answer)
    feedback = None
    if good is not None:
        feedback = Feedback(question, told, bool(good), note or "", rated_at or 0.0, number)
    return StoredTurn(number, question, told, at, feedback)
