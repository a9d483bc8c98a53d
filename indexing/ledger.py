"""The ledger: what became of every file and every figure, run by run."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .catalog_rows import to_json

LedgerStatus = Literal["indexed", "added", "updated", "unchanged", "skipped", "failed", "deleted"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line: a file, or one figure of it (`figure` is then its name, such as "page 3, figure 2").

    `status` is a `LedgerStatus`, `code` is stable (see `errors.InputError`), `reason` is for people.
    `at` is in seconds since 1970; 0 stands for the moment of recording.
    """

    source: str
    status: str
    figure: str | None = None
    code: str = ""
    reason: str = ""
    seconds: float = 0.0
    at: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "source": self.source,
            "figure": self.figure,
            "status": self.status,
            "code": self.code,
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
            "at": round(self.at, 3),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One indexing run. `finished_at` is None while it goes on, and for ever if it was killed."""

    id: int
    started_at: float
    finished_at: float | None
    status: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)


def read_ledger(connection: sqlite3.Connection, run: int | None, limit: int | None) -> list[LedgerEntry]:
    """The entries in the order of their recording; with `limit` only the last ones."""
    rows = connection.execute(
        "SELECT source, status, figure, code, reason, seconds, at FROM ledger "
        "WHERE ?1 IS NULL OR run_id = ?1 ORDER BY id DESC LIMIT ?2",
        (run, -1 if limit is None else limit),
    ).fetchall()
    return [LedgerEntry(*row) for row in reversed(rows)]


def read_runs(connection: sqlite3.Connection) -> list[Run]:
    """All runs, oldest first."""
    rows = connection.execute(
        "SELECT id, started_at, finished_at, status, settings, counts FROM runs ORDER BY id"
    ).fetchall()
    return [
        Run(number, started, finished, status, json.loads(settings), json.loads(counts))
        for number, started, finished, status, settings, counts in rows
    ]


def insert_run(connection: sqlite3.Connection, settings: Mapping[str, Any]) -> int:
    """Open a run and return its id."""
    cursor = connection.execute(
        "INSERT INTO runs (started_at, status, settings, counts) VALUES (?, 'running', ?, '{}')",
        (time.time(), to_json(dict(settings))),
    )
    return int(cursor.lastrowid or 0)


def insert_entry(connection: sqlite3.Connection, run: int, entry: LedgerEntry) -> None:
    """Add one line to a run."""
    connection.execute(
        "INSERT INTO ledger (run_id, source, figure, status, code, reason, seconds, at) VALUES (?,?,?,?,?,?,?,?)",
        (
            run,
            entry.source,
            entry.figure,
            entry.status,
            entry.code,
            entry.reason,
            entry.seconds,
            entry.at or time.time(),
        ),
    )


def close_run(connection: sqlite3.Connection, run: int, status: str, counts: Mapping[str, Any]) -> None:
    """Finish a run. "unchanged" lines of earlier runs go: they say nothing any more, and would grow without end."""
    connection.execute(
        "UPDATE runs SET finished_at = ?, status = ?, counts = ? WHERE id = ?",
        (time.time(), status, to_json(dict(counts)), run),
    )
    connection.execute("DELETE FROM ledger WHERE status = 'unchanged' AND run_id < ?", (run,))
