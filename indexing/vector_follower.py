"""Keeps one space's FAISS index in step with the catalog: loads the snapshot, replays, rebuilds, saves.

`faiss/<space>.json` names the snapshot's file, its SHA-256, and the generation it stands for. It is replaced last, so
a killed writer leaves the snapshot before. Anything that does not fit is logged and rebuilt from the stored vectors.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ..errors import CollectionDamaged, EncoderMismatch
from .catalog import Catalog, StoredSpace
from .durable_files import file_sha256, replacing, write_durably
from .faiss_factory import choose_factory, outgrown
from .faiss_index import FaissIndex
from .index_protocols import Hits, NodeFilter, Vectors
from .read_write_lock import ReadWriteLock
from .replay import changes_since, sample_vectors, stream_vectors, vector_count

logger = logging.getLogger(__name__)

_WASTE_LIMIT = 0.2
_WASTE_LIMIT_READING = 0.5
"""Rebuilding a large graph takes minutes: the writer does it early, a search only when it must."""
_FORMAT = 1
_SAVE_AFTER = 1_000
_SAVE_SHARE = 0.05
"""A snapshot is worth writing again when this many nodes, and this share of them, have changed since."""


@dataclass(frozen=True, slots=True)
class VectorManifest:
    """What a snapshot says about itself."""

    format: int
    file: str
    sha256: str
    generation: int
    space_id: int
    fingerprint: str
    dimension: int
    factory: str
    count: int
    removed: list[int]


class VectorFollower:
    """The vector index of one space. Any thread may search; whoever comes first after a commit replays it."""

    def __init__(self, catalog: Catalog, folder: Path, name: str, factory: str | None) -> None:
        self._catalog = catalog
        self._folder = folder
        self._name = name
        self._factory = factory
        self._lock = ReadWriteLock()
        self._index: FaissIndex | None = None
        self._generation = -1
        self._space_id = 0
        self._snapshot_is_sound = True

    def search(
        self, space: StoredSpace, generation: int, vector: Vectors, k: int, node_filter: NodeFilter | None
    ) -> Hits:
        """Search the catalog's state of `generation`, or a later one."""
        while True:
            with self._lock.reading():
                if self._index is not None and self._generation >= generation and self._space_id == space.id:
                    return self._index.search(vector, k, node_filter)
            followed = self._follow()
            if followed is None or followed.id != space.id:
                raise EncoderMismatch(
                    f"The vectors of {self._name!r} were replaced by another encoder's during the search.",
                    hint="Search again with that encoder.",
                )

    @property
    def factory(self) -> str:
        """The recipe of the index in memory, "" where there is none yet."""
        return self._index.factory if self._index is not None else ""

    def follow(self) -> None:
        """Bring the index up to date now instead of at the next search."""
        self._follow()

    def distrust(self) -> None:
        """Drop the index: it was found to contradict the catalog. The next search builds it from the catalog."""
        with self._lock.writing():
            self._index = None
            self._snapshot_is_sound = False

    @property
    def needs_saving(self) -> bool:
        """Whether the index in memory is sound and its snapshot is not, or is missing."""
        return self._index is not None and len(self._index) > 0 and not self._snapshot_is_sound

    def save(self, *, force: bool) -> None:
        """Write a snapshot if enough has changed since the last, or in any case. For the holder of the writer lock."""
        self._follow()
        with self._lock.writing():
            if self._index is None:
                return
            manifest = read_vector_manifest(self._folder, self._name)
            current = manifest is not None and manifest.space_id == self._space_id and self._snapshot_is_sound
            if manifest is not None and current and not self._unfit(self._index):
                changed = self._changes_since(manifest.generation)
                if changed == 0 or (not force and changed <= max(_SAVE_AFTER, _SAVE_SHARE * len(self._index))):
                    return
            if self._unfit(self._index):
                self._build()
            self._write(self._index)

    def snapshot_generation(self) -> int | None:
        """The generation that the snapshot on disk stands for."""
        manifest = read_vector_manifest(self._folder, self._name)
        return manifest.generation if manifest else None

    def check(self, space: StoredSpace) -> str | None:
        """Bring the index up to date and compare its ids with the catalog; says what is wrong, if anything."""
        with self._catalog.snapshot():
            self._follow()
            with self._lock.reading():
                if self._index is None or self._space_id != space.id:
                    return None
                indexed = self._index.ids()
                generation = self._generation
            if generation != self._catalog.generation():
                return None  # another thread replayed a later commit: nothing to compare with
            rows = self._catalog.rows("SELECT node_id FROM vectors WHERE space_id = ? ORDER BY node_id", (space.id,))
        stored = np.array([row[0] for row in rows], dtype=np.int64)
        if np.array_equal(indexed, stored):
            return None
        return f"FAISS holds {len(indexed)} vectors of the space {self._name!r}, the catalog {len(stored)}"

    def _follow(self) -> StoredSpace | None:
        """Bring the index up to the catalog's present state; returns the space as it is now."""
        with self._lock.writing(), self._catalog.snapshot():
            generation = self._catalog.generation()
            space = self._catalog.spaces().get(self._name)
            if space is None:
                self._index, self._generation, self._space_id = None, generation, 0
                return None
            following = self._index is not None and self._space_id == space.id
            if self._index is not None and following:
                if self._generation >= generation:
                    return space
                index, self._index = self._index, None  # an index that was left half way is not used again
                if self._replay(index, space):
                    self._index = index
                    return space
            self._space_id = space.id
            loaded = self._load(space)
            if loaded is not None and self._replay(loaded, space):
                stored = vector_count(self._catalog, space.id)
                if len(loaded) == stored:
                    self._index, self._snapshot_is_sound = loaded, True
                    return space
                logger.warning("FAISS snapshot of %r has %d vectors, not %d", self._name, len(loaded), stored)
            self._snapshot_is_sound = False
            self._build()
            return space

    def _replay(self, index: FaissIndex, space: StoredSpace) -> bool:
        """Apply what was committed since; False where the index is too old or too wasteful to go on with."""
        changes = changes_since(self._catalog, self._generation)
        if changes is None:
            return False
        index.remove(np.array(changes.removed, dtype=np.int64))
        if changes.added:
            for ids, vectors in stream_vectors(self._catalog, space, self._generation):
                index.add(ids, vectors)
        self._generation = changes.generation
        return index.wasted <= _WASTE_LIMIT_READING

    def _load(self, space: StoredSpace) -> FaissIndex | None:
        manifest = read_vector_manifest(self._folder, self._name)
        fits = manifest is not None and (manifest.space_id, manifest.fingerprint) == (space.id, space.space.fingerprint)
        if manifest is None or not fits or not self._snapshot_is_sound:
            return None
        if outgrown(manifest.factory, manifest.count, self._factory):
            return None
        problem = check_vector_snapshot(self._folder, manifest)
        if problem is None:
            try:
                index = FaissIndex.read(
                    self._folder / manifest.file, space.space.dimension, manifest.factory, manifest.removed
                )
            except CollectionDamaged as error:
                problem = str(error)
            else:
                self._generation = manifest.generation
                return index
        logger.warning("%s; it is rebuilt from the catalog", problem)
        return None

    def _build(self) -> None:
        """Make the index anew from the stored vectors, without encoding anything again."""
        with self._catalog.snapshot():
            space = self._catalog.spaces()[self._name]
            count = vector_count(self._catalog, space.id)
            index = FaissIndex(space.space.dimension, choose_factory(count, self._factory))
            if count and index.training_size:
                index.train(sample_vectors(self._catalog, space, index.training_size))
            if count:
                for ids, vectors in stream_vectors(self._catalog, space):
                    index.add(ids, vectors)
            self._index, self._generation, self._space_id = index, self._catalog.generation(), space.id
        logger.info("built %s over %d vectors of %r", index.factory, count, self._name)

    def _unfit(self, index: FaissIndex) -> bool:
        return index.wasted > _WASTE_LIMIT or outgrown(index.factory, len(index), self._factory)

    def _changes_since(self, generation: int) -> int:
        changes = changes_since(self._catalog, generation)
        return 2**62 if changes is None else len(changes.added) + len(changes.removed)

    def _write(self, index: FaissIndex) -> None:
        self._folder.mkdir(exist_ok=True)
        space = self._catalog.spaces()[self._name]
        name = f"{self._name}-{space.id}-{self._generation}.faiss"
        with replacing(self._folder / name) as file:
            digest = index.write(file)
        manifest = VectorManifest(
            format=_FORMAT,
            file=name,
            sha256=digest,
            generation=self._generation,
            space_id=space.id,
            fingerprint=space.space.fingerprint,
            dimension=space.space.dimension,
            factory=index.factory,
            count=len(index),
            removed=index.removed_ids,
        )
        write_durably(_manifest_path(self._folder, self._name), json.dumps(asdict(manifest)).encode())
        for old in self._folder.glob(f"{self._name}-*.faiss"):
            if old.name != name:
                old.unlink(missing_ok=True)
        self._snapshot_is_sound = True


def _manifest_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def read_vector_manifest(folder: Path, name: str) -> VectorManifest | None:
    """The manifest, None where there is none or it cannot be understood."""
    path = _manifest_path(folder, name)
    try:
        manifest = VectorManifest(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        logger.warning("%s cannot be read (%s); the index is rebuilt from the catalog", path, error)
        return None
    return manifest if manifest.format == _FORMAT and Path(manifest.file).name == manifest.file else None


def check_vector_snapshot(folder: Path, manifest: VectorManifest) -> str | None:
    """What is wrong with the snapshot's file, if anything."""
    path = folder / manifest.file
    try:
        digest = file_sha256(path)
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})"
    return None if digest == manifest.sha256 else f"{path} is damaged (its checksum differs)"
