"""Questions of several threads are encoded together, and each gets what it would get alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder
from chartwell.retrieval.query_batching import TEXTS_AT_ONCE, QueryBatching

_PATIENCE = 20


class Encoder:
    """Encodes a text as its length, one batch at a time, the first only when the gate is opened; keeps the batches."""

    def __init__(self):
        self.batches = []
        self.gate = threading.Event()
        self.started = threading.Event()

    def __call__(self, texts):
        self.batches.append(list(texts))
        self.started.set()
        assert self.gate.wait(_PATIENCE)
        if any("bad" in text for text in texts):
            raise ValueError(f"cannot encode {len(texts)} texts")
        return np.array([[len(text)] for text in texts], np.float32)


@pytest.fixture
def encoder():
    return Encoder()


def _together(encoder, batching, searches):
    """The first search begins alone; the others come while it is encoded. Returns what each got, or its error."""
    with ThreadPoolExecutor(len(searches)) as pool:
        first = pool.submit(batching.encode, searches[0])
        assert encoder.started.wait(_PATIENCE)
        others = [pool.submit(batching.encode, texts) for texts in searches[1:]]
        _until(lambda: len(batching._waiting) == len(others))
        encoder.gate.set()
        return [done.exception(_PATIENCE) or done.result() for done in (first, *others)]


def _until(condition):
    waited = threading.Event()
    for _ in range(100 * _PATIENCE):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError("it did not come about")


def test_one_search_is_encoded_alone(encoder):
    encoder.gate.set()
    assert QueryBatching(encoder).encode(["a", "bcd"]).tolist() == [[1], [3]]
    assert encoder.batches == [["a", "bcd"]]


def test_searches_that_wait_are_encoded_together(encoder):
    searches = [["x"], *[["y" * number, "z"] for number in range(2, 9)]]
    found = _together(encoder, QueryBatching(encoder), searches)
    assert [vectors.tolist() for vectors in found] == [[[len(text)] for text in texts] for texts in searches]
    assert len(encoder.batches) == 2
    assert sorted(encoder.batches[1]) == sorted(text for texts in searches[1:] for text in texts)


def test_batches_are_limited_and_everybody_is_served(encoder):
    searches = [["x"] * 3 for _ in range(40)]
    found = _together(encoder, QueryBatching(encoder), searches)
    assert all(vectors.shape == (3, 1) for vectors in found)
    assert max(map(len, encoder.batches)) <= TEXTS_AT_ONCE
    assert sum(map(len, encoder.batches)) == 120


def test_a_single_search_may_have_more_texts_than_a_batch(encoder):
    encoder.gate.set()
    assert QueryBatching(encoder).encode(["x"] * (3 * TEXTS_AT_ONCE)).shape == (3 * TEXTS_AT_ONCE, 1)


def test_a_search_that_fails_does_not_fail_those_beside_it(encoder):
    found = _together(encoder, QueryBatching(encoder), [["x"], ["good"], ["bad"], ["fine"]])
    assert [found[place].tolist() for place in (0, 1, 3)] == [[[1]], [[4]], [[4]]]
    assert isinstance(found[2], ValueError)
    assert str(found[2]) == "cannot encode 1 texts"


def test_a_failure_leaves_the_next_search_free(encoder):
    encoder.gate.set()
    batching = QueryBatching(encoder)
    with pytest.raises(ValueError, match="cannot encode"):
        batching.encode(["bad"])
    assert batching.encode(["good"]).tolist() == [[4]]


def test_a_search_that_is_interrupted_while_it_waits_is_left_out(encoder):
    batching = QueryBatching(encoder)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(batching.encode, ["x"])
        assert encoder.started.wait(_PATIENCE)
        interrupted = pool.submit(batching.encode, ["gone"])
        _until(lambda: batching._waiting)
        search = batching._waiting[0]
        batching._withdraw(search)  # what an interrupt of its thread does
        last = pool.submit(batching.encode, ["stays"])
        _until(lambda: len(batching._waiting) == 1 and batching._waiting[0] is not search)
        encoder.gate.set()
        assert first.result(_PATIENCE).tolist() == [[1]]
        assert last.result(_PATIENCE).tolist() == [[5]]
        search.woken.set()
        interrupted.result(_PATIENCE)
    assert ["gone"] not in encoder.batches[:2]


def test_a_search_that_is_interrupted_before_it_encodes_holds_up_nobody(encoder, monkeypatch):
    batching = QueryBatching(encoder)
    encoder.gate.set()
    with monkeypatch.context() as patch:
        patch.setattr(batching, "_next_batch", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            batching.encode(["gone"])
    with ThreadPoolExecutor(1) as pool:
        after = pool.submit(batching.encode, ["stays"])
        try:
            assert after.result(_PATIENCE).tolist() == [[5]]
        finally:
            for search in batching._waiting:  # where it is held up, the test fails and does not hang
                search.woken.set()
    assert encoder.batches == [["stays"]]


def _interrupted():
    raise KeyboardInterrupt


def test_vectors_are_the_same_alone_and_together(tiny_clip):
    encoder = SentenceEncoder(str(tiny_clip), device="cpu")
    words = ["revenue", "rose", "margin", "fell", "operating"]
    questions = [" ".join(words[: 1 + number % 5]) + f" to {number}" for number in range(24)]
    alone = [encoder.encode_queries([question])[0] for question in questions]
    batching = QueryBatching(encoder.encode_queries)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: batching.encode([question])[0], questions))
    np.testing.assert_allclose(together, alone, atol=1e-5)
