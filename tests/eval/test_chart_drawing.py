"""The charts of known content: the same each time, and saying what their truth says."""

import pytest

from chartwell.errors import MissingDependency
from chartwell.eval.benchmarks.chart_drawing.draw import draw_chart, seeds
from chartwell.eval.benchmarks.chart_drawing.legibility import Illegible, PlacedText, check_texts
from chartwell.eval.benchmarks.chart_drawing.mpl_frame import chinese_font
from chartwell.eval.benchmarks.chart_drawing.styles import STYLES
from chartwell.eval.benchmarks.chart_drawing.truth import DRAWN_TYPES, read_truth, write_truth


def squashed(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def charts():
    """Two charts of each type, one by each renderer."""
    return [
        draw_chart(100 + number, kind=kind, renderer=renderer, language="en")
        for number, kind in enumerate(DRAWN_TYPES)
        for renderer in ("matplotlib", "vega")
    ]


@pytest.mark.parametrize("renderer", ["matplotlib", "vega"])
def test_the_same_seed_draws_the_same_chart(renderer):
    first, second = (draw_chart(8, renderer=renderer, language="en") for _ in range(2))
    assert first.truth == second.truth
    assert first.rendered.png == second.rendered.png


def test_every_true_value_name_and_title_is_printed(charts):
    for chart in charts:
        printed = squashed("|".join(chart.rendered.texts))
        for value in chart.truth.values:
            digits = f"{abs(value.number):,}".removesuffix(".0")
            assert digits in printed or f"{abs(value.number):,.1f}" in printed, (chart.truth, value)
            assert squashed(value.category) in printed
            assert squashed(value.series) in printed
        for value in chart.truth.data:
            assert squashed(value.category) in printed
            assert squashed(value.series) in printed
        assert all(squashed(word) in printed for word in chart.truth.title.split())


def test_estimable_charts_print_no_value(charts):
    for chart in charts:
        if chart.truth.data:
            assert not chart.truth.values
            low, high = chart.truth.axis
            stacked = "stacked" in chart.truth.chart_type
            assert all(stacked or low <= value.number <= high for value in chart.truth.data)


def test_no_two_values_have_the_same_names(charts):
    for chart in charts:
        places = [(value.series, value.category) for value in (*chart.truth.values, *chart.truth.data)]
        assert len(places) == len(set(places))


def test_types_are_as_asked_for(charts):
    assert [chart.truth.chart_type for chart in charts[::2]] == list(DRAWN_TYPES)
    assert {chart.truth.renderer for chart in charts} == {"matplotlib", "vega"}


def test_slices_add_up_to_the_whole(charts):
    for chart in charts:
        if chart.truth.chart_type in {"pie", "donut"} and chart.truth.values:
            assert sum(value.number for value in chart.truth.values) == pytest.approx(100)


def test_there_are_styles_enough():
    assert len({style.name for style in STYLES}) == len(STYLES) >= 8


def test_splits_share_no_seed():
    dev, held_out = (set(seeds(50, 3, split)) for split in ("dev", "held-out"))
    assert len(dev) == len(held_out) == 50
    assert not dev & held_out
    assert all(seed % 2 == 0 for seed in dev)


@pytest.mark.parametrize("renderer", ["matplotlib", "vega"])
def test_chinese_charts(renderer):
    try:
        chinese_font()
    except MissingDependency as error:
        pytest.skip(str(error))
    chart = draw_chart(6, kind="bar", renderer=renderer, language="zh")
    assert chart.truth.language == "zh"
    assert any(ord(character) > 0x4E00 for character in chart.truth.title)
    assert squashed(chart.truth.title) in squashed("".join(chart.rendered.texts))


@pytest.mark.parametrize("renderer", ["matplotlib", "vega"])
def test_vector_charts_have_their_labels_in_the_text_layer(renderer):
    import pypdfium2

    chart = draw_chart(10, kind="horizontal bar", language="en", renderer=renderer, vector=True)
    text = squashed(pypdfium2.PdfDocument(chart.rendered.pdf)[0].get_textpage().get_text_bounded())
    assert all(squashed(word) in text for word in chart.truth.title.split())
    assert all(squashed(value.category) in text for value in (*chart.truth.values, *chart.truth.data))


def test_overlapping_and_cut_off_texts_are_refused():
    canvas = (0, 0, 100, 100)
    check_texts([PlacedText("a", (0, 0, 10, 10)), PlacedText("b", (12, 0, 22, 10))], canvas)
    with pytest.raises(Illegible, match="overlap"):
        check_texts([PlacedText("a", (0, 0, 10, 10)), PlacedText("b", (5, 5, 22, 10))], canvas)
    with pytest.raises(Illegible, match="leaves"):
        check_texts([PlacedText("a", (95, 0, 110, 10))], canvas)


def test_truth_survives_its_file(tmp_path, charts):
    write_truth(tmp_path / "truth.jsonl", [chart.truth for chart in charts])
    assert read_truth(tmp_path / "truth.jsonl") == [chart.truth for chart in charts]
