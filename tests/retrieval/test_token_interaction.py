import numpy as np
import pytest

from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import TOKENS, Candidate
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.rerank.relevance import RelevanceReranker
from chartwell.retrieval.rerank.token_interaction import TokenInteraction


def equally(_):
    return 1.0


@pytest.fixture
def interaction(word_vectors):
    return TokenInteraction(word_vectors)


def test_a_passage_counts_by_the_best_match_of_each_word_of_the_question(interaction, make_node):
    nodes = [make_node(1, ["revenue rose"]), make_node(2, ["revenue fell"]), make_node(3, ["ships sank", "nowhere"])]
    both, one, none = interaction.relevance("revenue rose", nodes, equally)
    assert both > one > none
    # All words of the question, in the whole and in the opening: twice the scale.
    assert both == pytest.approx(40, abs=0.1)


def test_what_stands_in_the_opening_counts_more(interaction, make_node):
    filler = ["ships and harbours"] * 15
    early, late = interaction.relevance(
        "revenue", [make_node(1, ["revenue", *filler]), make_node(2, [*filler, "revenue"])], equally
    )
    assert early > late > interaction.relevance("revenue", [make_node(3, filler)], equally)[0]


def test_headings_and_captions_are_read(interaction, make_node):
    with_heading, without = interaction.relevance(
        "revenue", [make_node(1, ["rose"], headings=("revenue",)), make_node(2, ["rose"])], equally
    )
    assert with_heading > without


def test_no_known_word_tells_nothing(interaction, make_node):
    nodes = [make_node(1, ["revenue"]), make_node(2, ["REVENUE"]), make_node(3, [""])]
    assert interaction.relevance("REVENUE", nodes, equally).tolist() == [0, 0, 0]
    assert interaction.relevance("revenue", nodes, equally)[1:].tolist() == [0, 0]
    assert interaction.relevance("revenue", [], equally).shape == (0,)


def test_of_a_long_question_the_end_is_read(interaction, make_node):
    nodes = [make_node(1, ["revenue"]), make_node(2, ["ships"])]
    asked, told = interaction.relevance("ships " + "FILLER " * 400 + "revenue", nodes, equally)
    assert asked > told


def test_a_node_is_encoded_once_while_there_is_room(word_vectors, make_node):
    nodes = [make_node(number, [f"revenue of {number} ships"]) for number in range(1, 5)]
    roomy = TokenInteraction(word_vectors)
    first = roomy.relevance("revenue", nodes, equally)
    np.testing.assert_array_equal(roomy.relevance("revenue", nodes[::-1], equally), first[::-1])
    assert len(word_vectors.encoded) == 4
    # Room for two nodes of four words with 64 numbers of two bytes.
    small = TokenInteraction(word_vectors, kept_bytes=1024)
    for _ in range(2):
        np.testing.assert_array_equal(small.relevance("revenue", nodes, equally), first)
    small.relevance("revenue", nodes[2:], equally)
    assert len(word_vectors.encoded) == 4 + 4 + 2


def test_candidates_below_the_depth_are_not_looked_at_and_rank_as_the_least_relevant(word_vectors, make_node):
    alignment = RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))
    reranker = RelevanceReranker(TokenInteraction(word_vectors), alignment, depth=2, part=TOKENS)
    texts = ["ships sank", "revenue increased", "revenue increased", "harbour"]
    candidates = [Candidate(make_node(n, [text]), 1 - n / 100) for n, text in enumerate(texts, start=1)]
    ranking = reranker.rerank(parse_query("increased"), candidates)
    judged = {item.node_id for item in ranking.items if "tokens" in item.scores}
    assert len(word_vectors.encoded) == len(judged) == 2
    assert judged == {2, 3}
    assert [item.node_id for item in ranking.items] == [2, 3, 1, 4]
