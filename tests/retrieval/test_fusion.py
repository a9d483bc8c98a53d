import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.fusion import LinearFusion, ReciprocalRankFusion, WeightedFusion

rankings = st.dictionaries(
    st.sampled_from(["text_vectors", "lexical", "image_vectors"]),
    st.lists(st.tuples(st.integers(1, 50), st.floats(-5, 100)), max_size=20, unique_by=lambda hit: hit[0]).map(
        lambda hits: sorted(hits, key=lambda hit: -hit[1])
    ),
)
FUSIONS = [ReciprocalRankFusion(), WeightedFusion(), LinearFusion()]


@pytest.mark.parametrize("fusion", FUSIONS, ids=["rrf", "weighted", "linear"])
class TestConformance:
    @given(rankings=rankings)
    def test_every_node_comes_once_best_first(self, fusion, rankings):
        fused = fusion.fuse(rankings)
        ids = [node_id for node_id, _ in fused]
        assert sorted(ids) == sorted({node_id for ranking in rankings.values() for node_id, _ in ranking})
        assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)

    @given(rankings=rankings)
    def test_an_empty_channel_does_no_harm(self, fusion, rankings):
        assert fusion.fuse({**rankings, "absent": []}) == fusion.fuse(rankings)

    @given(rankings=rankings)
    def test_a_node_first_everywhere_stays_first(self, fusion, rankings):
        winner = {channel: [(99, 1_000.0), *ranking] for channel, ranking in rankings.items()}
        if winner:
            assert fusion.fuse(winner)[0][0] == 99

    def test_ties_are_broken_by_id(self, fusion):
        assert [node_id for node_id, _ in fusion.fuse({"a": [(2, 1.0), (1, 0.0)], "b": [(1, 1.0), (2, 0.0)]})] == [1, 2]


def test_weighted_fusion_keeps_how_far_ahead_a_node_is():
    far_ahead = {"text_vectors": [(1, 0.9), (2, 0.3), (3, 0.29)], "lexical": [(2, 5.0), (3, 4.9), (1, 4.8)]}
    assert WeightedFusion({"text_vectors": 1, "lexical": 1}).fuse(far_ahead)[0][0] in (1, 2)
    assert WeightedFusion({"text_vectors": 0.7, "lexical": 0.3}).fuse(far_ahead)[0][0] == 1


def test_on_one_scale_a_weak_channel_stays_weak():
    rankings = {"text_vectors": [(1, 5.0), (2, 4.5)], "lexical": [(2, 0.2)]}
    assert LinearFusion().fuse(rankings)[0][0] == 1
    assert LinearFusion().fuse({**rankings, "lexical": [(2, 4.0)]})[0][0] == 2


def test_the_one_node_with_the_words_of_the_question_comes_first():
    alike = [(number, 0.5 - number / 1_000) for number in range(1, 101)]
    assert WeightedFusion().fuse({"text_vectors": alike, "lexical": [(500, 9.0)]})[0][0] == 500
    words_alone = WeightedFusion({"text_vectors": 0.0, "lexical": 1.0})
    assert words_alone.fuse({"text_vectors": alike, "lexical": [(500, 9.0)]})[0][0] == 500
    both = {"text_vectors": alike, "lexical": [(60, 9.0), (500, 9.0)]}
    order = [node_id for node_id, _ in WeightedFusion().fuse(both)]
    assert order[0] == 60
    assert order.index(500) < order.index(20)


def test_pictures_are_not_raised_over_texts_because_they_are_few():
    alike = [(number, 0.5 - number / 1_000) for number in range(1, 101)]
    fused = WeightedFusion().fuse({"text_vectors": alike, "image_vectors": [(500, 0.2), (501, 0.19)]})
    assert fused[0][0] == 1


@given(rankings=rankings)
def test_a_channel_without_weight_orders_nothing(rankings):
    weights = {"text_vectors": 1.0, "lexical": 1.0, "image_vectors": 1.0, "other": 0.0}
    with_other = {**rankings, "other": [(node_id, float(node_id)) for node_id in range(50, 0, -1)]}
    for fusion in (ReciprocalRankFusion(weights=weights), WeightedFusion(weights)):
        order = [node_id for node_id, _ in fusion.fuse(rankings)]
        first = [node_id for node_id, _ in fusion.fuse(with_other) if node_id in set(order)]
        assert first == order
