"""`chartwell verify`: every invariant of a collection, checked, and mended where that is possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .lexical_manifest import check_lexical_folder, read_lexical_manifest
from .stores import Stores
from .vector_follower import check_vector_snapshot, read_vector_manifest
from .writer import Writer, tidy_after_crash


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold. `code` is stable, `message` is for people, `repaired` says whether it holds now."""

    code: str
    message: str
    repaired: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields."""
        return {"code": self.code, "message": self.message, "repaired": self.repaired}


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found, and how much was looked at. `lost_sources` were removed: index them again."""

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    lost_sources: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything holds now."""
        return all(problem.repaired for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "ok": self.ok,
            "problems": [problem.to_dict() for problem in self.problems],
            "counts": dict(self.counts),
            "lost_sources": list(self.lost_sources),
        }


@dataclass(frozen=True, slots=True)
class _Invariant:
    """Rows that must not exist: `rows` is what follows FROM, `repair` removes them."""

    code: str
    message: str
    rows: str
    repair: tuple[str, ...]


_INVARIANTS = (
    _Invariant(
        "node_without_document",
        "{} nodes belong to no document",
        "nodes WHERE document_id NOT IN (SELECT id FROM documents)",
        (
            """INSERT OR IGNORE INTO tombstones SELECT id, (SELECT value FROM meta WHERE key = 'generation')
            FROM nodes WHERE document_id NOT IN (SELECT id FROM documents)""",
            "DELETE FROM nodes WHERE document_id NOT IN (SELECT id FROM documents)",
        ),
    ),
    _Invariant(
        "vector_without_node",
        "{} vectors belong to no node",
        "vectors WHERE node_id NOT IN (SELECT id FROM nodes)",
        ("DELETE FROM vectors WHERE node_id NOT IN (SELECT id FROM nodes)",),
    ),
    _Invariant(
        "vector_without_space",
        "{} vectors belong to no space",
        "vectors WHERE space_id NOT IN (SELECT id FROM spaces)",
        ("DELETE FROM vectors WHERE space_id NOT IN (SELECT id FROM spaces)",),
    ),
    _Invariant(
        "count_without_document",
        "{} counts belong to no document",
        "coverage WHERE document_id NOT IN (SELECT id FROM documents) OR space_id NOT IN (SELECT id FROM spaces)",
        (
            """DELETE FROM coverage WHERE document_id NOT IN (SELECT id FROM documents)
            OR space_id NOT IN (SELECT id FROM spaces)""",
        ),
    ),
    _Invariant(
        "metadata_without_document",
        "{} values of metadata belong to no document",
        "metadata WHERE document_id NOT IN (SELECT id FROM documents)",
        ("DELETE FROM metadata WHERE document_id NOT IN (SELECT id FROM documents)",),
    ),
    _Invariant(
        "tombstone_of_living_node",
        "{} living nodes are marked as deleted",
        "tombstones WHERE node_id IN (SELECT id FROM nodes)",
        ("DELETE FROM tombstones WHERE node_id IN (SELECT id FROM nodes)",),
    ),
    _Invariant(
        "line_without_run",
        "{} lines of the ledger belong to no run",
        "ledger WHERE run_id NOT IN (SELECT id FROM runs)",
        ("DELETE FROM ledger WHERE run_id NOT IN (SELECT id FROM runs)",),
    ),
)

_UNGROUPED = """
SELECT 'node', n.id FROM nodes AS n LEFT JOIN duplicates AS d ON d.node_id = n.id
    WHERE d.node_id IS NULL OR d.document_id != n.document_id
UNION ALL SELECT 'group', node_id FROM duplicates WHERE node_id NOT IN (SELECT id FROM nodes)
UNION ALL SELECT 'leader', leader FROM (SELECT DISTINCT leader FROM duplicates)
    WHERE leader NOT IN (SELECT content FROM duplicates WHERE content = duplicates.leader)
UNION ALL SELECT 'content', content FROM duplicates GROUP BY content HAVING count(DISTINCT leader) > 1
UNION ALL SELECT 'band', leader FROM duplicate_bands WHERE leader NOT IN (SELECT leader FROM duplicates)
"""

_INCOMPLETE = """
SELECT source, 'its nodes are not those it was committed with' FROM documents AS d WHERE
    node_count != (SELECT count(*) FROM nodes WHERE document_id = d.id)
    OR node_count != (SELECT coalesce(max(ordinal) + 1, 0) FROM nodes WHERE document_id = d.id)
UNION SELECT d.source, 'vectors of the space ' || s.name || ' are missing or too many'
    FROM coverage AS c JOIN documents AS d ON d.id = c.document_id JOIN spaces AS s ON s.id = c.space_id
    WHERE c.count != (SELECT count(*) FROM nodes AS n JOIN vectors AS v ON v.node_id = n.id
                      WHERE n.document_id = c.document_id AND v.space_id = c.space_id)
UNION SELECT d.source, 'a vector of the space ' || s.name || ' has the wrong length'
    FROM vectors AS v JOIN spaces AS s ON s.id = v.space_id
    JOIN nodes AS n ON n.id = v.node_id JOIN documents AS d ON d.id = n.document_id
    WHERE length(v.vector) != 2 * s.dimension
UNION SELECT d.source, 'a picture is not registered' FROM nodes AS n JOIN documents AS d ON d.id = n.document_id
    WHERE n.asset IS NOT NULL AND n.asset NOT IN (SELECT sha256 FROM assets)
ORDER BY 1, 2
"""

_USERS_OF_ASSET = """
SELECT DISTINCT d.source FROM nodes AS n JOIN documents AS d ON d.id = n.document_id WHERE n.asset = ? ORDER BY 1
"""


def verify(stores: Stores, writer: Writer | None, *, exclusive: bool) -> VerifyReport:
    """Check the collection; with a `writer`, mend it. `exclusive` says that nobody else is writing."""
    return _Verification(stores, writer, exclusive=exclusive).run()


class _Verification:
    def __init__(self, stores: Stores, writer: Writer | None, *, exclusive: bool) -> None:
        self._stores = stores
        self._catalog = stores.catalog
        self._writer = writer
        self._exclusive = exclusive
        self._problems: list[Problem] = []
        self._lost: set[str] = set()

    def run(self) -> VerifyReport:
        damage = [row[0] for row in self._catalog.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for line in damage:
            self._problems.append(Problem("catalog_damaged", f"{self._stores.path}: {line}"))
        if not damage:
            self._check_rows()
            self._check_assets()
            self._remove_lost()
            self._check_duplicates()
            self._check_models()
            self._check_strays()
            self._check_vector_indexes()
            self._check_lexical_index()
        return VerifyReport(tuple(self._problems), self._counts(), tuple(sorted(self._lost)))

    def _found(self, code: str, message: str) -> None:
        self._problems.append(Problem(code, message, repaired=self._writer is not None))

    def _check_rows(self) -> None:
        for invariant in _INVARIANTS:
            count = self._catalog.value(f"SELECT count(*) FROM {invariant.rows}")  # noqa: S608 - our own text
            if count:
                self._found(invariant.code, invariant.message.format(count))
                if self._writer is not None:
                    self._writer.repair(invariant.repair)
        for source, reason in self._catalog.rows(_INCOMPLETE):
            self._lose(source, "document_incomplete", f"{source}: {reason}")

    def _check_duplicates(self) -> None:
        wrong = len(self._catalog.rows(_UNGROUPED))
        if wrong:
            self._found("duplicates_out_of_step", f"{wrong} entries about duplicates contradict the nodes")
            if self._writer is not None:
                self._writer.regroup_duplicates()

    def _check_assets(self) -> None:
        for asset in self._catalog.assets():
            users = [row[0] for row in self._catalog.rows(_USERS_OF_ASSET, (asset.sha256,))]
            problem = self._stores.assets.check(asset)
            if not users and self._exclusive:
                # Its file, if there is one, goes with the row: `_check_strays`.
                self._found("picture_without_node", f"{self._stores.assets.path(asset)} belongs to no node")
            elif problem is not None:
                for source in users:
                    self._lose(source, "picture_damaged", f"{source}: {problem}")
                if self._writer is not None:
                    self._stores.assets.remove(asset)

    def _lose(self, source: str, code: str, message: str) -> None:
        """A document that cannot be made whole from what is stored."""
        self._found(code, f"{message}; index it again")
        self._lost.add(source)

    def _remove_lost(self) -> None:
        if self._writer is None:
            self._lost.clear()
            return
        for source in sorted(self._lost):
            self._writer.delete(source)

    def _check_models(self) -> None:
        for kind, name in self._stores.serving_models().items():
            problem = self._stores.models.check(name)
            if problem is not None:
                self._found("model_damaged", f"{problem}; tune again")
                if self._writer is not None:
                    self._writer.drop_model(kind)

    def _check_strays(self) -> None:
        if not self._exclusive:
            return  # a writer at work has files that the catalog does not know yet
        stray = tidy_after_crash(self._stores) if self._writer is not None else self._stores.stray_files()
        for file in stray:
            self._found("stray_file", f"{file} belongs to nothing")

    def _check_vector_indexes(self) -> None:
        folder = self._stores.path / "faiss"
        for name, space in self._catalog.spaces().items():
            follower = self._stores.vectors(name)
            manifest = read_vector_manifest(folder, name)
            problem = check_vector_snapshot(folder, manifest) if manifest is not None else None
            if problem is not None:
                self._found("vector_index_damaged", problem)
            contradiction = follower.check(space)
            if contradiction is not None:
                self._found("vector_index_out_of_step", contradiction)
            if self._writer is not None and (problem or contradiction):
                follower.distrust()
                follower.save(force=True)

    def _check_lexical_index(self) -> None:
        folder = self._stores.path / "lexical"
        manifest = read_lexical_manifest(folder)
        problem = check_lexical_folder(folder, manifest) if manifest is not None else None
        if problem is not None:
            self._found("lexical_index_damaged", problem)
            if self._writer is not None:
                self._stores.lexical.distrust()
        if self._writer is not None:
            self._stores.lexical.save()
        contradiction = self._stores.lexical.check()
        if contradiction is not None:
            self._found("lexical_index_out_of_step", contradiction)
            if self._writer is not None:
                self._stores.lexical.distrust()
                self._stores.lexical.save()

    def _counts(self) -> dict[str, int]:
        return dict(self._count())

    def _count(self) -> Iterator[tuple[str, int]]:
        yield "generation", self._catalog.generation()
        for table in ("documents", "nodes", "vectors", "assets"):
            yield table, int(self._catalog.value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - our own text
        yield "texts", int(self._catalog.value("SELECT count(DISTINCT leader) FROM duplicates"))
        for kind, count in self._catalog.rows("SELECT kind, count(*) FROM nodes GROUP BY kind ORDER BY kind"):
            yield f"nodes.{kind}", int(count)
