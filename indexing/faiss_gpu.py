"""Searching on a GPU where faiss-gpu is installed and there is one; elsewhere nothing of this takes part.

The index in main memory stays the one that is changed, filtered and saved: on a GPU FAISS has neither filters nor
graphs. Unfiltered searches of flat indexes and inverted files go to a replica of it there.
"""

from __future__ import annotations

import logging
import threading

import numpy as np
from numpy.typing import NDArray

from .faiss_factory import FaissObject, Family, load_faiss
from .index_protocols import Ids, Vectors

logger = logging.getLogger(__name__)

WORTH_COPYING = 50_000
"""Fewer vectors are searched faster than a query travels to the GPU and back."""
_SCRATCH_BYTES = 64 * 2**20
"""By default FAISS takes 1.5 GB of the GPU's memory, which the models need."""
_MOST_RESULTS = 2_048
"""FAISS finds no more at once on a GPU."""


def gpu_count() -> int:
    """GPUs that FAISS can use: none where its build has no code for them."""
    faiss = load_faiss()
    return int(faiss.get_num_gpus()) if hasattr(faiss, "index_cpu_to_gpu") else 0


class GpuSearch:
    """Keeps a replica of one index on the first GPU, made at the first search after a change.

    One thread at a time searches it, as FAISS's resources demand.
    """

    def __init__(self, family: Family) -> None:
        self._family = family
        self._lock = threading.Lock()
        self._usable = family in ("flat", "ivf")
        self._replica: FaissObject = None
        self._resources: FaissObject = None

    def forget(self) -> None:
        """The index has changed."""
        self._replica = None

    def search(
        self, index: FaissObject, query: Vectors, depth: int, parameters: FaissObject
    ) -> tuple[Ids, NDArray[np.float32]] | None:
        """Slots and scores for `(1, dim)`, best first; None where this search is not for the GPU."""
        if not self._usable or index.ntotal < WORTH_COPYING or depth > _MOST_RESULTS:
            return None
        with self._lock:
            replica = self._replica if self._replica is not None else self._copy(index)
            if replica is None:
                return None
            scores, slots = replica.search(query, depth, params=parameters)
        found = slots[0] >= 0
        return slots[0][found], scores[0][found]

    def _copy(self, index: FaissObject) -> FaissObject:
        if not gpu_count():
            self._usable = False
            return None
        faiss = load_faiss()
        try:
            if self._resources is None:
                self._resources = faiss.StandardGpuResources()
                self._resources.setTempMemory(_SCRATCH_BYTES)
            options = faiss.GpuClonerOptions()
            options.allowCpuCoarseQuantizer = True  # ours is a graph
            self._replica = faiss.index_cpu_to_gpu(self._resources, 0, faiss.downcast_index(index.index), options)
        except RuntimeError as error:  # no room, or a kind of index that it does not have
            logger.warning("FAISS cannot copy %d vectors to the GPU (%s); the CPU searches them", index.ntotal, error)
            self._usable = False
        return self._replica
