import pytest

from chartwell.retrieval.significance import randomisation_p


def test_a_steady_gain_is_no_chance():
    assert randomisation_p([0.6] * 20, [0.5] * 20) < 0.001


def test_gains_and_losses_alike_are_chance():
    assert randomisation_p([1.0, 0.0] * 10, [0.0, 1.0] * 10) > 0.9


@pytest.mark.parametrize("scores", [[], [0.3, 0.7]])
def test_no_difference_is_certainly_chance(scores):
    assert randomisation_p(scores, scores) == 1.0


def test_items_that_do_not_differ_play_no_part():
    some = randomisation_p([0.9, 0.8, 0.7, 0.2], [0.1, 0.3, 0.2, 0.1])
    assert randomisation_p([0.9, 0.8, 0.7, 0.2, 0.5, 0.5], [0.1, 0.3, 0.2, 0.1, 0.5, 0.5]) == some


def test_both_sides_answer_the_same_items():
    with pytest.raises(ValueError, match="argument"):
        randomisation_p([0.1], [0.1, 0.2])
