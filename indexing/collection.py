"""A collection: one folder, one writer, many readers in many threads and processes.

The catalog is the truth; what FAISS and tantivy find is checked against it before anybody sees it. Every read looks
at the catalog's generation first, so that commits of other processes are seen without reopening.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import CollectionDamaged, StorageFull
from .catalog import AssetRecord, DocumentName, DocumentStat, LedgerEntry, Run, Space
from .conversations import Conversations
from .documents import ChartReading, Document, Node, NodeKind
from .faiss_factory import family_of
from .filters import Where, parse_where
from .index_protocols import Hits, Vectors
from .index_search import IndexSearch
from .recall import Recall
from .replay import missing_vectors, sample_by_kind
from .space_registry import SpaceRegistry
from .storage_errors import LOST_HINT
from .stores import Stores
from .tuned_models import ModelKind, TunedModel
from .vector_coverage import IMAGE_SPACE
from .verification import EncoderOf, VerifyReport, no_encoder, verify
from .writer import Writer, tidy_after_crash
from .writer_lock import WriterLock

__all__ = [
    "Collection",
    "DocumentName",
    "DocumentStat",
    "LedgerEntry",
    "Recall",
    "Run",
    "Space",
    "VerifyReport",
    "Where",
    "Writer",
]

logger = logging.getLogger(__name__)

_CHECKPOINT_SECONDS = 60.0
_NO_SPACE = 0
"""The catalog numbers spaces from 1."""


class Collection:
    """Opened with `Collection.open`, closed with `close` or at the end of a `with` block. Safe in several threads.

    Every method may raise `CollectionDamaged`, `CollectionLocked` or `UnreadableFile` where the catalog cannot answer.
    """

    def __init__(self, stores: Stores) -> None:
        self.path = stores.path
        self._stores = stores
        self._catalog = stores.catalog
        self._writer: Writer | None = None
        self._lock = WriterLock(stores)
        self._spaces = SpaceRegistry(stores.catalog)
        self._search = IndexSearch(stores, self._lock, self._spaces)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True, index_factory: str | None = None) -> Self:
        """Open the collection at `path`, making an empty one where nothing is (unless `create` is false).

        `index_factory` sets the FAISS recipe, such as "HNSW32"; by default it follows the size. Raises
        `SettingsError` where it is none, `NotACollection`, `SchemaTooNew`, `CollectionDamaged`, `UnreadableFile`,
        `StorageFull`.
        """
        if index_factory is not None:
            family_of(index_factory)
        collection = cls(Stores(Path(path), create=create, index_factory=index_factory))
        collection._tidy_after_crash()
        return collection

    def close(self) -> None:
        """Close for all threads."""
        self._stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def generation(self) -> int:
        """Grows with every commit that changes what can be found."""
        return self._catalog.generation()

    @property
    def conversations(self) -> Conversations:
        """The conversations held about the collection, and the feedback on their answers."""
        return Conversations(self._catalog)

    def spaces(self) -> dict[str, Space]:
        """The vector spaces by name."""
        return {name: stored.space for name, stored in self._spaces.all().items()}

    def require_space(self, space: Space) -> None:
        """Say which encoder this process uses for a space; registers a new name, which takes the writer lock.

        Raises `EncoderMismatch` where the stored vectors are another encoder's, now or, in `search_vectors`, later.
        """
        if space.name not in self._spaces.all():
            with self._own_writer() as writer:
                writer.require_space(space)
        self._spaces.require(space)

    @contextmanager
    def writer(self, *, timeout: float = 0.0, checkpoint_seconds: float = _CHECKPOINT_SECONDS) -> Iterator[Writer]:
        """Take the writer lock, waiting up to `timeout` seconds; raises `CollectionLocked` or `UnreadableFile`.

        On leaving, snapshots are written where enough has changed, and pictures without a node are removed.
        """
        with self._lock.held(timeout):
            self._writer = Writer(self._stores, checkpoint_seconds)
            error: BaseException | None = None
            try:
                yield self._writer
            except BaseException as raised:  # the writer must know what ended it; the exception goes on
                error = raised
                raise
            finally:
                writer, self._writer = self._writer, None
                writer.close(error)

    def documents(self, where: Where | None = None) -> list[Document]:
        """Documents by source. Raises `QueryError` for a filter that cannot be meant."""
        return self._catalog.documents(parse_where(where))

    def document(self, source: str) -> Document | None:
        """One document."""
        return self._catalog.document(source)

    def document_by_id(self, ids: Sequence[int]) -> dict[int, Document]:
        """Documents by id; unknown ids are left out."""
        return self._catalog.document_by_id(ids)

    def document_names(self, ids: Sequence[int] | None = None) -> list[DocumentName]:
        """What documents are called, by id, without the rest of them; of all or of those given."""
        return self._catalog.document_names(ids)

    def stat_index(self) -> dict[str, DocumentStat]:
        """By source, what tells whether a file has changed; one query."""
        return self._catalog.stat_index()

    def nodes(self, ids: Sequence[int]) -> dict[int, Node]:
        """Nodes by id; unknown ids are left out."""
        return self._catalog.nodes(ids)

    def nodes_of(self, document_id: int) -> list[Node]:
        """The nodes of a document in order."""
        return self._catalog.nodes_of(document_id)

    def corrections(self) -> dict[str, ChartReading]:
        """Readings of charts that were corrected by hand, by the SHA-256 of their picture, as in `corrections`."""
        return self._catalog.corrections()

    def documents_with(self, picture: str) -> list[Document]:
        """The documents that show a picture, by number."""
        return self._catalog.documents_with(picture)

    def node_count(self, kind: str | None = None) -> int:
        """Number of nodes."""
        return self._catalog.node_count(kind)

    def node_ids(self, kind: NodeKind, *, offset: int = 0, limit: int = 100) -> list[int]:
        """Ids of the nodes of a kind, document by document in the order of their sources."""
        return self._catalog.node_ids(kind, offset, limit)

    def kinds(self, ids: Sequence[int]) -> dict[int, NodeKind]:
        """The kind of each node; unknown ids are left out."""
        return self._catalog.kinds(ids)

    def holders(self, ids: Sequence[int]) -> dict[int, int]:
        """The id of the document that each node belongs to; unknown ids are left out."""
        return self._catalog.holders(ids)

    def sample_nodes(self, count: int) -> list[Node]:
        """Up to `count` nodes, evenly spread over the collection."""
        return self._catalog.sample_nodes(count)

    def neighbours(self, node_id: int, before: int = 1, after: int = 1) -> list[Node]:
        """The node with those around it in its document, in order; empty where the node is gone."""
        return self._catalog.neighbours(node_id, before, after)

    def vectors(self, ids: Sequence[int], space: str = "text") -> Vectors:
        """`(n, dim) float32` in the order of `ids`. Raises `CollectionDamaged` where a vector is missing."""
        return self._catalog.vectors(self._spaces.get(space), ids)

    def vectors_by_node(self, ids: Sequence[int], space: str = "text") -> dict[int, Vectors]:
        """The vectors, `(dim,) float32` each, of those of the nodes that are still there.

        Raises `CollectionDamaged` where one of these has none.
        """
        with self._catalog.snapshot():
            present = sorted(self._catalog.holders(ids))
            return dict(zip(present, self._catalog.vectors(self._spaces.get(space), present), strict=True))

    def missing_vectors(self, space: str) -> int:
        """How many nodes have no vector in the space, though they could: indexed before its encoder was set.

        Of a space that the collection does not have yet, all that would have one.
        """
        number = self._spaces.get(space).id if space in self._spaces.all() else _NO_SPACE
        return missing_vectors(self._catalog, number, pictured=space == IMAGE_SPACE)

    def sample_vectors(self, count: int, space: str = "text") -> dict[str, Vectors]:
        """Up to `count` vectors, evenly spread over the space, by kind of node: `(n, dim) float32` each."""
        return sample_by_kind(self._catalog, self._spaces.get(space), count)

    def groups(self, ids: Sequence[int]) -> dict[int, int]:
        """Names of the nodes' groups of near-duplicates, equal within a group; unknown ids are left out."""
        return self._catalog.groups(ids)

    def copies(self, ids: Sequence[int], where: Where | None = None) -> dict[int, list[int]]:
        """For each node the documents that have it or a near-duplicate of it, as far as the filter admits that."""
        return self._search.copies(ids, where)

    def search_vectors(
        self, vector: Vectors, k: int, *, space: str = "text", where: Where | None = None, distinct: bool = False
    ) -> Hits:
        """The `k` nodes with the largest inner product: best first, ties by id.

        `distinct` gives of near-duplicates only the best that the filter admits. Raises `QueryError` for a filter,
        `EncoderMismatch` for a space or vector that does not fit.
        """
        return self._search.vectors(vector, k, space, where, distinct=distinct)

    def recall(self, queries: Vectors, *, k: int = 10, space: str = "text") -> Recall:
        """How many of the `k` nearest nodes the index finds for the query vectors `(n, dim) float32`.

        Compares with every stored vector: some seconds for a million. Raises `EncoderMismatch` for a space or vectors
        that do not fit.
        """
        return self._search.recall(queries, k, space)

    def search_lexical(
        self, tokens: Sequence[str], k: int, *, where: Where | None = None, distinct: bool = False
    ) -> Hits:
        """The `k` best nodes by BM25 for any of the tokens: best first, ties by id; a repeated token counts again.

        `distinct` gives of near-duplicates only the best that the filter admits. While another process writes, its
        latest documents come in at its next checkpoint. Raises `QueryError`.
        """
        return self._search.lexical(tokens, k, where, distinct=distinct)

    def document_frequency(self, tokens: Sequence[str]) -> dict[str, int]:
        """In how many nodes each token occurs, by the lexical index; nodes deleted lately may still be counted."""
        return self._search.document_frequency(tokens)

    def asset_path(self, sha256: str) -> Path:
        """Where a picture lies. Raises `CollectionDamaged` for an unknown one."""
        return self._stores.assets.path(self._asset(sha256))

    def asset_bytes(self, sha256: str) -> bytes:
        """A picture. Raises `CollectionDamaged` for an unknown or changed one."""
        return self._stores.assets.read(self._asset(sha256))

    def tuned_model(self, kind: ModelKind) -> TunedModel | None:
        """The collection's own model of that kind, where one was adopted. Raises `CollectionDamaged`."""
        name = self._stores.serving_models().get(kind)
        return self._stores.models.read(name) if name else None

    def ledger(self, *, run: int | None = None, limit: int | None = None) -> list[LedgerEntry]:
        """What became of every file and figure, in order; of one run or of all; the last `limit` entries."""
        return self._catalog.ledger(run, limit)

    def runs(self) -> list[Run]:
        """All indexing runs, oldest first."""
        return self._catalog.runs()

    def get_meta(self, key: str) -> str | None:
        """A value kept with `set_meta`."""
        return self._catalog.setting(key)

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value with the collection; takes the writer lock."""
        with self._own_writer() as writer:
            writer.set_meta(key, value)

    def refresh(self) -> None:
        """Load the indexes and bring them up to date now, instead of at the next search."""
        self._search.refresh()

    def verify(self, *, repair: bool = False, encoder_of: EncoderOf = no_encoder) -> VerifyReport:
        """Check every invariant. `repair` takes the writer lock and mends what can be mended.

        Documents that have lost nodes or pictures are removed, so that the next run of `chartwell index` brings them
        back. Lost vectors are made again from the nodes where `encoder_of` has their encoder.
        """
        if repair:
            with self.writer() as writer:
                return verify(self._stores, writer, exclusive=True, encoder_of=encoder_of)
        self.refresh()
        with self._lock.if_free() as exclusive:
            return verify(self._stores, None, exclusive=exclusive, encoder_of=encoder_of)

    def _asset(self, sha256: str) -> AssetRecord:
        asset = self._catalog.asset(sha256)
        if asset is None:
            raise CollectionDamaged(f"{self.path} has no picture {sha256}.", hint=LOST_HINT)
        return asset

    def _tidy_after_crash(self) -> None:
        """A writer's mark that nobody holds the lock for was left by one that died."""
        if self._catalog.writer_mark() is None:
            return
        with self._lock.if_free() as free:
            if free:
                logger.info("the last writer of %s did not finish; tidying up", self.path)
                try:
                    tidy_after_crash(self._stores)
                except StorageFull as error:
                    logger.warning("%s", error)

    @contextmanager
    def _own_writer(self) -> Iterator[Writer]:
        """The writer that this process has open, or one for the moment."""
        if self._writer is not None:
            yield self._writer
            return
        with self.writer() as writer:
            yield writer
