import math

import pytest

from chartwell.eval.ranking_metrics import rank_scores


def test_the_first_place_is_perfect():
    assert set(rank_scores(["a", "b"], {"a"}).values()) == {1.0}


def test_the_second_place_costs_a_logarithm():
    scores = rank_scores(["b", "a"], {"a"})
    assert scores["nDCG@10"] == pytest.approx(1 / math.log2(3))
    assert (scores["MRR"], scores["recall@1"], scores["recall@5"]) == (0.5, 0.0, 1.0)


def test_repeats_of_a_key_take_no_place():
    assert rank_scores(["b", "b", "b", "a"], {"a"}) == rank_scores(["b", "a"], {"a"})


def test_below_the_tenth_place_only_the_reciprocal_rank_counts():
    scores = rank_scores([str(number) for number in range(12)], {"11"})
    assert scores["nDCG@10"] == scores["recall@10"] == 0
    assert scores["MRR"] == pytest.approx(1 / 12)


def test_several_right_ones_share_the_gain():
    scores = rank_scores(["a", "x", "b"], {"a", "b"})
    assert scores["nDCG@10"] == pytest.approx((1 + 0.5) / (1 + 1 / math.log2(3)))
    assert scores["recall@1"] == 0.5


def test_nothing_found_is_nothing():
    assert set(rank_scores([], {"a"}).values()) == {0.0}
