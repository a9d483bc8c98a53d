"""The table in which a chart's values are edited, and the plot that is drawn of them."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.app.ui.chart_plot import WORDS, plot_of, plot_rows
from chartwell.app.ui.reading_editor import PLACE, edited_reading, editor_rows
from chartwell.errors import QueryError
from chartwell.indexing.documents import CHART_TYPES, Box, ChartReading, ChartValue, Region

BOUNDS = Region(2, Box(0.1, 0.1, 0.9, 0.9))
SAID = {name: name for name in WORDS} | {"labelled": "printed", "corrected": "it's corrected"}
BOXES = st.tuples(*[st.floats(0, 0.5, allow_nan=False)] * 2).map(lambda at: Box(*at, at[0] + 0.1, at[1] + 0.1))
VALUES = st.builds(
    ChartValue,
    number=st.floats(-1e12, 1e12, allow_nan=False),
    text=st.text(max_size=5),
    region=st.builds(Region, st.just(2), BOXES),
    series=st.sampled_from(["", "A", "B"]),
    category=st.text(alphabet="ab 年", max_size=4).map(lambda text: " ".join(text.split())),
    unit=st.sampled_from(["", "%", "$", "$bn", "t"]),
    how=st.sampled_from(["labelled", "estimated", "corrected"]),
)
READINGS = st.builds(
    ChartReading,
    chart_type=st.sampled_from(["", *CHART_TYPES]),
    title=st.just("T"),
    values=st.lists(VALUES, max_size=6).map(tuple),
)


@given(READINGS)
def test_what_is_not_edited_stays(reading):
    assert edited_reading(reading, reading.title, editor_rows(reading), BOUNDS) == reading


@given(READINGS.filter(lambda reading: reading.values), st.integers(-10_000, 10_000), st.data())
def test_an_edited_number_stays_in_its_place(reading, number, data):
    row = data.draw(st.integers(0, len(reading.values) - 1))
    rows = editor_rows(reading)
    rows[row]["number"] = number
    rows[row][PLACE] = float(row)  # the browser may give it back so
    edited = edited_reading(reading, reading.title, rows, BOUNDS)
    was, now = reading.values[row], edited.values[row]
    assert (now.number, now.region, now.how) == (number, was.region, was.how)
    if number != was.number:
        assert f"{abs(number):,}" in now.text
    others = [value for place, value in enumerate(edited.values) if place != row]
    assert others == [value for place, value in enumerate(reading.values) if place != row]


@given(READINGS)
def test_rows_are_added_and_deleted(reading):
    rows = [*editor_rows(reading)[1:], {"category": " New\n one ", "number": 7, "unit": "%"}, {"number": None}]
    edited = edited_reading(reading, " A  title ", rows, BOUNDS)
    assert edited.values[:-1] == reading.values[1:]
    assert edited.values[-1] == ChartValue(7.0, "7%", BOUNDS, category="New one", unit="%")
    assert edited.title == "A title"


@pytest.mark.parametrize("number", [None, math.nan, math.inf, 1e300])
def test_a_row_needs_a_number(number):
    with pytest.raises(QueryError, match=r"(row|Row) 1"):
        edited_reading(ChartReading(), "", [{"category": "A", "number": number}], BOUNDS)


@pytest.mark.parametrize(("unit", "text"), [("$", "-$1,250"), ("$bn", "-$1,250bn"), ("%", "-1,250%"), ("t", "-1,250")])
def test_a_number_is_written_as_a_chart_would_print_it(unit, text):
    row = {"category": "A", "number": -1250, "unit": unit}
    assert edited_reading(ChartReading(), "", [row], BOUNDS).values[0].text == text


@given(READINGS)
def test_every_value_is_drawn_and_estimates_are_paler(reading):
    rows, plot = plot_rows(reading), plot_of(reading, SAID)
    assert sorted(row["number"] for row in rows) == sorted(value.number for value in reading.values)
    opacity = plot["encoding"]["opacity"]["scale"]
    assert set(opacity["domain"]) == {value.how for value in reading.values}
    assert all((pale < 1) == (how == "estimated") for how, pale in zip(*opacity.values(), strict=True))
    assert plot["mark"]["type"] in {"bar", "line", "arc"}
    fields = {channel["field"] for channel in plot["encoding"].values() if isinstance(channel, dict)}
    assert fields <= {"number", "category", "series", "how"}
    assert all(one["title"] == SAID[one["field"]] for one in plot["encoding"]["tooltip"])


def test_values_are_drawn_in_the_order_in_which_they_stand():
    values = tuple(
        ChartValue(number, "", Region(1, Box(x, y, x + 0.1, y + 0.1)), category=name)
        for name, number, x, y in (("b", 2.0, 0.5, 0.1), ("a", 1.0, 0.1, 0.5), ("c", 3.0, 0.8, 0.3))
    )
    reading = ChartReading(chart_type="line", values=values)
    assert [row["category"] for row in plot_rows(reading)] == ["a", "b", "c"]
    lying = replace(reading, chart_type="horizontal bar")
    assert [row["category"] for row in plot_rows(lying)] == ["b", "c", "a"]


def test_words_that_end_a_string_end_nothing():
    values = tuple(ChartValue(1.0, "", BOUNDS, category=how, how=how) for how in ("labelled", "corrected"))
    legend = plot_of(ChartReading(values=values), SAID)["encoding"]["opacity"]["legend"]
    assert r"'it\'s corrected'" in legend["labelExpr"]
