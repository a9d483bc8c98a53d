"""Examples to learn from: what tuning orders is what a search orders."""

import numpy as np
import pytest

from chartwell.indexing.collection import Collection
from chartwell.indexing.documents import Box, Document, Node, Part, Region
from chartwell.retrieval.coarse import LexicalChannel, PhraseChannel
from chartwell.retrieval.fusion import WeightedFusion
from chartwell.retrieval.learning.example import HARD, Example, KnownQuestion, found_examples
from chartwell.retrieval.learning.fine_stage import FineStage
from chartwell.retrieval.learning.made_questions import made_questions
from chartwell.retrieval.learning.pool import Pool, PoolRanking
from chartwell.retrieval.mentioned_documents import DocumentMentions
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate, Reranked, Reranking
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.retriever import Retriever
from chartwell.retrieval.signal_stage import SignalStage

REGION = Region(1, Box(0, 0, 1, 1))
TEXTS = {
    "skarholm.txt": ["The toll rose to nine crowns.", "Grain was stored by the quay.", "The quay was paved in spring."],
    "elmsford.txt": ["The toll fell to four crowns.", "Ships with grain paid no toll at all.", "A grain ship sank."],
    "report-2021.txt": ["The toll stayed at six crowns in that year.", "Nobody paid in winter."],
}


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    with Collection.open(tmp_path_factory.mktemp("examples") / "kb") as collection, collection.writer() as writer:
        for source, texts in TEXTS.items():
            nodes = [
                Node("text", text, (Part(text, (REGION,)),), (REGION,), page=1, ordinal=ordinal)
                for ordinal, text in enumerate(texts)
            ]
            writer.put(Document(source, source, "text/plain"), nodes, {})
        yield collection


@pytest.fixture
def node_of(collection):
    nodes = {node.text: node for one in collection.documents() for node in collection.nodes_of(one.id)}
    return lambda start: next(node for text, node in nodes.items() if text.startswith(start))


class Recorder:
    """A fine stage that leaves the order and remembers what it was given."""

    name = "recorder"

    def __init__(self):
        self.given = []

    def rerank(self, query, candidates):
        self.given = list(candidates)
        items = [Reranked(one.node.id, -float(place), ()) for place, one in enumerate(candidates)]
        return Reranking(tuple(items), self.name)


class Backwards(Recorder):
    def rerank(self, query, candidates):
        return super().rerank(query, candidates[::-1])


def retriever_of(collection, reranker):
    channels = [LexicalChannel(collection), PhraseChannel(collection)]
    return Retriever(collection, channels, WeightedFusion(), reranker, fine_depth=4)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How high was the toll?", ""),
        ('Who sailed with "grain ship" and paid a toll?', "elmsford.txt"),
        ("How high was the toll of Skarholm?", "skarholm.txt"),
        ("How high was the toll in the 2021 report?", "report-2021.txt"),
    ],
)
def test_candidates_are_what_a_search_gives_its_fine_stage(collection, question, best):
    recorder = Recorder()
    retriever = retriever_of(collection, recorder)
    retriever.retrieve(question)
    found = retriever.candidates(parse_query(question))
    assert found[:4] == recorder.given
    assert not best or found[0].node.text in TEXTS[best]


def test_examples_hold_them_with_the_evidence_among_them(collection, node_of):
    right = node_of("The toll rose")
    groups = collection.groups([right.id])
    evidence = (frozenset({groups[right.id]}), frozenset({-1}))
    question = KnownQuestion("1", parse_query("the toll of Skarholm"), evidence, frozenset({right.document_id}))
    retriever = retriever_of(collection, Recorder())
    (example,) = found_examples(collection, [question], retriever.candidates)
    assert list(example.candidates) == retriever.candidates(question.query)
    assert example.relevant == (frozenset({right.id}), frozenset())
    assert example.positive == right


def test_negatives_are_hard_admitted_and_not_beside_the_evidence(make_node):
    nodes = [make_node(n, ["x"], "text", document_id=1 + n // 40, ordinal=n) for n in range(1, 60)]
    candidates = tuple(Candidate(node, 1 - node.id / 100) for node in nodes)
    question = KnownQuestion("1", parse_query("x"), (), frozenset({1}))
    example = Example(question, candidates, (frozenset({5}), frozenset({20})))
    negatives = example.negatives(lambda node_id: node_id != 9)
    wanted = set(range(1, HARD + 1)) - {4, 5, 6, 9, 19, 20, 21}
    assert [node.id for node in negatives] == sorted(wanted)


def test_the_fine_stage_orders_the_first_and_leaves_the_rest(collection, node_of):
    starts = ("The toll rose", "The toll fell", "The toll stayed", "Grain was")
    nodes = [node_of(start) for start in starts]
    candidates = tuple(Candidate(node, 1 - place / 10) for place, node in enumerate(nodes))
    stage = FineStage(SignalStage(collection, 0.3), 3)

    def ndcg(right, reranker, question="the toll"):
        known = KnownQuestion("1", parse_query(question), (), frozenset())
        return stage.ndcg(Example(known, candidates, (frozenset({nodes[right].id}),)), reranker)

    assert ndcg(0, Recorder()) == ndcg(2, Backwards()) == 1.0
    assert ndcg(3, Recorder()) == ndcg(3, Backwards()) == pytest.approx(1 / np.log2(5))
    assert stage.ndcg(Example(KnownQuestion("1", parse_query("x"), (), frozenset()), (), ()), Recorder()) == 0.0


def test_signals_of_the_question_count_in_the_fine_stage(collection, node_of):
    scores = {"Nobody paid": 0.5, "The toll fell": 0.7, "The quay was": 0.6}
    alike = [Candidate(node_of(start), score) for start, score in scores.items()]
    known = KnownQuestion("1", parse_query("who paid in 2021?"), (), frozenset())
    example = Example(known, tuple(alike), (frozenset({alike[0].node.id}),))
    alignment = RegionAlignmentReranker(lambda tokens: ({}, 10), weight=0.0)
    with_signals, without = (FineStage(SignalStage(collection, weight), 3) for weight in (5.0, 0.0))
    assert with_signals.ndcg(example, alignment) == 1.0
    assert without.ndcg(example, alignment) < 1.0


class TestPool:
    @pytest.fixture
    def nodes(self, collection):
        return collection.sample_nodes(100)

    def example(self, collection, nodes, question, *, rest=0.0, mentions=None):
        """Vectors tell nothing but how near the rest lies."""
        pool = Pool(collection, nodes, PoolRanking(WeightedFusion(), mentions))
        vectors = np.zeros((len(nodes), 2), np.float32)
        asked = np.array([1, 0], np.float32)
        return pool.example(question, vectors, asked, np.array([rest, 0], np.float32))

    def made(self, collection, nodes, node):
        return next(one for one in made_questions(collection, nodes) if one.made.node.id == node.id)

    @pytest.fixture
    def long_collection(self, tmp_path):
        """Passages of two sentences each, the first of which can ask for the rest."""
        with Collection.open(tmp_path / "kb") as collection, collection.writer() as writer:
            for name in ("crane", "bridge", "beacon", "market"):
                nodes = []
                for ordinal in range(3):
                    lines = (f"Who repaired the old {name} of part {ordinal}?", f"It was mended by {name} masons " * 3)
                    parts = tuple(Part(line, (REGION,)) for line in lines)
                    nodes.append(Node("text", " ".join(lines), parts, (REGION,), page=1, ordinal=ordinal))
                writer.put(Document(f"{name}.txt", name, "text/plain"), nodes, {})
            yield collection

    def test_a_node_takes_part_without_what_asks_for_it_and_its_neighbours_not_at_all(self, long_collection):
        nodes = long_collection.sample_nodes(100)
        node = next(node for node in nodes if "crane of part 1" in node.text)
        question = self.made(long_collection, nodes, node)
        found = self.example(long_collection, nodes, question, rest=1.0)
        ids = [candidate.node.id for candidate in found.candidates]
        assert found.positive == question.made.rest
        assert found.relevant == (frozenset({question.made.rest.id}),)
        assert ids[0] == question.made.rest.id
        assert question.query.text not in found.candidates[0].node.text
        assert not question.made.kin & set(ids)
        assert node.id not in ids

    def test_a_rest_that_is_missed_stands_last(self, long_collection):
        nodes = long_collection.sample_nodes(100)
        question = made_questions(long_collection, nodes)[0]
        found = self.example(long_collection, nodes, question, rest=-1.0)
        assert question.made.rest.id in {candidate.node.id for candidate in found.candidates}

    def test_documents_that_the_question_mentions_are_preferred(self, collection, nodes, node_of):
        known = KnownQuestion("1", parse_query("the toll of Elmsford"), (), frozenset())
        plain = self.example(collection, nodes, known)
        with_names = self.example(collection, nodes, known, mentions=DocumentMentions(collection))
        best = with_names.candidates[0].node
        assert best.document_id == node_of("A grain ship").document_id
        assert [c.node.id for c in plain.candidates] != [c.node.id for c in with_names.candidates]
