import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import ModelUnavailable
from chartwell.retrieval.query import parse_query
from chartwell.retrieval.rerank.among_charts import AmongCharts
from chartwell.retrieval.rerank.protocol import Candidate
from chartwell.retrieval.rerank.region_alignment import RegionAlignmentReranker
from chartwell.retrieval.rerank.relevance import RelevanceReranker

QUERY = parse_query("revenue of ships")


class ByNumber:
    """Holds a chart for the more relevant the higher the number in its text is."""

    name = "by number"

    def __init__(self, error=None):
        self.error = error
        self.asked = []

    def relevance(self, question, nodes, weigh):
        self.asked += [node.kind for node in nodes]
        if self.error:
            raise ModelUnavailable(self.error)
        return np.array([10.0 * int(node.text) for node in nodes])


@pytest.fixture
def alignment():
    return RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))


def among_charts(model, alignment):
    return AmongCharts(RelevanceReranker(model, alignment, weight=100.0), alignment)


def candidates(make_node, kinds):
    return [Candidate(make_node(n, [str(n)], kind), 1 - n / 100) for n, kind in enumerate(kinds, start=1)]


def test_charts_change_places_and_all_else_keeps_its_own(alignment, make_node):
    given_ = candidates(make_node, ["chart", "text", "chart", "table", "chart", "text"])
    before = alignment.rerank(QUERY, given_).items
    model = ByNumber()
    found = among_charts(model, alignment).rerank(QUERY, given_)
    assert [item.node_id for item in before] == [1, 2, 3, 4, 5, 6]
    assert [item.node_id for item in found.items] == [5, 2, 3, 4, 1, 6]
    assert [item.score for item in found.items] == [item.score for item in before]
    assert set(model.asked) == {"chart"}
    assert found.by == "by number"


def test_charts_that_align_equally_well_change_places_as_well(alignment, make_node):
    kinds = ["chart", "text", "chart", "chart"]
    given_ = [Candidate(make_node(n, [str(n)], kind), 0.5) for n, kind in enumerate(kinds, start=1)]
    found = among_charts(ByNumber(), alignment).rerank(QUERY, given_)
    assert [item.node_id for item in found.items] == [4, 2, 3, 1]


@given(kinds=st.lists(st.sampled_from(["chart", "text", "table"]), max_size=8))
def test_no_place_of_another_kind_is_ever_taken(make_node, kinds):
    alignment = RegionAlignmentReranker(lambda tokens: (dict.fromkeys(tokens, 3), 100))
    given_ = candidates(make_node, kinds)
    kind_of = {candidate.node.id: candidate.node.kind for candidate in given_}
    found = among_charts(ByNumber(), alignment).rerank(QUERY, given_).items
    assert [kind_of[item.node_id] for item in found] == kinds
    assert sorted(item.node_id for item in found) == sorted(kind_of)


@pytest.mark.parametrize("kinds", [[], ["text", "table"], ["text", "chart"]])
def test_where_there_are_no_charts_to_order_no_model_is_asked(alignment, make_node, kinds):
    model = ByNumber("not to be asked")
    given_ = candidates(make_node, kinds)
    assert among_charts(model, alignment).rerank(QUERY, given_) == alignment.rerank(QUERY, given_)
    assert model.asked == []


def test_a_model_that_fails_leaves_the_order_and_is_told_beside_other_warnings(make_node):
    frequency = lambda tokens: (dict.fromkeys(tokens, 3), 100)  # noqa: E731 - a table in a line
    alignment = RegionAlignmentReranker(frequency, warnings=("One is missing.",))
    given_ = candidates(make_node, ["chart", "text", "chart"])
    found = among_charts(ByNumber("It is down."), alignment).rerank(QUERY, given_)
    assert found.items == alignment.rerank(QUERY, given_).items
    assert found.by == "region_alignment"
    assert found.warnings == ("One is missing.", "It is down. Region alignment ranked instead.")
