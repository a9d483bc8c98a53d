"""The way to a GPU, walked on a machine that has none: FAISS's GPU functions are stood in for by copies on the CPU."""

import threading
from types import SimpleNamespace

import faiss
import numpy as np
import pytest

from chartwell.indexing import faiss_gpu
from chartwell.indexing.faiss_index import FaissIndex
from chartwell.indexing.index_protocols import NodeFilter

DIMENSION = 16


def made(factory, count=600):
    vectors = np.random.default_rng(1).standard_normal((count, DIMENSION)).astype(np.float32)
    index = FaissIndex(DIMENSION, factory)
    if index.training_size:
        index.train(vectors)
    index.add(np.arange(count, dtype=np.int64) * 3, vectors)
    return index, vectors


@pytest.fixture
def gpu(monkeypatch):
    """A FAISS with one GPU; `.copies` counts the replicas made, `.searches` what was asked of them."""
    seen = SimpleNamespace(copies=0, searches=0, fail=False)

    class Replica:
        def __init__(self, index):
            self.index = index

        def search(self, query, depth, params):
            assert getattr(params, "sel", None) is None, "a GPU index takes no filter"
            assert depth <= 2048
            seen.searches += 1
            return self.index.search(query, depth, params=params)

    def copy(resources, device, index, options):
        if seen.fail:
            raise RuntimeError("out of memory")
        assert isinstance(index, (faiss.IndexFlat, faiss.IndexIVF))
        assert options.allowCpuCoarseQuantizer
        seen.copies += 1
        return Replica(faiss.clone_index(index))

    monkeypatch.setattr(faiss, "index_cpu_to_gpu", copy, raising=False)
    monkeypatch.setattr(faiss, "get_num_gpus", lambda: 1)
    resources = SimpleNamespace(setTempMemory=lambda size: None)
    monkeypatch.setattr(faiss, "StandardGpuResources", lambda: resources, raising=False)
    monkeypatch.setattr(faiss, "GpuClonerOptions", SimpleNamespace, raising=False)
    monkeypatch.setattr(faiss_gpu, "WORTH_COPYING", 100)
    return seen


@pytest.mark.parametrize("factory", ["Flat", "IVF8_HNSW32,SQ8"])
def test_what_the_gpu_finds_is_what_the_cpu_finds(factory, gpu):
    index, vectors = made(factory)
    found = index.search(vectors[5], 7)
    assert found[0][0] == 15
    assert (gpu.copies, gpu.searches) == (1, 1)
    gpu.fail = True
    assert made(factory)[0].search(vectors[5], 7) == found


def test_a_change_is_seen_and_copied_once(gpu):
    index, vectors = made("Flat")
    index.search(vectors[5], 7)
    index.remove(np.array([15]))
    index.add(np.array([5_000]), vectors[5:6])
    assert index.search(vectors[5], 1)[0][0] == 5_000
    index.search(vectors[6], 1)
    assert gpu.copies == 2


def test_filters_graphs_small_indexes_and_deep_searches_stay_on_the_cpu(gpu):
    index, vectors = made("Flat", 3_000)
    assert index.search(vectors[5], 7, NodeFilter(np.array([0, 15]))) != []
    assert len(index.search(vectors[5], 2_900)) == 2_900
    made("HNSW32")[0].search(vectors[5], 7)
    made("Flat", 50)[0].search(vectors[5], 7)
    assert gpu.copies == 0


def test_a_gpu_without_room_costs_nothing_but_time(gpu, caplog):
    gpu.fail = True
    index, vectors = made("Flat")
    assert index.search(vectors[5], 1)[0][0] == 15
    assert index.search(vectors[6], 1)[0][0] == 18
    assert sum("out of memory" in record.message for record in caplog.records) == 1


def test_several_threads_share_one_replica(gpu):
    index, vectors = made("Flat")
    threads = [threading.Thread(target=index.search, args=(vectors[row], 3)) for row in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gpu.copies == 1


def test_a_build_without_gpu_code_has_none(monkeypatch):
    monkeypatch.delattr(faiss, "index_cpu_to_gpu", raising=False)
    assert faiss_gpu.gpu_count() == 0
