"""The benchmark of the vector index: its made-up vectors have neighbours, and its measures tell good from bad."""

import numpy as np

from chartwell.eval.benchmarks.index_size import _exact, made_up_vectors, measure


def test_vectors_are_of_unit_length_and_have_neighbours():
    vectors = made_up_vectors(2_000, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    nearest = np.sort(vectors[:50] @ vectors.T, axis=1)[:, -11:-1].mean()
    assert nearest > 0.5 > abs((vectors[:50] @ vectors.T).mean())


def test_exact_search_finds_all_and_a_coarse_code_does_not():
    vectors = made_up_vectors(2_050, 32)
    stored, queries = vectors[:2_000], vectors[2_000:]
    exact, _ = _exact(stored, queries)
    recall, size, *_ = measure("Flat", stored, queries, exact)
    assert (recall, size) == ("1.000", "136")
    recall, size, *_ = measure("IVF8,PQ4x4", stored, queries, exact)
    assert float(recall) < 0.6
    assert int(size) < 60
