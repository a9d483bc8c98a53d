"""The vector index at size: recall@10 against exact search, bytes a node, and time, over made-up vectors.

    python -m chartwell.eval.benchmarks.index_size --nodes 10000 100000 1000000

Each size has the recipe that Chartwell chooses for it, or those given with `--factory`; exact search by a bare
`faiss.IndexFlatIP` over the same vectors in the same run is the baseline. Made-up vectors lie in clusters on a few
dozen directions, as those of texts do: independent ones are all equally far apart, and no index finds the nearest.
The bar is a recall of 0.98 at every size. A million take 5 GiB of memory and some three minutes of processor time.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ...indexing.faiss_factory import choose_factory
from ...indexing.faiss_index import FaissIndex
from ...indexing.index_protocols import NodeFilter, Vectors
from ..machine import describe
from .measuring import median, print_table

_DIRECTIONS = 48
_NODES_A_CLUSTER = 200
_ADDED_AT_A_TIME = 50_000
_FILTERED_SHARE = 0.1
_K = 10
_LEAST_RECALL = 0.98


def main() -> None:
    """Measure every size with every recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[10_000])
    parser.add_argument("--factory", nargs="+", help="Recipes instead of the one chosen by size.")
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    rows = []
    for nodes in arguments.nodes:
        vectors = made_up_vectors(nodes + arguments.queries, arguments.dimension)
        stored, queries = vectors[:nodes], vectors[nodes:]
        exact, exact_ms = _exact(stored, queries)
        rows += [
            [f"{nodes:,}", factory, *measure(factory, stored, queries, exact), f"{exact_ms:.2f}"]
            for factory in arguments.factory or [choose_factory(nodes)]
        ]
    command = "python -m chartwell.eval.benchmarks.index_size --nodes " + " ".join(map(str, arguments.nodes))
    print(f"{describe()}\n{command}; {arguments.dimension} dimensions, {arguments.queries} queries\n")
    header = ["nodes", "recipe", "recall@10", "bytes a node", "build s", "build CPU s", "open s", "p50 ms"]
    print_table([*header, "p50 ms, 10 % admitted", "exact p50 ms"], rows)
    missed = [f"{nodes} with {recipe}" for nodes, recipe, recall, *_ in rows if float(recall) < _LEAST_RECALL]
    print(f"\nrecall below {_LEAST_RECALL}: {', '.join(missed) or 'nowhere'}")


def made_up_vectors(count: int, dimension: int, seed: int = 7) -> Vectors:
    """`(count, dimension) float32` of unit length, in clusters on `_DIRECTIONS` random directions, with some noise."""
    generator = np.random.default_rng(seed)
    directions = generator.standard_normal((_DIRECTIONS, dimension)).astype(np.float32)
    centres = generator.standard_normal((max(1, count // _NODES_A_CLUSTER), _DIRECTIONS)).astype(np.float32)
    vectors = np.empty((count, dimension), dtype=np.float32)
    for start in range(0, count, _ADDED_AT_A_TIME):
        block = vectors[start : start + _ADDED_AT_A_TIME]
        chosen = centres[generator.integers(len(centres), size=len(block))]
        spread = generator.standard_normal(chosen.shape).astype(np.float32)
        block[:] = (chosen + 0.7 * spread) @ directions
        block += generator.standard_normal(block.shape).astype(np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def measure(factory: str, stored: Vectors, queries: Vectors, exact: Any) -> list[str]:  # noqa: ANN401 - (n, 10) ids
    """Recall@10, bytes a node on disk (in memory they are as many), build and open seconds, and p50 of searches."""
    started, cpu = time.perf_counter(), time.process_time()
    index = _built(factory, stored)
    built, built_cpu = time.perf_counter() - started, time.process_time() - cpu
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.faiss"
        with path.open("wb") as file:
            digest = index.write(file)
        size = path.stat().st_size
        del index
        started = time.perf_counter()
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise RuntimeError(f"{path} was not written as it should be")
        opened = FaissIndex.read(path, stored.shape[1], factory, [])
        open_seconds = time.perf_counter() - started
        found, milliseconds = _searched(lambda query: opened.search(query, _K), queries)
        admitted = np.arange(0, len(stored), round(1 / _FILTERED_SHARE), dtype=np.int64)
        _, filtered = _searched(lambda query: opened.search(query, _K, NodeFilter(admitted)), queries)
    recall = np.mean([len(set(row) & set(right)) / _K for row, right in zip(found, exact, strict=True)])
    return [
        f"{recall:.3f}",
        f"{size / len(stored):,.0f}",
        f"{built:.1f}",
        f"{built_cpu:.1f}",
        f"{open_seconds:.2f}",
        f"{milliseconds:.2f}",
        f"{filtered:.2f}",
    ]


def _built(factory: str, stored: Vectors) -> FaissIndex:
    index = FaissIndex(stored.shape[1], factory)
    if index.training_size:
        index.train(stored[:: max(1, len(stored) // index.training_size)])
    for start in range(0, len(stored), _ADDED_AT_A_TIME):
        block = stored[start : start + _ADDED_AT_A_TIME]
        index.add(np.arange(start, start + len(block), dtype=np.int64), block)
    return index


def _searched(search: Callable[[Vectors], list[tuple[int, float]]], queries: Vectors) -> tuple[list[list[int]], float]:
    for query in queries[:5]:
        search(query)
    found: list[list[int]] = []
    seconds: list[float] = []
    for query in queries:
        started = time.perf_counter()
        hits = search(query)
        seconds.append(time.perf_counter() - started)
        found.append([node_id for node_id, _ in hits])
    return found, 1e3 * median(seconds)


def _exact(stored: Vectors, queries: Vectors) -> tuple[Any, float]:
    import faiss

    from ...indexing.faiss_factory import one_thread

    flat = faiss.IndexFlatIP(stored.shape[1])
    flat.add(stored)
    with one_thread():
        found, milliseconds = _searched(
            lambda query: [(int(row), 0.0) for row in flat.search(query[None], _K)[1][0]], queries
        )
    return found, milliseconds


if __name__ == "__main__":
    main()
