"""Charts drawn by matplotlib and read from their pixels, with exact labels: no OCR stands between."""

import io
import time

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image as PILImage

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.charts.text import chart_node
from chartwell.indexing.documents import WHOLE, Axis, Box, ChartReading, ChartValue, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

mpl.use("Agg")
from matplotlib import pyplot as plt

ROWS = ("North", "South", "East", "West")
SERIES = {"Plan": (12, 25, 31, 18), "Actual": (15, 22, 35, 11)}


def read(draw, *, style="default", size=(6.4, 4.4), quality=None, title="Sales in the four regions"):
    """The reading of what `draw` draws, and its node. `quality` saves the picture as JPEG."""
    with plt.style.context(style):
        figure, axes = plt.subplots(figsize=size, dpi=100)
        draw(axes)
        if title:
            axes.set_title(title, fontsize=15)
        figure.tight_layout()
        figure.canvas.draw()
        labels = [label for text in figure.findobj(mpl.text.Text) if (label := label_of(text, figure)) is not None]
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        plt.close(figure)
    picture = PILImage.open(buffer).convert("RGB")
    if quality:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
    return read_picture(picture, buffer.getvalue(), labels)


def read_picture(picture, data, labels):
    block = FigureBlock(Image(data, "image/png", *picture.size), Region(1, WHOLE))
    reading = read_chart(block, labels)
    return reading, chart_node(block, labels, reading)


def label_of(text, figure):
    if not text.get_visible() or not text.get_text().strip():
        return None
    extent = text.get_window_extent()
    width, height = figure.canvas.get_width_height()
    box = (extent.x0 / width, 1 - extent.y1 / height, extent.x1 / width, 1 - extent.y0 / height)
    if not all(-0.01 <= edge <= 1.01 for edge in box):
        return None
    return Label(text.get_text(), Box(*(min(1.0, max(0.0, edge)) for edge in box)), 1.0, text.get_rotation() == 90)


def triples(reading):
    return {(value.series, value.category, value.number) for value in reading.values if value.how == "labelled"}


EXPECTED = {(name, row, n) for name, numbers in SERIES.items() for row, n in zip(ROWS, numbers, strict=True)}


def columns(axes, *, stacked=False, horizontal=False):
    places, base = np.arange(len(ROWS)), np.zeros(len(ROWS))
    for number, (name, values) in enumerate(SERIES.items()):
        shift = 0 if stacked else (number - 0.5) * 0.4
        thick = 0.7 if stacked else 0.4
        if horizontal:
            bars = axes.barh(places + shift, values, thick, left=base, label=name)
        else:
            bars = axes.bar(places + shift, values, thick, bottom=base, label=name)
        axes.bar_label(bars, label_type="center" if stacked else "edge", padding=0 if stacked else 2)
        base = base + values if stacked else base
    (axes.set_yticks if horizontal else axes.set_xticks)(places, ROWS)
    axes.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.5, -0.1), frameon=False)


@pytest.mark.parametrize("style", ["default", "dark_background", "ggplot"])
def test_grouped_columns(style):
    reading, node = read(columns, style=style)
    assert reading.chart_type == "grouped bar"
    assert triples(reading) == EXPECTED
    assert reading.legend == ("Plan", "Actual")
    assert all(color.startswith("#") for color in reading.legend_colors)
    assert "North: Plan 12, Actual 15" in node.text.splitlines()


def test_jpeg_noise_does_no_harm():
    assert triples(read(columns, quality=70)[0]) == EXPECTED


@pytest.mark.parametrize(
    ("stacked", "horizontal", "kind"),
    [
        (True, False, "stacked bar"),
        (False, True, "horizontal grouped bar"),
        (True, True, "horizontal stacked bar"),
    ],
)
def test_bars_of_two_series(stacked, horizontal, kind):
    reading, _ = read(lambda axes: columns(axes, stacked=stacked, horizontal=horizontal))
    assert reading.chart_type == kind
    assert triples(reading) == EXPECTED


def test_a_bar_without_its_number_shifts_no_other():
    def draw(axes):
        columns(axes, stacked=True, horizontal=True)
        axes.texts[2].set_visible(False)

    assert triples(read(draw)[0]) == EXPECTED - {("Plan", "East", 31)}


def test_lines_with_numbers_at_their_points():
    years = (2019, 2020, 2021, 2022)

    def draw(axes):
        for name, values, above in (("Rent", (410, 440, 445, 480), 8), ("Food", (210, 190, 230, 260), -14)):
            axes.plot(years, values, marker="o", label=name)
            for year, value in zip(years, values, strict=True):
                axes.annotate(str(value), (year, value), textcoords="offset points", xytext=(0, above), ha="center")
        axes.set_xticks(years)
        axes.set_ylim(100, 600)
        axes.legend(loc="upper left", ncols=2)

    reading, _ = read(draw)
    assert reading.chart_type == "line"
    assert ("Rent", "2021", 445) in triples(reading)
    assert ("Food", "2020", 190) in triples(reading)
    assert len(triples(reading)) == 8


@pytest.mark.parametrize(("hole", "kind"), [(0.0, "pie"), (0.5, "donut")])
def test_slices_by_the_colours_of_the_legend(hole, kind):
    shares = {"Car": 46, "Train": 31, "Bicycle": 15, "On foot": 8}

    def draw(axes):
        wedges, *_ = axes.pie(
            shares.values(), autopct="%d%%", pctdistance=0.75, wedgeprops={"width": 1 - hole, "edgecolor": "white"}
        )
        axes.legend(wedges, shares, loc="center left", bbox_to_anchor=(1.05, 0.5))

    reading, _ = read(draw)
    assert reading.chart_type == kind
    assert triples(reading) == {("", name, share) for name, share in shares.items()}


def test_dots_on_rows():
    def draw(axes):
        for place, (low, high) in enumerate(((12, 30), (8, 45), (22, 27), (15, 40))):
            axes.plot([low, high], [place, place], color="#888888", zorder=1)
            axes.text(low - 1.5, place, str(low), ha="right", va="center")
            axes.text(high + 1.5, place, str(high), ha="left", va="center")
        for name, color, numbers in (("2010", "#d62728", (12, 8, 22, 15)), ("2020", "#1f77b4", (30, 45, 27, 40))):
            axes.scatter(numbers, range(4), s=60, color=color, label=name, zorder=2)
        axes.set_yticks(range(4), ROWS)
        axes.set_xlim(0, 55)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))

    reading, _ = read(draw)
    assert reading.chart_type == "dot plot"
    assert {("2010", "South", 8), ("2020", "South", 45), ("2020", "West", 40)} <= triples(reading)


@pytest.mark.parametrize("rows", [4, 10])
def test_one_dot_a_row_beside_its_name_makes_a_dot_plot_without_numbers(rows):
    def draw(axes):
        axes.scatter(np.random.default_rng(5).uniform(5, 50, rows), range(rows), s=60, color="#1f77b4", zorder=2)
        axes.hlines(range(rows), 0, 55, color="#dddddd", linewidth=0.8, zorder=1)
        axes.set_yticks(range(rows), [f"Region {'ABCDEFGHIJ'[row]}" for row in range(rows)])
        axes.set_xlim(0, 55)

    assert read(draw)[0].chart_type == "dot plot"


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda axes: axes.stackplot(range(8), [[3, 4, 4, 5, 6, 5, 7, 8], [2, 3, 5, 4, 3, 4, 5, 6]]), "stacked area"),
        (lambda axes: axes.fill_between(range(8), [30, 42, 35, 51, 64, 58, 70, 82]), "area"),
        (lambda axes: axes.scatter(*np.random.default_rng(3).uniform(0, 100, (2, 60))), "scatter"),
        (lambda axes: axes.plot([3, 5, 4, 8, 7, 9]), "line"),
        (lambda axes: axes.hist(np.random.default_rng(4).normal(50, 12, 500), bins=12), "bar"),
    ],
    ids=["stacked area", "area", "scatter", "line", "histogram"],
)
def test_types_without_numbers(draw, kind):
    reading, _ = read(draw)
    assert reading.chart_type == kind
    assert triples(reading) == set()


def test_a_name_in_two_panels_takes_its_heading_along():
    def draw(axes):
        for place, value in ((9, 41), (8, 52), (4, 30), (3, 64)):
            axes.barh(place, value, 0.7, color="#336699")
            axes.text(value + 1, place, str(value), va="center")
            axes.text(-2, place, "Women" if place in {9, 4} else "Men", ha="right", va="center")
        for place, heading in ((10.2, "In the cities"), (5.2, "In the country")):
            axes.text(-20, place, heading, va="center", weight="bold")
        axes.set_xlim(-25, 80)
        axes.set_ylim(2, 11)
        axes.set_axis_off()

    reading, node = read(draw)
    assert {(value.category, value.number) for value in reading.values} == {
        ("In the cities: Women", 41),
        ("In the cities: Men", 52),
        ("In the country: Women", 30),
        ("In the country: Men", 64),
    }
    assert "In the country: Men: 64" in node.text.splitlines()


def encoded(pixels):
    picture = PILImage.fromarray(pixels)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return picture, buffer.getvalue()


NOISE = np.random.default_rng(5)


@pytest.mark.parametrize(
    "pixels",
    [
        NOISE.integers(0, 256, (300, 400, 3), np.uint8),
        np.full((200, 300, 3), 255, np.uint8),
        np.zeros((3, 500, 3), np.uint8),
        np.full((1, 1, 3), 90, np.uint8),
        np.repeat(np.linspace(0, 255, 400, dtype=np.uint8)[None, :, None], 300, 0).repeat(3, 2),
    ],
    ids=["noise", "blank", "a strip", "one pixel", "a gradient"],
)
def test_what_is_no_chart_gives_a_sound_reading(pixels):
    labels = [Label("Some text", Box(0.1, 0.1, 0.5, 0.2)), Label("42%", Box(0.6, 0.6, 0.7, 0.7))]
    for given in ([], labels):
        reading, _ = read_picture(*encoded(pixels), given)
        assert all(0 <= value.confidence <= 1 for value in reading.values)


def test_a_huge_picture_takes_bounded_time():
    pixels = np.full((20_000, 300, 3), 255, np.uint8)
    for row in range(0, 20_000, 40):
        pixels[row : row + 22, 60 : 80 + row % 200] = (40, 90, 160)
    started = time.process_time()
    reading, _ = read_picture(*encoded(pixels), [])
    assert time.process_time() - started < 5
    assert reading.values == ()


def test_a_chart_that_comes_as_data_is_written_whole():
    place = Region(2, WHOLE)
    values = (
        ChartValue(12.5, "12.5", place, "Plan", "2023"),
        ChartValue(14.0, "14", place, "Actual", "2023"),
        ChartValue(41.27, "", place, "Plan", "2024", how="estimated", confidence=0.8),
    )
    reading = ChartReading(
        "grouped bar", "Sales", y_axis=Axis("Millions", "$m"), legend=("Plan", "Actual"), values=values
    )
    node = chart_node(FigureBlock(None, place, reading=reading), (), reading)
    assert node.text.splitlines() == [
        "Sales",
        "Millions ($m)",
        "2023: Plan 12.5, Actual 14",
        "2024: Plan about 41.3",
        "Plan; Actual",
    ]
