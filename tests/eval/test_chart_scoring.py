"""What counts as rightly read, and what must not."""

import pytest

from chartwell.eval.benchmarks.chart_drawing.truth import ChartTruth, TrueValue
from chartwell.eval.benchmarks.chart_scoring import same_name, scale_of, score_chart, similarity, total
from chartwell.indexing.documents import WHOLE, ChartReading, ChartValue, Region

PLACE = Region(1, WHOLE)


def value(number, category="North", series="", how="labelled"):
    return ChartValue(number, str(number), PLACE, series=series, category=category, how=how)


def truth(*values, **more):
    options = {"chart_type": "bar", "title": "Apple harvest by region"} | more
    return ChartTruth("c", values=tuple(values), **options)


def read(*values, chart_type="bar", title="Apple harvest by region"):
    return ChartReading(chart_type=chart_type, title=title, values=tuple(values))


def test_a_right_reading_scores_in_full():
    true = truth(TrueValue("", "North", 41, "%"), TrueValue("", "South", 37, "%"))
    match = score_chart(true, read(value(37, "South"), value(41)))
    assert match.errors == 0
    assert match.score.triples_right == match.score.printed == match.score.given == 2
    assert match.score.types_right == match.score.titles_right == 1


@pytest.mark.parametrize(
    "wrong",
    [
        value(42),
        value(4.1),
        value(-41),
        value(410),
        value(41, "South"),
        value(41, ""),
        value(41, series="Men"),
        value(41, how="estimated"),
    ],
)
def test_a_triple_counts_only_where_all_of_it_is_right(wrong):
    match = score_chart(truth(TrueValue("", "North", 41, "%")), read(wrong))
    assert match.score.triples_right == 0


def test_a_value_is_used_once():
    true = truth(TrueValue("", "North", 41))
    match = score_chart(true, read(value(41), value(41)))
    assert (match.score.triples_right, match.score.given) == (1, 2)


def test_numbers_are_counted_apart_from_what_they_are_bound_to():
    true = truth(TrueValue("", "North", 41), TrueValue("", "South", 41))
    match = score_chart(true, read(value(41, "East"), value(12, "North")))
    assert (match.score.numbers_right, match.score.triples_right) == (1, 0)


@pytest.mark.parametrize(
    ("unit", "number", "right"),
    [("$bn", 1.5, True), ("$bn", 1.5e9, True), ("$bn", 1.5e6, False), ("亿元", 1.5e8, True), ("%", 0.015, False)],
)
def test_scale_words_may_be_applied_or_not(unit, number, right):
    match = score_chart(truth(TrueValue("", "North", 1.5, unit)), read(value(number)))
    assert match.score.triples_right == right


def test_scales():
    assert scale_of("") == scale_of("%") == scale_of("days") == scale_of("MW") == 1
    assert scale_of("thousand tonnes") == scale_of("k") == 1e3
    assert scale_of("万辆") == 1e4


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("18 to 29", "18 To 29", True),
        ("Don't know", "Don’t know", True),
        ("（华东）", "(华东)", True),
        ("Vocational training", "Vocationa1 training", False),
        ("Vocational training", "Vocatonal training", True),
        ("Ages 2014 and over", "Ages 2015 and over", False),
        ("Men", "Man", False),
        ("华东", "华南", False),
        ("", "", True),
        ("", "North", False),
        ("North", "", False),
        ("-", "", True),
    ],
)
def test_names(first, second, same):
    assert same_name(first, second) is same


def test_titles_may_have_a_slip_but_not_a_missing_line():
    assert score_chart(truth(), read(title="APPLE HARVEST by reglon")).score.titles_right == 1
    assert score_chart(truth(), read(title="Apple harvest")).score.titles_right == 0
    assert score_chart(truth(), read(title="Apple harvest by region, thousand tonnes")).score.titles_right == 0


def test_estimates_are_measured_against_the_axis():
    data = tuple(TrueValue("", name, number) for name, number in (("a", 10), ("b", 50), ("c", 90)))
    true = truth(data=data, axis=(0.0, 100.0))
    given = [value(14.9, "a", how="estimated"), value(56, "b", how="estimated"), value(1, "x", how="estimated")]
    score = score_chart(true, read(*given)).score
    assert (score.data, score.data_given, score.data_right, score.estimated, score.given) == (3, 2, 1, 3, 0)


def test_a_printed_value_is_no_estimate():
    true = truth(data=(TrueValue("", "a", 10),), axis=(0.0, 100.0))
    score = score_chart(true, read(value(10, "a"))).score
    assert (score.data_given, score.triples_right, score.given) == (0, 0, 1)


def test_estimates_on_a_logarithmic_axis():
    true = truth(data=(TrueValue("", "a", 100.0),), axis=(1.0, 10_000.0), log_axis=True)
    assert score_chart(true, read(value(140, "a", how="estimated"))).score.data_right == 1
    assert score_chart(true, read(value(190, "a", how="estimated"))).score.data_right == 0
    assert score_chart(true, read(value(-3, "a", how="estimated"))).score.data_right == 0


def test_similarity_is_one_minus_edits_over_length():
    assert similarity("abcd", "abed") == 0.75
    assert similarity("", "a") == 0
    assert similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)


def test_counts_add_up():
    match = score_chart(truth(TrueValue("", "North", 41)), read(value(41)))
    assert total([match.score, match.score]).triples_right == 2
    assert total([]).charts == 0
