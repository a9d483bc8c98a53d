"""Keeps the tantivy index in step with the catalog.

`lexical/manifest.json` names the folder that serves, the generation it stands for, and the SHA-256 of its files.
Only the holder of the writer lock changes the folder. A reader that finds it behind, and cannot have the lock, serves
it as it is: the collection drops hits that the catalog no longer has. A reader that may never write brings up to date
a folder of links of its own; one that finds the folder damaged keeps an index in memory.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from ..errors import CollectionDamaged
from .catalog import Catalog
from .durable_files import sync_folder, write_durably
from .index_protocols import LexicalEntry
from .lexical_index import TantivyIndex
from .lexical_manifest import (
    FORMAT,
    MANIFEST,
    LexicalManifest,
    check_lexical_folder,
    hash_files,
    read_lexical_manifest,
    tokens_fingerprint,
)
from .replay import changes_since, stream_texts

logger = logging.getLogger(__name__)

Mending = Literal["done", "busy", "failed"]
"""How an attempt to change the derived files went: `busy` where somebody else is writing and will do it."""

Tokenize = Callable[[str], Sequence[str]]


class LexicalFollower:
    """The lexical index of a collection. Any thread may ask for `current`; changes come with the writer lock held."""

    def __init__(self, catalog: Catalog, folder: Path, tokenize: Tokenize) -> None:
        self._catalog = catalog
        self._folder = folder
        self._tokenize = tokenize
        self._lock = threading.RLock()
        self._index: TantivyIndex | None = None
        self._served = ""
        self._generation = -1
        self._private = False
        self._borrowed: tempfile.TemporaryDirectory[str] | None = None

    @property
    def generation(self) -> int:
        """The generation that searches are answered for."""
        return self._generation

    def current(self, generation: int, heal: Callable[[], Mending]) -> TantivyIndex:
        """The index, as near to `generation` as can be had.

        `heal` is called when the folder is behind: it may take the writer lock, call `save`, and says how that went.
        """
        index = self._index
        if index is not None and self._generation >= generation:
            return index
        with self._lock:
            if self._index is not None and self._generation >= generation:
                return self._index
            if self._private and self._index is not None:
                return self._replay_privately(self._index)
            self._load()
            outcome = "done" if self._generation >= generation else heal()
            if self._index is None or outcome == "failed":
                return self._serve_from_memory()
            if outcome == "busy":
                if not self._catalog.connections.writable:
                    return self._replay_privately(self._index)
                logger.info("lexical index serves generation %d of %d", self._generation, generation)
            return self._index

    def save(self) -> None:
        """Replay into the folder, or make it anew. For the holder of the writer lock.

        Raises `StorageFull`.
        """
        with self._lock:
            if self._private:
                self._index, self._generation, self._private = None, -1, False
            self._load()
            if self._index is not None and self._generation == self._catalog.generation():
                return
            if self._index is None or not self._replay_on_disk(self._index):
                self._rebuild()

    def distrust(self) -> None:
        """Drop the index: it was found to contradict the catalog. For the holder of the writer lock."""
        with self._lock:
            self._index, self._generation = None, -1
            (self._folder / MANIFEST).unlink(missing_ok=True)

    def check(self) -> str | None:
        """Compare the ids with the catalog, where the index is up to date; says what is wrong, if anything."""
        with self._lock, self._catalog.snapshot():
            if self._index is None or self._generation != self._catalog.generation():
                return None
            stored = [row[0] for row in self._catalog.rows("SELECT id FROM nodes ORDER BY id")]
            indexed = self._index.ids().tolist()
        if indexed == stored:
            return None
        return f"tantivy holds {len(indexed)} nodes, the catalog {len(stored)}"

    def snapshot_generation(self) -> int | None:
        """The generation that the folder stands for."""
        manifest = read_lexical_manifest(self._folder)
        return manifest.generation if manifest else None

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._index, self._generation = None, -1
            if self._borrowed is not None:
                self._borrowed.cleanup()
                self._borrowed = None

    def _load(self) -> None:
        """Open or reload what the manifest names; nothing is served where that cannot be used."""
        manifest = read_lexical_manifest(self._folder)
        if manifest is None or manifest.tokens != tokens_fingerprint():
            self._index, self._generation = None, -1
            return
        if self._index is not None and manifest.folder == self._served:
            if manifest.generation == self._generation:
                return
            if self._borrowed is None:
                self._index.reload()
                self._generation = manifest.generation
                return
        self._index, self._generation = None, -1
        problem = check_lexical_folder(self._folder, manifest)
        if problem is None and manifest.generation > self._catalog.generation():
            problem = f"{self._folder} is newer than the catalog"
        if problem is None:
            try:
                self._index = self._open(self._folder / manifest.folder)
                self._generation, self._served = manifest.generation, manifest.folder
                return
            except CollectionDamaged as error:
                problem = str(error)
        if read_lexical_manifest(self._folder) != manifest:
            self._load()  # a writer put another folder in its place meanwhile
        else:
            logger.warning("%s; it is rebuilt from the catalog", problem)

    def _open(self, folder: Path) -> TantivyIndex:
        if self._catalog.connections.writable:
            return TantivyIndex(folder)
        # tantivy makes lock files beside its segments: where it may not, it gets a folder of links to them.
        borrowed = tempfile.TemporaryDirectory(prefix="chartwell-lexical-")
        for file in folder.iterdir():
            if not file.name.endswith(".lock"):
                (Path(borrowed.name) / file.name).symlink_to(file.absolute())
        if self._borrowed is not None:
            self._borrowed.cleanup()
        self._borrowed = borrowed
        return TantivyIndex(Path(borrowed.name))

    def _replay_on_disk(self, index: TantivyIndex) -> bool:
        """Apply what was committed since; False where the folder is too old or turns out not to fit."""
        with self._catalog.snapshot():
            changes = changes_since(self._catalog, self._generation)
            if changes is None:
                return False
            try:
                if changes.added or changes.removed:
                    index.update(removed=changes.removed, added=self._entries(self._generation))
            except CollectionDamaged as error:
                logger.warning("%s; it is rebuilt from the catalog", error)
                return False
            count = self._catalog.node_count(None)
        if len(index) != count:
            logger.warning("the lexical index has %d nodes, not %d; it is rebuilt", len(index), count)
            return False
        self._generation = changes.generation
        self._write_manifest(count)
        return True

    def _rebuild(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._index, self._generation = None, -1
        name = _new_name(self._folder)
        with self._catalog.snapshot():
            generation, count = self._catalog.generation(), self._catalog.node_count(None)
            try:
                index = TantivyIndex.create(self._folder / name)
                index.update(removed=(), added=self._entries(0))
            except BaseException:  # even Ctrl-C: the half folder goes, the exception goes on
                shutil.rmtree(self._folder / name, ignore_errors=True)
                raise
        self._index, self._generation, self._served = index, generation, name
        self._write_manifest(count)
        logger.info("built the lexical index over %d nodes", count)

    def _write_manifest(self, count: int) -> None:
        folder = self._folder / self._served
        sync_folder(folder)
        before = read_lexical_manifest(self._folder)
        known = before.files if before is not None and before.folder == self._served else {}
        files = hash_files(folder, known)
        manifest = LexicalManifest(FORMAT, self._served, self._generation, count, tokens_fingerprint(), files)
        write_durably(self._folder / MANIFEST, json.dumps(asdict(manifest)).encode())
        for other in self._folder.iterdir():
            if other.is_dir() and other.name != self._served:
                shutil.rmtree(other, ignore_errors=True)

    def _serve_from_memory(self) -> TantivyIndex:
        logger.warning("%s cannot be used; searching with an index in memory", self._folder)
        index = TantivyIndex()
        with self._catalog.snapshot():
            index.update(removed=(), added=self._entries(0))
            self._index, self._generation, self._private = index, self._catalog.generation(), True
        return index

    def _replay_privately(self, index: TantivyIndex) -> TantivyIndex:
        """Apply what was committed since to an index that is this process's own."""
        with self._catalog.snapshot():
            changes = changes_since(self._catalog, self._generation)
            if changes is None:
                return self._serve_from_memory()
            index.update(removed=changes.removed, added=self._entries(self._generation))
            self._generation, self._private = changes.generation, True
        return index

    def _entries(self, after: int) -> Iterator[LexicalEntry]:
        for node_id, document_id, kind, page, text in stream_texts(self._catalog, after):
            yield LexicalEntry(node_id, document_id, kind, page, self._tokenize(text))


def _new_name(folder: Path) -> str:
    numbers = [int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal()]
    return str(max(numbers, default=0) + 1)
