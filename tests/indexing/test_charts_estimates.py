"""Values read off the axis of charts drawn with known numbers; the labels are those drawn, so that no OCR is needed."""

import io
import math

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PILImage

from chartwell.indexing.charts.axes.axes import Ticks
from chartwell.indexing.charts.axes.value_scale import value_scale
from chartwell.indexing.charts.blocks import block_of
from chartwell.indexing.charts.graphics import Rule
from chartwell.indexing.charts.marks import marks_of
from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.charts.text import chart_node
from chartwell.indexing.documents import Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.text import Text

MARGIN = 2.0
"""Pixels that OCR's boxes have around letters."""


def read(draw, size=(7, 4.5)):
    with mpl.rc_context(mpl.rcParamsDefault):
        figure, axes = plt.subplots(figsize=size, dpi=100)
        draw(axes)
        figure.tight_layout()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        labels = sorted(labels_of(figure), key=lambda label: (label.box.y0, label.box.x0))
        plt.close(figure)
    data = buffer.getvalue()
    with PILImage.open(io.BytesIO(data)) as picture:
        block = FigureBlock(Image(data, "image/png", *picture.size), Region(3, Box(0.1, 0.2, 0.9, 0.6)))
    reading = read_chart(block, labels)
    return reading, chart_node(block, labels, reading)


def labels_of(figure):
    width, height = figure.canvas.get_width_height()
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            x0, y0, x1, y1 = text.get_window_extent().padded(MARGIN).extents
            if x0 >= 0 and x1 <= width:
                box = Box(x0 / width, 1 - y1 / height, x1 / width, 1 - y0 / height)
                yield Label(text.get_text().replace("−", "-"), box, 1.0, vertical=text.get_rotation() == 90)


def estimated(reading):
    return {(v.series, v.category): v.number for v in reading.values if v.how == "estimated"}


def assert_near(found, expected, axis):
    assert found.keys() == expected.keys()
    for key, number in expected.items():
        assert abs(found[key] - number) <= 0.02 * axis, (key, found[key], number)


NAMES = ["North", "East", "South", "West"]


def test_columns():
    numbers = [34, 62, 17.5, 80]

    def draw(axes):
        axes.bar(NAMES, numbers)
        axes.set_ylim(0, 100)
        axes.set_title("Apple harvest by region of the county")

    reading, _ = read(draw)
    assert_near(estimated(reading), {("", n): v for n, v in zip(NAMES, numbers, strict=True)}, 100)
    assert all(0 < value.confidence < 1 and value.text == "" for value in reading.values)


def test_the_region_is_the_end_of_the_bar():
    reading, _ = read(lambda axes: (axes.bar(NAMES, [10, 20, 30, 40]), axes.set_ylim(0, 50)))
    boxes = {value.category: value.region for value in reading.values}
    assert all(region.page == 3 and 0.2 < region.box.y0 < region.box.y1 < 0.6 for region in boxes.values())
    assert boxes["West"].box.y0 < boxes["South"].box.y0 < boxes["East"].box.y0 < boxes["North"].box.y0


def test_horizontal_bars_with_a_unit():
    numbers = [3.1, 7.4, 1.2, 5.0]

    def draw(axes):
        axes.barh(NAMES, numbers, color="#8c5a2b")
        axes.set_xticks([0, 2, 4, 6, 8], ["$0bn", "$2bn", "$4bn", "$6bn", "$8bn"])

    reading, _ = read(draw)
    expected = {("", name): 1e9 * number for name, number in zip(NAMES, numbers, strict=True)}
    assert_near(estimated(reading), expected, 8e9)


def test_negative_bars():
    numbers = [12, -7, 4.5, -2]

    def draw(axes):
        axes.bar(NAMES, numbers)
        axes.axhline(0, color="k", linewidth=0.8)
        axes.set_ylim(-10, 15)

    reading, _ = read(draw)
    assert_near(estimated(reading), {("", n): v for n, v in zip(NAMES, numbers, strict=True)}, 25)


def test_an_axis_that_does_not_begin_at_zero():
    numbers = [62, 71, 55, 68]
    reading, _ = read(lambda axes: (axes.bar(NAMES, numbers), axes.set_ylim(50, 80)))
    assert_near(estimated(reading), {("", n): v for n, v in zip(NAMES, numbers, strict=True)}, 30)


@pytest.mark.parametrize("stacked", [True, False])
def test_two_series_are_told_apart_by_the_legend(stacked):
    numbers = {"Men": [20, 35, 30, 25], "Women": [30, 15, 22, 40]}

    def draw(axes):
        for index, (name, row) in enumerate(numbers.items()):
            color = ("#1f77b4", "#ff7f0e")[index]
            if stacked:
                axes.bar(NAMES, row, 0.6, bottom=[0] * 4 if index == 0 else numbers["Men"], label=name, color=color)
            else:
                axes.bar([at + 0.4 * index - 0.2 for at in range(4)], row, 0.38, label=name, color=color)
        axes.set_xticks(range(4), NAMES)
        axes.set_ylim(0, 100)
        axes.legend()

    reading, _ = read(draw)
    assert reading.chart_type == ("stacked bar" if stacked else "grouped bar")
    expected = {(s, n): v for s, row in numbers.items() for n, v in zip(NAMES, row, strict=True)}
    assert_near(estimated(reading), expected, 100)


YEARS = [str(year) for year in range(2015, 2022)]


def test_lines_at_the_tick_labels():
    numbers = {"Coal": [50, 46, 40, 31, 33, 20, 12], "Wind": [8, 12, 15, 19, 28, 36, 44]}

    def draw(axes):
        for name, row in numbers.items():
            axes.plot(range(7), row, label=name)
        axes.set_xticks(range(7), YEARS)
        axes.set_ylim(0, 60)
        axes.legend(loc="upper center")

    reading, _ = read(draw)
    expected = {(s, y): v for s, row in numbers.items() for y, v in zip(YEARS, row, strict=True)}
    assert_near(estimated(reading), expected, 60)


def test_a_logarithmic_axis():
    numbers = [12, 90, 700, 5200, 3100, 800, 60]

    def draw(axes):
        axes.plot(range(7), numbers)
        axes.set_xticks(range(7), YEARS)
        axes.set_yscale("log")
        axes.set_ylim(1, 10_000)
        axes.set_yticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1,000", "10,000"])
        axes.minorticks_off()

    reading, _ = read(draw)
    found = estimated(reading)
    assert found.keys() == {("", year) for year in YEARS}
    for year, number in zip(YEARS, numbers, strict=True):
        assert abs(math.log10(found["", year] / number)) < 0.02 * 4


def test_what_is_printed_is_not_estimated():
    numbers = [34, 62, 17, 80]

    def draw(axes):
        axes.bar(NAMES, numbers)
        axes.set_ylim(0, 100)
        for at, number in enumerate(numbers[:3]):
            axes.text(at, number + 1, str(number), ha="center")

    reading, node = read(draw)
    printed = {value.category: value.number for value in reading.values if value.how == "labelled"}
    assert printed == {"North": 34, "East": 62, "South": 17}
    assert_near(estimated(reading), {("", "West"): 80}, 100)
    assert "West: about " in node.text


def test_without_an_axis_of_numbers_nothing_is_estimated():
    reading, _ = read(lambda axes: (axes.bar(NAMES, [1, 2, 3, 4]), axes.set_yticks([])))
    assert reading.values == ()


def ticks_at(places, numbers, scale="linear", size=(1000, 1000)):
    labels = [
        Label(f"{number:.4f}", Box(0.01, (place - 8) / size[1], 0.05, (place + 8) / size[1]))
        for place, number in zip(places, numbers, strict=True)
    ]
    return Ticks(tuple(block_of((mark,)) for mark in marks_of(labels, *size)), scale)


@given(
    st.integers(3, 9),
    st.floats(30, 90),
    st.sampled_from([1, 2, 2.5, 5, 10, 250]),
    st.integers(-4, 4),
    st.lists(st.floats(-1.5, 1.5), min_size=9, max_size=9),
)
def test_a_scale_is_recovered_from_labels_that_are_a_little_off(count, gap, step, first, shifts):
    places = [900 - gap * index + shift for index, shift in zip(range(count), shifts, strict=False)]
    numbers = [step * (first + index) for index in range(count)]
    scale = value_scale(ticks_at(places, numbers), [], horizontal=False)
    for index in range(count):
        assert abs(scale.number_at(900 - gap * index) - numbers[index]) <= 3.5 / gap * step
        assert abs(scale.pixel_of(numbers[index]) - (900 - gap * index)) <= 3.5


def test_lines_of_the_grid_are_exact():
    rules = [Rule(50, y, 900, y + 1, (200, 200, 200)) for y in (99.5, 299.5, 499.5)]
    scale = value_scale(ticks_at([103, 302, 503], [20, 10, 0]), rules, horizontal=False)
    assert scale.number_at(300) == pytest.approx(10)
    assert scale.error < 0.01


def test_a_number_that_is_none_of_the_axis_is_left_out():
    scale = value_scale(ticks_at([100, 200, 230, 300, 400], [40, 30, 96, 20, 10]), [], horizontal=False)
    assert scale.number_at(250) == pytest.approx(25)


def test_an_axis_reaches_not_far_beyond_its_labels():
    scale = value_scale(ticks_at([300, 400, 500], [100, 10, 1], "log"), [], horizontal=False)
    assert scale.covers(290)
    assert scale.covers(690)
    assert not scale.covers(20)
    assert scale.number_at(350) == pytest.approx(10**1.5)
    assert scale.pixel_of(0) is None


def test_numbers_that_lie_on_no_line_are_no_axis():
    assert value_scale(ticks_at([100, 200, 300, 400], [50, 40, 38, 0]), [], horizontal=False) is None
    assert value_scale(ticks_at([100], [5]), [], horizontal=False) is None
    assert value_scale(ticks_at([100, 200, 300], [100, 10, -1], "log"), [], horizontal=False) is None
    assert value_scale(ticks_at([100, 200, 300], [3, 2, 1], "category"), [], horizontal=False) is None


@given(st.sampled_from([0.001, 0.05, 1, 20, 2500, 1_000_000]), st.floats(20, 2000))
def test_rounding_keeps_what_pixels_tell(top, span):
    scale = value_scale(ticks_at([100, 100 + span], [top, 0], size=(3000, 3000)), [], horizontal=False)
    number = scale.number_at(100 + span / 3)
    assert abs(scale.rounded(number, 100 + span / 3) - number) <= 2 * top / span
