"""The one writer of a collection: commits documents, keeps the ledger, writes snapshots."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ChartwellError, DamagedFile, EncoderMismatch
from .catalog import AssetRecord, Space, StoredSpace
from .catalog_rows import to_half
from .catalog_writer import CatalogWriter, PreparedDocument
from .corrections import Corrections, with_corrections
from .documents import ChartReading, Document, Node
from .index_protocols import Vectors
from .ledger import LedgerEntry
from .replay import missing_vectors, nodes_to_encode
from .storage_errors import storage_errors
from .stores import Stores, model_setting
from .tuned_models import ModelKind
from .vector_coverage import IMAGE_SPACE

logger = logging.getLogger(__name__)

NodeVectors = Mapping[str, tuple[Sequence[int], Vectors]]
"""For each space: the ordinals of the nodes that have a vector, and these vectors, `(n, dim) float32`."""

_ENCODE_BATCH = 256


class Writer:
    """Made by `Collection.writer`, which holds the lock for it. For one thread at a time.

    Every method may raise `StorageFull`; what was committed before stays, and the collection opens.
    """

    def __init__(self, stores: Stores, checkpoint_seconds: float) -> None:
        self._stores = stores
        self._checkpoint_seconds = checkpoint_seconds
        self._checkpointed_at = time.monotonic()
        if stores.catalog.writer_mark() is not None:
            tidy_after_crash(stores)
        self._catalog = CatalogWriter(stores.catalog)
        self._catalog.complete_duplicate_groups()
        self._catalog.mark_writer(f"process {os.getpid()} on {socket.gethostname()}")

    def put(self, document: Document, nodes: Sequence[Node], vectors: NodeVectors) -> int:
        """Commit a document with its nodes, vectors and pictures, in place of an older version of its source.

        One transaction: readers see all of it or nothing. Nodes get their order from their position in `nodes`.
        Returns the document's id, which an update keeps. Raises `ValueError` where vectors do not fit the nodes,
        `EncoderMismatch` for an unregistered space, `DamagedFile` for text that is no Unicode.
        """
        halves = self._checked(len(nodes), vectors)
        new: list[AssetRecord] = []
        try:
            assets = [self._store_asset(node, new) for node in nodes]
            document_id = self._catalog.put(PreparedDocument(document, nodes, assets, halves))
        except BaseException as error:  # whatever stopped it, pictures of a document that is not in must go
            for asset in new:
                # Ctrl-C during the sync of the commit strikes when the document is in already.
                if self._stores.catalog.asset(asset.sha256) is None:
                    self._stores.assets.remove(asset)
            if isinstance(error, UnicodeEncodeError):
                raise DamagedFile(
                    f"{document.source} holds half characters that no text can have ({error.reason}).",
                    hint="Save the file anew in UTF-8.",
                ) from error
            raise
        if time.monotonic() - self._checkpointed_at > self._checkpoint_seconds:
            self._save(force=False)
        return document_id

    def delete(self, source: str) -> bool:
        """Remove a document with those inside it; False where there is none of that source."""
        return self._catalog.delete(source)

    def correct_chart(
        self, picture: str, reading: ChartReading, encode: Callable[[Sequence[Node]], Vectors]
    ) -> tuple[str, ...]:
        """Keep a reading that was corrected by hand, in the form of `corrections`, in place of what was read.

        The charts of that picture get new texts, and new vectors from `encode`; documents that are indexed later and
        show it get the reading as well. One transaction. Returns the sources of the documents that show it.
        """
        documents = self._stores.catalog.documents_with(picture)
        prepared = [self._corrected(document, {picture: reading}, encode) for document in documents]
        self._catalog.correct(picture, reading, prepared)
        return tuple(document.source for document in documents)

    def uncorrect_chart(self, picture: str) -> bool:
        """Forget a correction; False where there is none. The documents keep it until they are read again."""
        return self._catalog.uncorrect(picture)

    def _corrected(
        self, document: Document, corrections: Corrections, encode: Callable[[Sequence[Node]], Vectors]
    ) -> PreparedDocument:
        catalog = self._stores.catalog
        before = catalog.nodes_of(document.id)
        nodes = with_corrections(before, corrections)
        changed = [position for position, node in enumerate(before) if node.asset in corrections]
        anew = dict(zip(changed, encode([nodes[position] for position in changed]), strict=True))
        vectors: dict[str, tuple[Sequence[int], Vectors]] = {}
        for name, space in catalog.spaces().items():
            by_node = catalog.vectors_by_node(space, [node.id for node in before])
            stored = {position: by_node[node.id] for position, node in enumerate(before) if node.id in by_node}
            if name != IMAGE_SPACE:  # the picture is the same
                stored |= anew
            ordinals = sorted(stored)
            if ordinals:
                vectors[name] = ordinals, np.stack([stored[ordinal] for ordinal in ordinals])
        assets = [self._store_asset(node, []) for node in nodes]
        return PreparedDocument(document, nodes, assets, self._checked(len(nodes), vectors))

    def touch(self, document: Document) -> None:
        """The content is the same: note size, time of change, and metadata where the document brings other ones."""
        self._catalog.touch(document)

    def require_space(self, space: Space) -> None:
        """Register a space whose name is new."""
        if space.name not in self._stores.catalog.spaces():
            self._catalog.add_space(space)

    def replace_space(
        self,
        space: Space,
        encode: Callable[[Sequence[Node]], Vectors],
        settings: Mapping[str, str] | None = None,
    ) -> int:
        """Encode all nodes anew and let the new vectors serve, in one commit at the end; returns how many it encoded.

        Until then the old vectors serve. An interrupted replacement goes on where it stopped. The space "image"
        holds the nodes that have a picture, every other space all nodes. Where the space is already made by this
        encoder, only the nodes are encoded that have no vector in it: they were indexed without this encoder.
        `settings` are kept with that commit, as `set_meta` keeps them.
        """
        pictured = space.name == IMAGE_SPACE
        serving = self._stores.catalog.spaces().get(space.name)
        same = serving if serving is not None and serving.space.fingerprint == space.fingerprint else None
        if same is not None and not missing_vectors(self._stores.catalog, same.id, pictured=pictured):
            for key, value in (settings or {}).items():
                self._catalog.set_setting(key, value)
            return 0
        replacement = self._catalog.begin_replacement(space)
        last = encoded = 0
        while nodes := nodes_to_encode(self._stores.catalog, replacement.id, last, _ENCODE_BATCH, pictured=pictured):
            vectors = _shaped(encode(nodes), len(nodes), replacement)
            self._catalog.add_vectors(replacement.id, [node.id for node in nodes], to_half(vectors))
            last, encoded = nodes[-1].id, encoded + len(nodes)
        self._catalog.finish_replacement(replacement, settings or {})
        self.checkpoint()
        return encoded

    def adopt_reranker(self, save: Callable[[Path], None], provenance: Mapping[str, Any]) -> None:
        """Let the model that `save` writes into a folder serve from now on, in place of an earlier one."""
        name = self._stores.models.write("reranker", save, provenance)
        self._catalog.set_setting(model_setting("reranker"), name)
        self._drop_other_models()

    def adopt_encoder(
        self,
        save: Callable[[Path], None],
        provenance: Mapping[str, Any],
        space: Space,
        encode: Callable[[Sequence[Node]], Vectors],
    ) -> int:
        """The same for a text encoder, which encodes all nodes first: see `replace_space`."""
        name = self._stores.models.write("encoder", save, provenance)
        try:
            encoded = self.replace_space(space, encode, {model_setting("encoder"): name})
        finally:
            self._drop_other_models()
        return encoded

    def drop_model(self, kind: ModelKind) -> bool:
        """Remove a tuned model; False where there is none. Vectors of a tuned encoder stay: see `drop_encoder`."""
        had_one = kind in self._stores.serving_models()
        self._catalog.set_setting(model_setting(kind), "")
        self._drop_other_models()
        return had_one

    def drop_encoder(self, space: Space, encode: Callable[[Sequence[Node]], Vectors]) -> bool:
        """Remove the tuned text encoder once another has encoded all nodes; False where there is none."""
        if "encoder" not in self._stores.serving_models():
            return False
        self.replace_space(space, encode, {model_setting("encoder"): ""})
        self._drop_other_models()
        return True

    def _drop_other_models(self) -> None:
        """Remove the models that do not serve."""
        for path in self._stores.models.strays(set(self._stores.serving_models().values())):
            self._stores.models.remove(path.name)

    def start_run(self, settings: Mapping[str, Any]) -> int:
        """Open a run in the ledger and return its id."""
        return self._catalog.start_run(settings)

    def record(self, run: int, entry: LedgerEntry) -> None:
        """Add a line to the ledger."""
        self._catalog.record(run, entry)

    def finish_run(self, run: int, status: str, counts: Mapping[str, Any]) -> None:
        """Close a run. "unchanged" lines of earlier runs are dropped."""
        self._catalog.finish_run(run, status, counts)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value with the collection."""
        self._catalog.set_setting(key, value)

    def checkpoint(self) -> None:
        """Write the snapshots of FAISS and tantivy for the present generation."""
        self._save(force=True)

    def repair(self, statements: Sequence[str]) -> None:
        """Run repairing statements of `verification` in one transaction."""
        with self._catalog.transaction() as connection:
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            for statement in statements:
                connection.execute(statement)

    def regroup_duplicates(self) -> None:
        """Find all duplicates anew."""
        self._catalog.complete_duplicate_groups(anew=True)

    def close(self, error: BaseException | None) -> None:
        """Write the snapshots and let go. After an error only what is quick and safe is done."""
        try:
            if error is None or isinstance(error, Exception):
                self._finish()
        except ChartwellError as failure:
            if error is None:
                raise
            logger.warning("the snapshots could not be written and are made later: %s", failure)
        finally:
            self._catalog.close()

    def _finish(self) -> None:
        for asset in self._catalog.drop_unused_assets():
            self._stores.assets.remove(asset)
        self._save(force=False)
        self._catalog.mark_writer(None)

    def _save(self, *, force: bool) -> None:
        stores = self._stores
        with storage_errors(stores.path):
            stores.lexical.save()
            followers = [stores.vectors(name) for name in stores.catalog.spaces()]
            for follower in followers:
                follower.save(force=force)
            snapshots = [stores.lexical.snapshot_generation(), *(one.snapshot_generation() for one in followers)]
            self._catalog.prune_tombstones(min(generation or 0 for generation in snapshots))
        self._checkpointed_at = time.monotonic()

    def _checked(self, count: int, vectors: NodeVectors) -> dict[int, tuple[Sequence[int], NDArray[np.float16]]]:
        spaces = self._stores.catalog.spaces()
        halves: dict[int, tuple[Sequence[int], NDArray[np.float16]]] = {}
        for name, (ordinals, values) in vectors.items():
            if name not in spaces:
                raise EncoderMismatch(f"The space {name!r} is unknown.", hint="Call `require_space` first.")
            if len(set(ordinals)) != len(ordinals) or not all(0 <= ordinal < count for ordinal in ordinals):
                raise ValueError(f"the ordinals of {name!r} do not fit {count} nodes")
            halves[spaces[name].id] = ordinals, to_half(_shaped(values, len(ordinals), spaces[name]))
        return halves

    def _store_asset(self, node: Node, new: list[AssetRecord]) -> AssetRecord | None:
        if node.image is None:
            if node.asset is None:
                return None
            known = self._stores.catalog.asset(node.asset)
            if known is None:
                raise ValueError(f"a node names the picture {node.asset}, which is not stored, and brings none")
            return known
        asset, is_new = self._stores.assets.add(node.image)
        if is_new:
            new.append(asset)
        return self._stores.catalog.asset(asset.sha256) or asset


def tidy_after_crash(stores: Stores) -> list[Path]:
    """Remove what a writer that died left behind: pictures of documents that were never committed, half files.

    For the holder of the writer lock. Returns the files that nothing named.
    """
    catalog = CatalogWriter(stores.catalog)
    try:
        with storage_errors(stores.path):
            for asset in catalog.drop_unused_assets():
                stores.assets.remove(asset)
            stray = stores.stray_files()
            for file in stray:
                logger.info("removing %s, left by an unfinished run", file)
                if file.is_dir():
                    shutil.rmtree(file, ignore_errors=True)
                else:
                    file.unlink(missing_ok=True)
        catalog.mark_writer(None)
    finally:
        catalog.close()
    return stray


def _shaped(vectors: Vectors, count: int, space: StoredSpace) -> Vectors:
    dimension = space.space.dimension
    if not count and not len(vectors):
        return np.empty((0, dimension), dtype=np.float32)
    if vectors.shape != (count, dimension):
        raise ValueError(f"{count} nodes of the space {space.space.name!r} came with vectors of shape {vectors.shape}")
    return vectors
