import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import SettingsError
from chartwell.eval.metrics.exact_match import ExactMatch, ExactMatchTokens
from chartwell.eval.metrics.number_agreement import NumberAgreement, number_counts
from chartwell.eval.metrics.perplexity import perplexity
from chartwell.eval.metrics.protocol import AnswerMetric
from chartwell.eval.metrics.registry import METRIC_NAMES, text_metrics
from chartwell.eval.metrics.relaxed_accuracy import RelaxedAccuracy
from chartwell.eval.metrics.self_consistency import SelfConsistency
from chartwell.eval.metrics.token_f1 import TokenF1

from .random_texts import random_pairs


def one(metric: AnswerMetric, answer, *references):
    (value,) = metric.score([answer], [list(references)])
    return value.value


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", METRIC_NAMES)
def test_every_metric_keeps_the_protocol(name, language):
    (metric,) = text_metrics([name], language=language)
    assert metric.name == name
    assert metric.signature
    pairs = random_pairs(60, language=language, seed=1)
    answers, references = [answer for answer, _ in pairs], [[known, "b c"] for _, known in pairs]
    values = metric.score(answers, references)
    assert len(values) == len(pairs)
    for value in values:
        assert (value.value is None) == bool(value.reason)
        assert value.value is None or -1e-9 <= value.value <= 1 + 1e-9
    assert metric.score(answers[7:9], references[7:9]) == values[7:9]  # whatever stands beside an item
    assert metric.score([], []) == []


def test_unknown_metrics_are_refused():
    with pytest.raises(SettingsError, match="no metric rouge9"):
        text_metrics(["rouge1", "rouge9"])


def test_a_changed_sign_is_no_exact_match_of_tokens():
    assert one(ExactMatch(), "It was 3.2%", "It was -3.2%.") == 1  # SQuAD's normalisation drops the sign
    assert one(ExactMatchTokens(), "It was 3.2%", "It was -3.2%.") == 0


@pytest.mark.parametrize(
    ("answer", "reference", "right"),
    [
        ("14", "14", 1),
        ("14.7", "14", 1),
        ("14.8", "14", 0),
        ("-14", "14", 0),
        ("2015", "2020", 0),
        ("2020", "2020", 1),
        ("2019.0", "2020", 0),
        ("12 %", "12", 1),
        ("12%", "$12", 0),
        ("$1.2 million", "1,200,000", 1),
        ("1.2", "1.2 million", 0),
        ("4.2亿元", "4.1亿", 1),
        ("0.001", "0", 0),
        ("Blue.", "blue", 1),
        ("blue", "light blue", 0),
        ("", "0", 0),
    ],
)
def test_relaxed_accuracy(answer, reference, right):
    assert one(RelaxedAccuracy(), answer, reference) == right


@given(st.floats(0.01, 1e6), st.floats(-0.2, 0.2))
def test_relaxed_accuracy_is_five_per_cent_of_the_reference(number, change):
    reference, answer = f"{number:.6f}", f"{number * (1 + change):.6f}"
    share = abs(float(answer) - float(reference)) / float(reference)
    if abs(share - 0.05) > 1e-9:
        assert one(RelaxedAccuracy(), answer, reference) == (share < 0.05)


@pytest.mark.parametrize(
    ("answer", "reference", "same"),
    [
        ("It rose 12% to $3.1bn in 2023.", "In 2023 it was $3.1 billion, 12 % more.", 3),
        ("12.3%", "12%", 1),
        ("12.6%", "12%", 0),
        ("-3.2%", "3.2%", 0),
        ("3", "3,000", 0),
        ("3 million", "3 billion", 0),
        ("$5", "€5", 0),
        ("47", "47%", 1),
        ("in 2015", "in 2020", 0),
        ("净利润为4.1亿元", "净利润为41000万元", 1),
        ("净利润为4.1亿元", "净利润为4.1万元", 0),
        ("a third", "33%", 1),
        ("47% and 47%", "47%", 1),
    ],
)
def test_numbers_agree_in_sign_scale_unit_and_year(answer, reference, same):
    assert number_counts(answer, reference).same == same
    assert number_counts(reference, answer).same == same


def test_numbers_repeated_count_once_and_none_have_no_value():
    assert number_counts("47% and 47%", "47%").answered == 1
    assert one(NumberAgreement("precision"), "10% and 20%", "10%") == 0.5
    assert one(NumberAgreement("recall"), "10%", "10% and 20%") == 0.5
    assert one(NumberAgreement("f1"), "nothing", "10%") == 0
    (value,) = NumberAgreement("f1").score(["nothing"], [["all"]])
    assert (value.value, value.reason) == (None, "neither the answer nor the reference has numbers")


@given(st.lists(st.floats(-20, 0), min_size=1))
def test_perplexity_is_the_inverse_geometric_mean(logprobs):
    expected = math.exp(-sum(logprobs) / len(logprobs))
    assert perplexity(logprobs).value == pytest.approx(expected)


def test_perplexity_needs_logarithms_of_probabilities():
    assert perplexity([]).reason == "the decoder gave no log-probabilities"
    assert perplexity([0.5]).value is None
    assert perplexity([float("-inf")]).value is None


def test_self_consistency_does_not_depend_on_the_order():
    metric = SelfConsistency(TokenF1())
    same, half, single = metric.score([["a1 b1", "a1 b1"], ["a1 b1", "a1 c1", "a1 b1"], ["a1"]])
    assert same.value == 1
    assert half.value == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert metric.score([["a1 c1", "a1 b1", "a1 b1"]]) == [half]
    assert single.value is None
