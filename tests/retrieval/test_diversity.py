import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.documents import Box, Node, Part, Region
from chartwell.retrieval.diversity import diversified
from chartwell.retrieval.evidence import MatchedRegion
from chartwell.retrieval.neighbours import Hit
from chartwell.retrieval.several_questions import fuse_questions

REGION = Region(1, Box(0, 0, 1, 0.1))


def hit(number, score=1.0, matched="text"):
    node = Node("text", "text", (Part("text", (REGION,)),), (REGION,), id=number, document_id=number)
    return Hit(node, (node,), score, {"rerank": score}, (MatchedRegion(matched, REGION, score),))


def unit(rows):
    vectors = np.asarray(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids(hits):
    return [one.node.id for one in hits]


def test_a_copy_of_the_first_gives_way_to_something_else():
    hits, vectors = [hit(1, 1.0), hit(2, 0.99), hit(3, 0.5), hit(4, 0.0)], unit([[1, 0], [1, 0.01], [0, 1], [1, 1]])
    assert ids(diversified(hits, vectors, 2, 0.5)) == [1, 3]
    assert ids(diversified(hits, vectors, 2, 0.0)) == [1, 2]


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-1, 1), st.floats(0.1, 1)), max_size=12),
    st.integers(0, 15),
    st.floats(0, 1),
)
def test_each_hit_once_best_first_and_the_best_of_all_stays_first(rows, wanted, diversity):
    hits = sorted((hit(number, row[0]) for number, row in enumerate(rows)), key=lambda one: -one.score)
    vectors = unit([[row[1], row[2]] for row in rows]) if rows else np.empty((0, 2), np.float32)
    chosen = diversified(hits, vectors, wanted, diversity)
    assert len(set(ids(chosen))) == len(chosen) == min(wanted, len(hits))
    assert [one.score for one in chosen] == sorted((one.score for one in chosen), reverse=True)
    if chosen:
        assert chosen[0].node.id == hits[0].node.id


def test_the_hits_of_one_question_stay_as_they_are():
    hits = [hit(1, 3.0), hit(2, 2.0)]
    assert fuse_questions([hits]) == hits


def test_each_question_keeps_its_own_best_and_what_serves_both_comes_first():
    fused = fuse_questions([[hit(1), hit(5), hit(2), hit(9)], [hit(5), hit(3), hit(4), hit(9)]])
    assert ids(fused)[:2] == [5, 1]
    assert ids(fused).index(3) < ids(fused).index(9)
    assert [one.score for one in fused] == sorted((one.score for one in fused), reverse=True)
    assert fused[0].scores["questions"] == fused[0].score


def test_the_regions_that_match_any_of_the_questions_are_kept():
    (fused,) = fuse_questions([[hit(1, 0.4, "north")], [hit(1, 0.9, "south")]])
    assert [region.text for region in fused.regions] == ["south", "north"]


def test_questions_without_hits():
    assert fuse_questions([[], []]) == []
    assert ids(fuse_questions([[], [hit(1)]])) == [1]
