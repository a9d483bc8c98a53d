import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import ModelUnavailable, NothingToLearn
from chartwell.indexing.documents import ChartReading, Table
from chartwell.indexing.node_encoding import NodeEncoder
from chartwell.retrieval.learning.cross_encoder_training import train_cross_encoder
from chartwell.retrieval.learning.encoder_training import EncoderTrainingOptions
from chartwell.retrieval.learning.encoder_tuning import EncoderTuning
from chartwell.retrieval.learning.example import Example, KnownQuestion, MadeFrom, rest_id, stored_id
from chartwell.retrieval.learning.judging import ndcg, verdict
from chartwell.retrieval.learning.made_questions import without
from chartwell.retrieval.learning.pool import encode_questions
from chartwell.retrieval.learning.ranking_group import RankingGroup
from chartwell.retrieval.learning.report import Budget
from chartwell.retrieval.learning.split import split_by_document
from chartwell.retrieval.query import parse_query


def known(number, *documents):
    return KnownQuestion(str(number), parse_query("why"), (), frozenset(documents))


@given(
    st.lists(st.frozensets(st.integers(1, 60), min_size=1, max_size=3), min_size=1, max_size=80),
    st.integers(0, 5),
)
def test_no_document_is_in_two_parts(holdings, seed):
    questions = [known(number, *documents) for number, documents in enumerate(holdings)]
    sources = {number: f"{number}.pdf" for number in range(61)}
    try:
        split = split_by_document(questions, sources, seed)
    except NothingToLearn:
        return
    parts = (split.training, split.validation, split.held_out)
    held = [frozenset().union(*(question.documents for question in part)) for part in parts]
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]
    assert sorted(question.id for part in parts for question in part) == sorted(one.id for one in questions)
    assert min(len(split.training), len(split.held_out)) >= 8
    assert split == split_by_document(questions, sources, seed)


def test_a_division_has_its_shares_and_mostly_stays_when_a_collection_grows():
    sources = {number: f"{number}.pdf" for number in range(220)}
    first = split_by_document([known(number, number) for number in range(200)], sources, 0)
    assert [len(first.training), len(first.validation), len(first.held_out)] == [100, 20, 80]
    grown = split_by_document([known(number, number) for number in range(220)], sources, 0)
    assert len(set(first.held_out) & set(grown.held_out)) > 70


def test_ndcg():
    assert ndcg([1, 2, 3], [frozenset({1})]) == 1
    assert ndcg([2, 1, 3], [frozenset({1})]) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([1, 2, 3], [frozenset({1, 2})]) == 1
    assert ndcg([1, 9, 2], [frozenset({1}), frozenset({2})]) == pytest.approx((1 + 0.5) / (1 + 0.63093), abs=1e-4)
    assert ndcg([1], [frozenset({1}), frozenset()]) == pytest.approx(1 / 1.63093, abs=1e-4)
    assert ndcg(list(range(11)), [frozenset({10})]) == 0


def test_a_verdict_finds_what_is_there_and_nothing_else():
    draw = np.random.default_rng(0)
    base = draw.random(100)
    better = np.clip(base + draw.normal(0.08, 0.1, 100), 0, 1)
    assert verdict(base, better, 0).better
    assert not verdict(better, base, 0).better
    assert verdict(base, base, 0).p == 1
    found = [verdict(base, base + draw.normal(0, 0.1, 100), seed).better for seed in range(30)]
    assert sum(found) <= 4


def test_a_piece_is_taken_out_wherever_it_stands(make_node):
    title = "More adults live alone than ever"
    lines = ["More adults live", "alone than ever", "2019: 28%", "2020: more adults live alone than ever, 29%"]
    reading = ChartReading(title=title)
    node = make_node(7, lines, caption=f"Figure 2: {title}", headings=("Families", title), reading=reading)
    rest = without(node, title)
    assert rest.reading.title == ""
    assert title.casefold() not in " ".join(rest.text.split()).casefold()
    assert [part.text for part in rest.parts] == ["2019: 28%", "2020:  , 29%"]
    assert rest.headings == ("Families",)
    assert rest.caption == "Figure 2:"


def test_what_is_asked_for_does_not_stand_in_the_title_of_the_chart(make_node):
    reading = ChartReading(title="More adults live alone", subtitle="Share in 2019, %")
    node = make_node(7, ["2019: 28%"], caption="Figure 2: more adults live alone", reading=reading)
    assert without(node, node.caption).reading == ChartReading(subtitle="Share in 2019, %")
    assert without(node, "share in 2019, %").reading == ChartReading(title="More adults live alone")
    assert without(node, "Families").reading == reading


class _Titles:
    """A text encoder that looks for trains at the beginning."""

    dimension = 2

    def encode_documents(self, texts):
        return np.array([[1.0, 0.0] if "trains" in text[:20] else [0.0, 1.0] for text in texts], np.float32)

    encode_queries = encode_documents


def test_rests_are_encoded_as_nodes_and_questions_by_what_they_ask(make_node):
    rest = make_node(-7, ["2019: 28%"], reading=ChartReading(title="More trains"))
    made = MadeFrom(make_node(7, ["2019: 28%"]), rest, frozenset())
    query = parse_query("Good morning to all of you there. How many trains left the harbour in 2019?")
    questions = [KnownQuestion("1", query, (), frozenset({1}), made), known(2, 1)]
    encoded = encode_questions(None, _Titles(), questions)
    np.testing.assert_allclose(encoded.rests, [[0.6, 0.8], [0, 0]], atol=1e-6)
    np.testing.assert_allclose(encoded.questions, [[1, 0], [0, 1]])


class _Seen:
    """A pool of one chart, and a fine stage that finds nothing; it keeps the vectors that it is given."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.vectors = []

    def example(self, question, vectors, asked, rest):
        self.vectors.append(vectors)
        return Example(question, (), ())

    def ndcg(self, example, reranker):
        return 0.0


def test_an_encoder_is_judged_over_vectors_as_the_collection_has_them(make_node):
    seen = _Seen([make_node(7, ["2019: 28%"], reading=ChartReading(title="More trains"))])
    stored = NodeEncoder(None, _Titles(), None).encode_texts(seen.nodes)
    options = EncoderTrainingOptions()
    tuning = EncoderTuning(None, None, _Titles(), None, seen, None, seen, options)
    examples = [Example(known(number, number), (), ()) for number in range(3)]
    found = tuning._judge(examples, stored, _Titles(), Budget(60, lambda: False), lambda _: None)
    assert found.before == found.after
    for vectors in seen.vectors:
        np.testing.assert_array_equal(vectors, stored)
    assert len(seen.vectors) == 6


def test_a_sentence_is_taken_out_of_a_passage(make_node):
    sentences = ["The harbour grew.", "It handled 412 ships.", "A crane was bought."]
    rest = without(make_node(7, sentences, kind="text"), sentences[1])
    assert rest.text.split() == ["The", "harbour", "grew.", "A", "crane", "was", "bought."]
    assert [part.text for part in rest.parts] == [sentences[0], sentences[2]]
    assert without(make_node(8, ["a (b"], kind="table", table=Table((("a (b",),))), "(b").text == "a"


def test_a_base_that_cannot_be_trained_is_told(multimodal_cross_encoder):
    groups = [RankingGroup("why", ("yes", "no"), (0.0, 0.0))]
    with pytest.raises(ModelUnavailable, match="no encoder of BERT's kind"):
        train_cross_encoder(multimodal_cross_encoder, groups, groups)


@given(st.integers(1, 2**62), st.integers(0, 1))
def test_rests_have_ids_of_their_own(node_id, number):
    assert stored_id(rest_id(node_id, number)) == node_id
    assert stored_id(node_id) == node_id
