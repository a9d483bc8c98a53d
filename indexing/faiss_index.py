"""Nearest neighbours by FAISS, under explicit int64 node ids."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import CollectionDamaged, EncoderMismatch
from .faiss_factory import FaissObject, family_of, load_faiss, make_index, one_thread, search_parameters, training_size
from .faiss_gpu import GpuSearch
from .faiss_reading import own, read_mapped
from .index_protocols import Hits, Ids, NodeFilter, Vectors
from .ranking import best_hits, ordered
from .storage_errors import INDEX_HINT

_EXACT_BELOW = 2_000
_EXACT_SHARE = 0.02
"""A graph searched for this few admitted nodes mostly walks past others: they are compared one by one instead."""
_BITMAP_ABOVE = 1_000
_WORTH_A_TEAM = 2_000
"""Fewer vectors are added by one thread: on a busy machine waiting for the others costs more than they save."""


class FaissIndex:
    """A `VectorIndex` made by a recipe of `faiss_factory`.

    Graphs and inverted files cannot forget single vectors under our ids: removed ids are kept out of the results
    by a selector, and `wasted` tells when to build anew.
    """

    def __init__(self, dimension: int, factory: str) -> None:
        self.dimension = dimension
        self.factory = factory
        self._index = make_index(factory, dimension)
        self._family = family_of(factory)
        self._gpu = GpuSearch(self._family)
        self._mapped = False
        self._removed: set[int] = set()
        self._known = np.empty(0, dtype=np.int64)
        """Every id in FAISS in the order of its slots."""
        self._order = self._known
        """Slots by ascending id."""

    def __len__(self) -> int:
        return len(self._known) - len(self._removed)

    @property
    def training_size(self) -> int:
        """How many vectors `train` wants before the first `add`; 0 for none."""
        return training_size(self._index)

    @property
    def wasted(self) -> float:
        """Share of the vectors in memory that were removed, in [0, 1]."""
        return len(self._removed) / max(1, len(self._known))

    @property
    def removed_ids(self) -> list[int]:
        """Removed ids that FAISS still holds."""
        return sorted(self._removed)

    def train(self, sample: Vectors) -> None:
        """Learn the distribution from `(n, dimension) float32`."""
        self._index.train(np.ascontiguousarray(sample, dtype=np.float32))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """See `VectorIndex.add`."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{len(ids)} ids and vectors of shape {vectors.shape}; dimension {self.dimension}")
        if len(np.unique(ids)) != len(ids) or len(self._slots(ids)[0]):
            raise ValueError("an id was added before")
        if not len(ids):
            return
        self._prepare_change()
        with one_thread() if len(ids) < _WORTH_A_TEAM else nullcontext():
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        self._remember(np.concatenate([self._known, ids]))

    def remove(self, ids: Ids) -> None:
        """See `VectorIndex.remove`."""
        _, present = self._slots(ids)
        if not len(present):
            return
        if self._family == "flat":
            self._prepare_change()
            self._index.remove_ids(np.ascontiguousarray(present))
            self._remember(self._known[~np.isin(self._known, present)])
        else:
            self._removed.update(present.tolist())

    def search(self, vector: Vectors, k: int, node_filter: NodeFilter | None = None) -> Hits:
        """See `VectorIndex.search`. Raises `EncoderMismatch` where the vector has another dimension."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if query.shape[1] != self.dimension:
            raise EncoderMismatch(
                f"The query has {query.shape[1]} dimensions, the stored vectors have {self.dimension}.",
                hint="Use the encoder that the collection was indexed with, or run `chartwell reindex`.",
            )
        if k < 1 or not len(self):
            return []
        with one_thread():
            if node_filter is None:
                return self._search(query, k, self._not_removed(), len(self))
            admitted = self._admitted(node_filter.ids)
            if self._family == "hnsw" and len(admitted) <= max(_EXACT_BELOW, _EXACT_SHARE * len(self._known)):
                return self._compare(query, k, admitted)
            return self._search(query, k, _selector(admitted), len(admitted)) if len(admitted) else []

    def ids(self) -> Ids:
        """See `VectorIndex.ids`."""
        ids = self._known[self._order]
        return ids[~np.isin(ids, self.removed_ids)] if self._removed else ids

    def write(self, file: BinaryIO) -> str:
        """Write the index and return the SHA-256 of what was written. Removed ids are not part of it."""
        faiss = load_faiss()
        digest = hashlib.sha256()

        def write(block: bytes) -> int:
            digest.update(block)
            return file.write(block)

        faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))
        return digest.hexdigest()

    @classmethod
    def read(cls, path: Path, dimension: int, factory: str, removed: list[int]) -> Self:
        """Inverse of `write`: the file is mapped, not copied, until the index is changed.

        It may be deleted or replaced meanwhile, but not written into. Raises `CollectionDamaged` where it is no such
        index.
        """
        faiss = load_faiss()
        index = cls(dimension, factory)
        try:
            read, mapped = read_mapped(path)
        except RuntimeError as error:
            raise CollectionDamaged(f"{path} is no FAISS index: {error}", hint=INDEX_HINT) from error
        ours = isinstance(read, faiss.IndexIDMap2) and read.metric_type == faiss.METRIC_INNER_PRODUCT
        if not ours or read.d != dimension:
            raise CollectionDamaged(f"{path} is another kind of index.", hint=INDEX_HINT)
        index._index, index._mapped = read, mapped
        index._remember(faiss.vector_to_array(read.id_map).astype(np.int64))
        index._removed = set(removed)
        return index

    def _prepare_change(self) -> None:
        if self._mapped:
            self._index, self._mapped = own(self._index), False
        self._gpu.forget()

    def _remember(self, known: Ids) -> None:
        self._known = known
        self._order = np.argsort(known, kind="stable")

    def _slots(self, ids: Ids) -> tuple[Ids, Ids]:
        """Slots of those ids that FAISS holds, and these ids."""
        if not len(self._known):
            return self._known, self._known
        places = np.searchsorted(self._known, ids, sorter=self._order)
        slots = self._order[np.minimum(places, len(self._known) - 1)]
        found = self._known[slots] == ids
        return slots[found], ids[found]

    def _admitted(self, ids: Ids) -> Ids:
        present = self._slots(ids)[1]
        return present[~np.isin(present, self.removed_ids)] if self._removed else present

    def _not_removed(self) -> FaissObject:
        faiss = load_faiss()
        return faiss.IDSelectorNot(faiss.IDSelectorBatch(np.array(self.removed_ids))) if self._removed else None

    def _search(self, query: Vectors, k: int, selector: FaissObject, admitted: int) -> Hits:
        def find(depth: int) -> tuple[Ids, NDArray[np.float32]]:
            parameters = search_parameters(self._index, depth, selector, admitted / len(self._known))
            if selector is None and (on_gpu := self._gpu.search(self._index, query, depth, parameters)) is not None:
                return self._known[on_gpu[0]], on_gpu[1]
            scores, ids = self._index.search(query, depth, params=parameters)
            found = ids[0] >= 0
            return ids[0][found], scores[0][found]

        return best_hits(find, k, admitted)

    def _compare(self, query: Vectors, k: int, admitted: Ids) -> Hits:
        if not len(admitted):
            return []
        faiss = load_faiss()
        slots, present = self._slots(admitted)
        vectors = faiss.downcast_index(self._index.index).reconstruct_batch(slots)
        # Not by `@`: BLAS shares so small a product out to threads, which on a busy machine took 32 ms, not 0.3.
        return ordered(present, np.einsum("ij,j->i", vectors, query[0], dtype=np.float32))[:k]


def _selector(ids: Ids) -> FaissObject:
    faiss = load_faiss()
    if len(ids) < _BITMAP_ABOVE:
        return faiss.IDSelectorBatch(ids)
    members = np.zeros(int(ids[-1]) // 8 * 8 + 8, dtype=np.uint8)
    members[ids] = 1
    return faiss.IDSelectorBitmap(np.packbits(members, bitorder="little"))
