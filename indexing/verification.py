"""`chartwell verify`: every invariant of a collection, checked, and mended where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..errors import ModelUnavailable
from .catalog import Space
from .documents import Node
from .index_protocols import Vectors
from .invariants import INCOMPLETE, INVARIANTS, UNGROUPED, USERS_OF_ASSET
from .lexical_manifest import check_lexical_folder, read_lexical_manifest
from .replay import missing_vectors
from .storage_errors import CATALOG_HINT
from .stores import Stores
from .tuned_models import outdated
from .vector_coverage import IMAGE_SPACE, RECOUNT, uncovered
from .vector_follower import check_vector_snapshot, read_vector_manifest
from .writer import Writer, tidy_after_crash

Encode = Callable[[Sequence[Node]], Vectors]
EncoderOf = Callable[[Space], Encode | None]
"""The encoder that made the vectors of a space, None where it is not at hand."""


def no_encoder(_space: Space) -> Encode | None:
    """For those who have no encoder at hand."""
    return None


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
    """What was found, and how much was looked at. `lost_sources` were removed: index them again.

    `notes` say what is in order and yet less than it could be, and what to do about it.
    """

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    lost_sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

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
            "notes": list(self.notes),
        }


def verify(stores: Stores, writer: Writer | None, *, exclusive: bool, encoder_of: EncoderOf) -> VerifyReport:
    """Check the collection; with a `writer`, mend it. `exclusive` says that nobody else is writing.

    Lost vectors are made again where `encoder_of` has their encoder.
    """
    return _Verification(stores, writer, exclusive=exclusive, encoder_of=encoder_of).run()


class _Verification:
    def __init__(self, stores: Stores, writer: Writer | None, *, exclusive: bool, encoder_of: EncoderOf) -> None:
        self._stores = stores
        self._catalog = stores.catalog
        self._writer = writer
        self._exclusive = exclusive
        self._encoder_of = encoder_of
        self._problems: list[Problem] = []
        self._notes: list[str] = []
        self._lost: set[str] = set()

    def run(self) -> VerifyReport:
        damage = [row[0] for row in self._catalog.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for line in damage:
            self._problems.append(Problem("catalog_damaged", f"{self._stores.path}: {line}. {CATALOG_HINT}"))
        if not damage:
            self._check_rows()
            self._check_assets()
            self._remove_lost()
            self._check_vectors()
            self._check_duplicates()
            self._check_models()
            self._check_strays()
            self._check_vector_indexes()
            self._check_lexical_index()
        return VerifyReport(tuple(self._problems), self._counts(), tuple(sorted(self._lost)), tuple(self._notes))

    def _found(self, code: str, message: str) -> None:
        self._problems.append(Problem(code, message, repaired=self._writer is not None))

    def _check_rows(self) -> None:
        for invariant in INVARIANTS:
            count = self._catalog.value(f"SELECT count(*) FROM {invariant.rows}")  # noqa: S608 - our own text
            if count:
                self._found(invariant.code, invariant.message.format(count))
                if self._writer is not None:
                    self._writer.repair(invariant.repair)
        for source, reason in self._catalog.rows(INCOMPLETE):
            self._lose(source, "document_incomplete", f"{source}: {reason}")

    def _check_duplicates(self) -> None:
        wrong = len(self._catalog.rows(UNGROUPED))
        if wrong:
            self._found("duplicates_out_of_step", f"{wrong} entries about duplicates contradict the nodes")
            if self._writer is not None:
                self._writer.regroup_duplicates()

    def _check_assets(self) -> None:
        for asset in self._catalog.assets():
            users = [row[0] for row in self._catalog.rows(USERS_OF_ASSET, (asset.sha256,))]
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

    def _check_vectors(self) -> None:
        losses = uncovered(self._catalog)
        if self._writer is not None:
            if losses:
                self._writer.repair(RECOUNT)
            self._complete_spaces(self._writer)
        lacking = self._lacking_vectors()
        encoders = {name: stored.space.encoder for name, stored in self._catalog.spaces().items()}
        for loss in losses:
            if self._writer is None:
                self._found("vectors_missing", f"{loss}; `chartwell verify --repair` makes them again")
            elif lacking[loss.space]:
                remedy = f"run `chartwell reindex` with their encoder, {encoders[loss.space]}"
                self._problems.append(Problem("vectors_missing", f"{loss}; {remedy}"))
            else:
                self._found("vectors_missing", str(loss))
        if lacking.get(IMAGE_SPACE):
            self._notes.append(
                f"{lacking[IMAGE_SPACE]} nodes with a picture have no image vector: they were indexed without an image "
                "model. `chartwell reindex` makes them where one is set."
            )

    def _complete_spaces(self, writer: Writer) -> None:
        """Encode the nodes that lack a vector, for spaces whose encoder is at hand."""
        for name, lacking in self._lacking_vectors().items():
            space = self._catalog.spaces()[name].space
            encode = self._encoder_of(space) if lacking else None
            if encode is not None:
                with suppress(ModelUnavailable):  # then the vectors are still missing, which is told
                    writer.replace_space(space, encode)

    def _lacking_vectors(self) -> dict[str, int]:
        spaces = self._catalog.spaces().items()
        return {
            name: missing_vectors(self._catalog, stored.id, pictured=name == IMAGE_SPACE) for name, stored in spaces
        }

    def _check_models(self) -> None:
        text = self._catalog.spaces().get("text")
        for kind, name in self._stores.serving_models().items():
            problem = self._stores.models.check(name)
            if problem is not None:
                self._found("model_damaged", f"{problem}; tune again")
                if self._writer is not None:
                    self._writer.drop_model(kind)
            elif note := outdated(self._stores.models.described(name), text.space if text else None):
                self._notes.append(note)

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
