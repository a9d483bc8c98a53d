import pytest

from chartwell.indexing.documents import Box, Node, Part, Region
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.protocol import Candidate
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker


def node(number, labels):
    parts = tuple(
        Part(label, (Region(1, Box(0.1, index / 10, 0.9, (index + 1) / 10)),)) for index, label in enumerate(labels)
    )
    return Node("chart", "\n".join(labels), parts, (Region(1, Box(0, 0, 1, 1)),), page=1, id=number)


@pytest.fixture
def reranker():
    return RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))


def test_the_node_whose_labels_answer_comes_first_with_the_right_region(reranker):
    wrong = node(1, ["Adults by region", "North 41%", "South 12%"])
    right = node(2, ["Adults living with a partner", "Cohabiting 7%", "Married 53%"])
    ranked = reranker.rerank(
        parse_query("What share of adults is cohabiting?"), [Candidate(wrong, 0.1), Candidate(right, 0.0)]
    ).items
    assert ranked[0].node_id == 2
    assert ranked[0].regions[0].text in ("Cohabiting 7%", "Adults living with a partner")
    assert "Cohabiting 7%" in {region.text for region in ranked[0].regions}


def test_nothing_in_common_gives_no_regions_and_keeps_the_coarse_order(reranker):
    candidates = [Candidate(node(1, ["alpha"]), 0.5), Candidate(node(2, ["beta"]), 0.7)]
    ranked = reranker.rerank(parse_query("gamma?"), candidates).items
    assert [item.node_id for item in ranked] == [2, 1]
    assert all(item.regions == () for item in ranked)


@pytest.mark.parametrize("question", ["?!…", "🙂🙂", "the of and"])
def test_questions_without_content_words_are_harmless(reranker, question):
    assert len(reranker.rerank(parse_query(question), [Candidate(node(1, ["alpha"]), 0.5)]).items) == 1


def test_no_candidates(reranker):
    assert reranker.rerank(parse_query("anything"), []).items == ()
