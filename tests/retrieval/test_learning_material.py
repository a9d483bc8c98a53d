"""Questions into examples: what is held out is not trained on, and no more is made than there is time for."""

import pytest

from chartwell.errors import NothingToLearn
from chartwell.indexing.collection import Collection
from chartwell.indexing.documents import Box, Document, Node, Part, Region
from chartwell.retrieval.fusion import WeightedFusion
from chartwell.retrieval.learning import material
from chartwell.retrieval.learning.example import KnownQuestion
from chartwell.retrieval.learning.material import given_material, pool_for, pool_size
from chartwell.retrieval.learning.pool import PoolRanking
from chartwell.retrieval.learning.report import Budget, TuningCancelled
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate

REGION = Region(1, Box(0, 0, 1, 1))
DOCUMENTS = 40
NOTICE = "Tolls are paid at the gate of the harbour before noon, in crowns, by every ship that carries grain."


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """Each document has a passage of its own, and the even ones have one that is the same in all of them."""
    with Collection.open(tmp_path_factory.mktemp("material") / "kb") as collection, collection.writer() as writer:
        for number in range(DOCUMENTS):
            texts = [
                f"Gate {number} was built by mason {number * 7} of town {number * 13}.",
                *[NOTICE] * (1 - number % 2),
            ]
            nodes = [
                Node("text", text, (Part(text, (REGION,)),), (REGION,), page=1, ordinal=3 * ordinal)
                for ordinal, text in enumerate(texts)
            ]
            writer.put(Document(f"{number}.txt", str(number), "text/plain"), nodes, {})
        yield collection


@pytest.fixture(scope="module")
def nodes(collection):
    return {node.id: node for one in collection.documents() for node in collection.nodes_of(one.id)}


@pytest.fixture
def questions(collection, nodes):
    own = {node.document_id: node for node in nodes.values() if node.text.startswith("Gate")}
    groups = collection.groups([node.id for node in own.values()])
    return [
        KnownQuestion(
            str(id_), parse_query(f"who built {node.text[:8]}?"), (frozenset({groups[node.id]}),), frozenset({id_})
        )
        for id_, node in own.items()
    ]


def parts_of(collection, nodes, questions, budget=None, on_event=lambda _: None):
    every = [Candidate(node, -float(node.id)) for node in nodes.values()]
    return given_material(collection, questions, lambda _: every, 0, budget or Budget(60.0), on_event)


def test_no_document_of_the_other_parts_is_trained_on_nor_a_copy_of_what_stands_in_one(collection, nodes, questions):
    events = []
    parts = parts_of(collection, nodes, questions, on_event=events.append)
    assert sum(parts.counts.values()) == len(questions)
    assert [event.done for event in events][-1] == len(questions)
    kept = {id_ for part in (parts.validation, parts.held_out) for one in part for id_ in one.question.documents}
    admitted = {node_id for node_id in nodes if parts.admitted(node_id)}
    assert admitted
    for node_id, node in nodes.items():
        # The notice stands in documents of all three parts.
        assert (node_id in admitted) == (node.document_id not in kept and node.text != NOTICE)


def test_a_part_has_no_more_than_there_is_time_for(collection, nodes, questions, monkeypatch):
    monkeypatch.setattr(material, "_MOST_HELD_OUT", 9)
    assert parts_of(collection, nodes, questions).counts["held_out"] == 9


def test_it_is_broken_off_where_nobody_waits_any_more(collection, nodes, questions):
    with pytest.raises(TuningCancelled):
        parts_of(collection, nodes, questions, Budget(60.0, lambda: True))


def test_too_few_questions_are_refused(collection, nodes, questions):
    with pytest.raises(NothingToLearn, match="too few"):
        parts_of(collection, nodes, questions[:6])


def test_the_pool_follows_the_time_within_bounds():
    sizes = [pool_size(Budget(60.0 * minutes)) for minutes in (0.1, 10, 20, 10_000)]
    assert sizes == sorted(sizes)
    assert 0 < sizes[0] < sizes[2] < sizes[3] == pool_size(Budget(60.0 * 20_000))


def test_what_held_out_questions_ask_for_is_in_the_pool_however_small(collection, nodes, questions, monkeypatch):
    parts = parts_of(collection, nodes, questions)
    monkeypatch.setattr(material, "_LEAST_POOL", 3)
    pool = pool_for(collection, parts, PoolRanking(WeightedFusion()), Budget(0.1))
    held = {node_id for example in parts.held_out for piece in example.relevant for node_id in piece}
    ids = {node.id for node in pool.nodes}
    assert held <= ids
