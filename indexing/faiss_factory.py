"""Which FAISS index fits how many vectors, and how to search it: recipes as `index_factory` strings.

Measured on made-up vectors of 384 dimensions, one thread (`eval.benchmarks.index_size`):

| nodes | recipe | recall@10 | bytes a node | processor s to build | p50 ms | p50 ms, 10 % admitted |
| --- | --- | --- | --- | --- | --- | --- |
| 10,000 | Flat | 1.000 | 1,544 | 0 | 0.39 | 0.16 |
| 10,000 | HNSW32 | 1.000 | 1,816 | 0.4 | 0.09 | 0.30 |
| 100,000 | HNSW32 | .993 | 1,816 | 15.4 | 0.18 | 13.7 |
| 100,000 | IVF1024,SQ8 | .993 | 416 | 13.3 | 0.25 | 9.1 |
| 1,000,000 | IVF4096_HNSW32,SQ8 | .982 | 407 | 177 | 1.86 | 53 |
| 1,000,000 | IVF4096,SQ8 | .990 | 406 | 218 | 1.75 | 21 |

So a graph gains a tenth of a millisecond beside a coarse stage of some ten, for four times the memory.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from ..errors import MissingDependency, SettingsError

FaissObject = Any
"""FAISS's classes are generated wrappers; the types that its wheel brings miss half of them."""

Family = Literal["flat", "hnsw", "ivf"]

FLAT_LIMIT = 20_000
GRAPH_LIMIT = 1_000_000
"""A graph, as older collections have it, stays up to here: it answers as well, and takes memory that is there."""
_MORE_LISTS = 2
"""An inverted file that should have so many times its lists, for four times the vectors, is made anew."""
_TRAINING_VECTORS_PER_LIST = 64
_LEAST_TRAINING_VECTORS_PER_LIST = 39  # FAISS warns below
_EF_SEARCH = 64
_LISTS_PROBED = 32
_LEAST_LISTS_OR_LINKS = 2
_SUPPORTED = '"Flat", "SQfp16", "HNSW32", "IVF1024,SQ8", "IVF1024,PQ48x8" or another of these families'
_SEEN_FOR_A_HIT = 8
"""So many vectors at least are compared for each that is wanted: the lists probed must hold them."""


def load_faiss() -> FaissObject:
    """The module; raises `MissingDependency` where neither build of it is installed."""
    try:
        return importlib.import_module("faiss")
    except ImportError as error:
        raise MissingDependency(
            "FAISS is not installed.", hint="Run `pip install 'chartwell[cpu]'` (or `chartwell[gpu]` with CUDA 12)."
        ) from error


def choose_factory(count: int, wanted: str | None = None) -> str:
    """The recipe for `count` vectors: exact, then an inverted file with 8-bit codes.

    A `wanted` recipe goes before, except an inverted file over too few vectors to train it.
    """
    if wanted is not None and _trainable(wanted, count):
        return wanted
    if count <= FLAT_LIMIT:
        return "Flat"
    lists = 2 ** round(math.log2(4 * math.sqrt(count)))
    fewer = 2 ** math.floor(math.log2(count / _LEAST_TRAINING_VECTORS_PER_LIST))
    # A graph over the lists' centres would be quicker to fill, but does not reach every list: a filter that admits
    # few nodes, and probes them all, would miss some.
    return f"IVF{min(lists, fewer)},SQ8"


def outgrown(factory: str, count: int, wanted: str | None) -> bool:
    """Whether an index made by `factory` should be built anew: another recipe is wanted, or it is a fifth too small.

    An index that has become too large for its contents stays: it answers just as well.
    """
    if wanted is not None:
        return factory != choose_factory(count, wanted)
    fitting = choose_factory(int(count / 1.2))
    family = family_of(factory)
    if family == "hnsw":
        return count > 1.2 * GRAPH_LIMIT
    return _lists(fitting) >= _MORE_LISTS * max(1, _lists(factory))


def _lists(factory: str) -> int:
    """The number of an inverted file's lists, 0 of other families."""
    match = re.match(r"IVF(\d+)", factory)
    return int(match[1]) if match else 0


def _trainable(factory: str, count: int) -> bool:
    return count >= _LEAST_TRAINING_VECTORS_PER_LIST * _lists(factory)


def family_of(factory: str) -> Family:
    """The family of a recipe; raises `SettingsError` for recipes that cannot be filtered or rebuilt.

    Nor are those taken whose lists or links are fewer than two: FAISS makes them, and ends the process when it adds.
    """
    size = re.match(r"(?:IVF|HNSW)(\d+)", factory)
    if size and int(size[1]) < _LEAST_LISTS_OR_LINKS:
        raise SettingsError(
            f"The FAISS recipe {factory!r} is not supported: {size[1]} is too few.", hint=f"Use {_SUPPORTED}."
        )
    if factory.startswith("IVF") and "Refine" not in factory and "RFlat" not in factory:
        return "ivf"
    if factory.startswith("HNSW"):
        return "hnsw"
    if factory == "Flat" or (factory.startswith("SQ") and "," not in factory):
        return "flat"
    raise SettingsError(
        f"The FAISS recipe {factory!r} is not supported.",
        hint=f"Use {_SUPPORTED}.",
    )


def make_index(factory: str, dimension: int) -> FaissObject:
    """An empty FAISS index for inner products under our own ids; raises `SettingsError` where FAISS refuses."""
    faiss = load_faiss()
    family_of(factory)
    try:
        return faiss.IndexIDMap2(faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT))
    except RuntimeError as error:
        raise SettingsError(
            f"FAISS cannot make {factory!r} for {dimension} dimensions: {error}", hint="Choose another recipe."
        ) from error


def training_size(index: FaissObject) -> int:
    """How many vectors to train with; 0 where the index needs no training."""
    faiss = load_faiss()
    inner = faiss.downcast_index(index.index)
    if inner.is_trained:
        return 0
    return _TRAINING_VECTORS_PER_LIST * int(getattr(inner, "nlist", 64))


def search_parameters(index: FaissObject, k: int, selector: FaissObject, admitted: float) -> FaissObject:
    """Parameters that admit what the selector does; the fewer it admits (a share in (0, 1]), the wider the search."""
    faiss = load_faiss()
    inner = faiss.downcast_index(index.index)
    if isinstance(inner, faiss.IndexHNSW):
        reach = max(_EF_SEARCH, 2 * k) / admitted
        return faiss.SearchParametersHNSW(sel=selector, efSearch=min(int(reach), max(1, index.ntotal)))
    if isinstance(inner, faiss.IndexIVF):
        for_depth = _SEEN_FOR_A_HIT * k * inner.nlist / max(1, index.ntotal)
        lists = max(_LISTS_PROBED, inner.nlist // 32, for_depth) / admitted
        return faiss.SearchParametersIVF(sel=selector, nprobe=min(int(lists), inner.nlist))
    return faiss.SearchParameters(sel=selector)


@contextmanager
def one_thread() -> Iterator[None]:
    """Search on the calling thread alone.

    One query gives OpenMP nothing to share out, and on a busy machine waiting for its team takes far longer than
    the search itself (measured: 40 ms instead of 0.5 ms). The setting is the calling thread's own.
    """
    faiss = load_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
