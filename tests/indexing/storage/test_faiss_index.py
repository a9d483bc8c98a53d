import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import CollectionDamaged, EncoderMismatch, SettingsError
from chartwell.indexing.faiss_factory import choose_factory, outgrown
from chartwell.indexing.faiss_index import FaissIndex
from chartwell.indexing.index_protocols import NodeFilter

DIMENSION = 16


def unit_vectors(count, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def only(ids):
    return NodeFilter(np.array(sorted(ids), dtype=np.int64))


def brute_force(vectors, ids, query, k):
    # One by one: a product of all rows may round equal ones differently.
    scores = [float(vector @ query) for vector in vectors]
    return [int(ids[row]) for row in sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))[:k]]


class VectorIndexConformance:
    """What every `VectorIndex` must do; a subclass says how to make one over some vectors."""

    def make(self, ids, vectors):
        raise NotImplementedError

    @pytest.fixture
    def filled(self):
        ids, vectors = np.arange(10, 610, dtype=np.int64), unit_vectors(600)
        return self.make(ids, vectors), ids, vectors

    def test_finds_each_vector_itself(self, filled):
        index, ids, vectors = filled
        assert len(index) == 600
        found = [index.search(vectors[row], 1)[0][0] for row in range(0, 600, 7)]
        assert np.mean(np.array(found) == ids[::7]) > 0.97

    def test_finds_the_true_neighbours(self, filled):
        index, ids, vectors = filled
        hits = 0
        for query in unit_vectors(20, seed=5):
            hits += len({found for found, _ in index.search(query, 10)} & set(brute_force(vectors, ids, query, 10)))
        assert hits > 0.9 * 200

    def test_scores_are_inner_products_in_falling_order(self, filled):
        index, _ids, vectors = filled
        query = unit_vectors(1, seed=9)[0]
        result = index.search(query, 25)
        assert [score for _, score in result] == sorted((score for _, score in result), reverse=True)
        for found, score in result:
            assert score == pytest.approx(float(vectors[found - 10] @ query), abs=0.02)

    def test_removed_ids_are_not_found(self, filled):
        index, _ids, vectors = filled
        index.remove(np.array([10, 11, 99_999]))
        assert len(index) == 598
        assert index.ids().tolist() == list(range(12, 610))
        assert {found for found, _ in index.search(vectors[0], 598)} == set(range(12, 610))
        index.remove(np.array([10]))
        assert len(index) == 598

    @pytest.mark.parametrize("share", [0.002, 0.01, 0.3, 0.9])
    def test_filter_is_applied_before_the_cut(self, filled, share):
        index, ids, vectors = filled
        admitted = ids[np.random.default_rng(1).random(600) < share]
        index.remove(admitted[:1])
        query = unit_vectors(1, seed=11)[0]
        wanted = brute_force(vectors[admitted[1:] - 10], admitted[1:], query, 10)
        found = [one for one, _ in index.search(query, 10, only(admitted))]
        assert len(found) == len(wanted)
        assert set(found) <= set(admitted[1:].tolist())
        assert len(set(found) & set(wanted)) >= 0.8 * len(wanted)

    def test_filter_of_unknown_ids_finds_nothing(self, filled):
        index, _, vectors = filled
        assert index.search(vectors[0], 5, only([1, 2, 5_000])) == []
        assert index.search(vectors[0], 5, only([])) == []

    def test_adding_twice_is_refused(self, filled):
        index, ids, vectors = filled
        with pytest.raises(ValueError, match="before"):
            index.add(ids[:1], vectors[:1])
        with pytest.raises(ValueError, match="before"):
            index.add(np.array([9_000, 9_000]), vectors[:2])

    def test_added_vectors_are_found(self, filled):
        index, _, _ = filled
        new = unit_vectors(5, seed=3)
        index.add(np.arange(7_000, 7_005), new)
        assert [index.search(vector, 1)[0][0] for vector in new] == list(range(7_000, 7_005))

    def test_k_of_nothing_and_of_too_much(self, filled):
        index, _, vectors = filled
        assert index.search(vectors[0], 0) == []
        assert len(index.search(vectors[0], 10_000)) == 600

    def test_other_dimension_is_refused(self, filled):
        index, _, _ = filled
        with pytest.raises(EncoderMismatch, match="reindex"):
            index.search(np.ones(3, dtype=np.float32), 5)

    def test_survives_a_file(self, filled, tmp_path):
        index, _, vectors = filled
        index.remove(np.array([20]))
        path = tmp_path / "index"
        with path.open("wb") as file:
            digest = index.write(file)
        assert len(digest) == 64
        again = FaissIndex.read(path, DIMENSION, index.factory, index.removed_ids)
        assert again.ids().tolist() == index.ids().tolist()
        assert again.search(vectors[3], 7) == index.search(vectors[3], 7)
        path.unlink()  # a later snapshot takes its place while this one is searched
        again.add(np.array([8_000]), unit_vectors(1, seed=4))
        assert len(again) == 600
        assert again.search(unit_vectors(1, seed=4)[0], 1)[0][0] == 8_000
        assert again.search(vectors[3], 7)[0] == index.search(vectors[3], 7)[0]

    def test_what_was_read_can_be_written_again(self, filled, tmp_path):
        index, _, vectors = filled
        with (tmp_path / "index").open("wb") as file:
            digest = index.write(file)
        again = FaissIndex.read(tmp_path / "index", DIMENSION, index.factory, [])
        with (tmp_path / "copy").open("wb") as file:
            assert again.write(file) == digest
        assert again.search(vectors[3], 7) == index.search(vectors[3], 7)

    def test_what_was_read_can_be_removed_from_and_filtered(self, filled, tmp_path):
        index, ids, vectors = filled
        with (tmp_path / "index").open("wb") as file:
            index.write(file)
        again = FaissIndex.read(tmp_path / "index", DIMENSION, index.factory, [])
        assert again.search(vectors[3], 5, only(ids[:50])) == index.search(vectors[3], 5, only(ids[:50]))
        for each in (index, again):
            each.remove(ids[:200])
        assert again.search(vectors[3], 9) == index.search(vectors[3], 9)
        assert again.ids().tolist() == ids[200:].tolist()


def trained(factory, ids, vectors):
    index = FaissIndex(DIMENSION, factory)
    if index.training_size:
        index.train(vectors)
    index.add(ids, vectors)
    return index


class TestFlat(VectorIndexConformance):
    def make(self, ids, vectors):
        return trained("Flat", ids, vectors)

    def test_waste_is_given_back(self, filled):
        index, ids, _ = filled
        index.remove(ids[:300])
        assert index.wasted == 0


class TestHnsw(VectorIndexConformance):
    def make(self, ids, vectors):
        return trained("HNSW32", ids, vectors)

    def test_waste_is_counted(self, filled):
        index, ids, _ = filled
        index.remove(ids[:150])
        assert index.wasted == 0.25


class TestInvertedFile(VectorIndexConformance):
    def make(self, ids, vectors):
        return trained("IVF8_HNSW32,SQ8", ids, vectors)


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.integers(0, 5), min_size=1, max_size=60),
    removed=st.sets(st.integers(0, 59)),
    k=st.integers(1, 70),
    admitted=st.none() | st.sets(st.integers(0, 59)),
)
def test_flat_equals_brute_force_even_where_scores_tie(rows, removed, k, admitted):
    base = unit_vectors(6, seed=2)
    ids, vectors = np.arange(len(rows), dtype=np.int64) * 3, base[rows]
    index = trained("Flat", ids, vectors)
    index.remove(np.array(sorted(removed), dtype=np.int64) * 3)
    keep = [row for row in range(len(rows)) if row not in removed and (admitted is None or row in admitted)]
    wanted = brute_force(vectors[keep], ids[keep], base[0], k)
    node_filter = None if admitted is None else only(3 * row for row in admitted)
    assert [found for found, _ in index.search(base[0], k, node_filter)] == wanted


def test_ties_at_the_cut_go_to_the_smallest_ids():
    vectors = np.repeat(unit_vectors(1), 200, axis=0)
    index = trained("Flat", np.arange(199, -1, -1, dtype=np.int64), vectors)
    assert [found for found, _ in index.search(vectors[0], 5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"IxM2" + b"\0" * 50])
def test_damaged_file_is_refused(tmp_path: Path, content):
    path = tmp_path / "index"
    path.write_bytes(content)
    with pytest.raises(CollectionDamaged):
        FaissIndex.read(path, DIMENSION, "Flat", [])


def test_file_of_another_dimension_is_refused(tmp_path):
    with (tmp_path / "index").open("wb") as file:
        trained("Flat", np.arange(3), unit_vectors(3)).write(file)
    with pytest.raises(CollectionDamaged):
        FaissIndex.read(tmp_path / "index", DIMENSION + 1, "Flat", [])


@pytest.mark.parametrize(("k", "least"), [(400, 400), (10**6, 4_000)])
def test_an_inverted_file_gives_as_many_as_are_wanted(k, least):
    vectors = unit_vectors(4_000)
    index = trained("IVF100,SQ8", np.arange(4_000, dtype=np.int64), vectors)
    assert len(index.search(vectors[0], k)) == least
    admitted = only(range(0, 4_000, 4))
    assert len(index.search(vectors[0], k, admitted)) == min(k, 1_000)


def test_the_recipe_follows_the_size():
    sizes = {
        0: "Flat",
        20_000: "Flat",
        20_001: "IVF512,SQ8",
        100_000: "IVF1024,SQ8",
        1_000_000: "IVF4096,SQ8",
        4_000_000: "IVF8192,SQ8",
    }
    assert {count: choose_factory(count) for count in sizes} == sizes
    assert choose_factory(10, "IVF1024_HNSW32,SQ8") == "Flat", "too few to train"
    assert choose_factory(10, "HNSW16") == "HNSW16"


@given(st.integers(20_001, 10**8))
def test_an_inverted_file_has_enough_vectors_to_train_it_and_a_grown_one_settles(count):
    lists = int(re.search(r"IVF(\d+)", choose_factory(count))[1])
    assert count >= 39 * lists
    assert not outgrown(choose_factory(count), count, None)
    assert outgrown(choose_factory(count), 16 * count, None)


def test_an_index_is_outgrown_with_some_slack():
    assert not outgrown("Flat", 23_000, None)
    assert outgrown("Flat", 30_000, None)
    assert not outgrown("HNSW32", 10, None)
    assert outgrown("Flat", 10, "HNSW32")
    assert not outgrown("IVF512,SQ8", 40_000, None)
    assert outgrown("IVF512,SQ8", 100_000, None)
    assert not outgrown("IVF4096,SQ8", 30_000, None), "larger than its contents need"


def test_a_graph_of_an_older_collection_stays():
    assert not outgrown("HNSW32", 100_000, None)
    assert outgrown("HNSW32", 2_000_000, None)


@pytest.mark.parametrize(
    "factory", ["PCA8,Flat", "IVF8,PQ4,RFlat", "nonsense", "HNSW-1x", "HNSW0", "HNSW1", "IVF0,SQ8"]
)
def test_unsupported_recipes_are_refused(factory):
    with pytest.raises(SettingsError):
        FaissIndex(DIMENSION, factory)
