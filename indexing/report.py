"""What an indexing run did: one entry a file, and the events it sends while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FileStatus = Literal["added", "updated", "unchanged", "skipped", "failed", "deleted"]
EventKind = Literal["found", "file", "encoding", "committed", "saving", "done"]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What became of one file. `code` is stable (see `errors.InputError`), `reason` is for people."""

    source: str
    status: FileStatus
    code: str = ""
    reason: str = ""
    nodes: int = 0
    pages: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {
            "source": self.source,
            "status": self.status,
            "code": self.code,
            "reason": self.reason,
            "nodes": self.nodes,
            "pages": self.pages,
            "seconds": round(self.seconds, 3),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class IndexEvent:
    """A step of a run. `done` and `total` count files; `total` grows until the folders have been walked."""

    kind: EventKind
    done: int
    total: int
    source: str = ""
    entry: FileEntry | None = None


OnEvent = Callable[[IndexEvent], None]


@dataclass(slots=True)
class IndexReport:
    """The ledger of one run, by outcome."""

    entries: list[FileEntry] = field(default_factory=list)
    figures_indexed: int = 0
    figures_skipped: int = 0
    cancelled: bool = False
    seconds: float = 0.0

    def _with(self, status: FileStatus) -> list[FileEntry]:
        return [entry for entry in self.entries if entry.status == status]

    @property
    def added(self) -> list[FileEntry]:
        """Files that are new in the collection."""
        return self._with("added")

    @property
    def updated(self) -> list[FileEntry]:
        """Files whose content changed."""
        return self._with("updated")

    @property
    def unchanged(self) -> list[FileEntry]:
        """Files that were left as they are."""
        return self._with("unchanged")

    @property
    def skipped(self) -> list[FileEntry]:
        """Files of kinds that Chartwell does not read."""
        return self._with("skipped")

    @property
    def failed(self) -> list[FileEntry]:
        """Files that could not be read, each with its reason."""
        return self._with("failed")

    @property
    def deleted(self) -> list[FileEntry]:
        """Documents removed because they are no longer in their archive or, with `prune`, their file is gone."""
        return self._with("deleted")

    @property
    def nodes(self) -> int:
        """Nodes written."""
        return sum(entry.nodes for entry in self.entries)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: a list of entries for each outcome, and totals."""
        outcomes: tuple[FileStatus, ...] = ("added", "updated", "unchanged", "skipped", "failed", "deleted")
        return {
            **{status: [entry.to_dict() for entry in self._with(status)] for status in outcomes},
            "nodes": self.nodes,
            "figures": {"indexed": self.figures_indexed, "skipped": self.figures_skipped},
            "cancelled": self.cancelled,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """How many nodes were encoded, by space, and what is still amiss."""

    encoded: Mapping[str, int]
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {"encoded": dict(self.encoded), "warnings": list(self.warnings)}
