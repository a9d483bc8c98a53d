"""Recall against exact search, over the catalog's own vectors."""

import json

import numpy as np
import pytest

from chartwell.errors import EncoderMismatch
from chartwell.indexing.collection import Collection


@pytest.fixture
def filled(collection, make_document):
    with collection.writer() as writer:
        for number in range(20):
            writer.put(*make_document(f"{number}.txt", [f"word {number} {line}" for line in range(30)]))
    return collection


def queries(encode_text, count=12):
    return np.array([encode_text(f"query {number}") for number in range(count)])


def test_an_exact_index_finds_everything(filled, encode_text):
    recall = filled.recall(queries(encode_text))
    assert (recall.recall, recall.lowest, recall.factory) == (1.0, 1.0, "Flat")
    assert (recall.vectors, recall.queries, recall.k) == (600, 12, 10)
    assert json.loads(json.dumps(recall.to_dict()))["recall"] == 1.0


def test_an_index_that_looks_at_little_is_found_out(filled, encode_text):
    with Collection.open(filled.path, index_factory="IVF8,PQ1x2") as coarse:
        with coarse.writer():
            pass  # the writer builds what the recipe asks for
        recall = coarse.recall(queries(encode_text))
    assert recall.factory == "IVF8,PQ1x2"
    assert recall.lowest <= recall.recall < 0.5


def test_equal_vectors_are_equally_right(collection, make_document, encode_text):
    with collection.writer() as writer:
        for number in range(30):
            writer.put(*make_document(f"{number}.txt", ["the same words"]))
    assert collection.recall(queries(encode_text), k=5).recall == 1.0


def test_fewer_vectors_than_are_asked_for(collection, make_document, encode_text):
    with collection.writer() as writer:
        writer.put(*make_document("one.txt", ["alpha", "beta"]))
    assert collection.recall(queries(encode_text)).recall == 1.0


def test_an_unknown_space_is_refused(collection, encode_text):
    with pytest.raises(EncoderMismatch):
        collection.recall(queries(encode_text), space="image")


def test_a_sample_is_spread_over_the_collection(filled):
    assert len(filled.sample_nodes(10_000)) == 600
    sample = filled.sample_nodes(20)
    assert 15 <= len(sample) <= 20
    assert len({node.document_id for node in sample}) >= 15
