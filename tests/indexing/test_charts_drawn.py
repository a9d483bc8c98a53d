"""Charts drawn by matplotlib with known content, read through OCR."""

import io
import json
import os
from pathlib import Path

import matplotlib as mpl
import pytest
from PIL import Image as PILImage

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.charts.text import chart_node
from chartwell.indexing.documents import WHOLE, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock
from chartwell.indexing.ocr import RapidOcrEngine

mpl.use("Agg")
from matplotlib import font_manager
from matplotlib import pyplot as plt

SHARED = Path(os.environ.get("CHARTWELL_SHARED_DATA") or Path(__file__).resolve().parents[2] / ".." / "shared" / "data")
CJK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Droid Sans Fallback",
)


@pytest.fixture(scope="module")
def read():
    engine = RapidOcrEngine(threads=2)

    def read_image(image):
        labels = engine.read(image)
        figure = FigureBlock(Image(b"", "image/png", image.width, image.height), Region(1, WHOLE))
        reading = read_chart(figure, labels)
        return reading, chart_node(figure, labels, reading)

    return read_image


def drawn(draw, size=(6, 4)):
    figure, axes = plt.subplots(figsize=size, dpi=100)
    draw(axes)
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return PILImage.open(buffer).convert("RGB")


def pairs(reading):
    return {(value.category, value.number, value.unit) for value in reading.values}


def test_columns_with_labels(read):
    def draw(axes):
        bars = axes.bar(["North", "South", "East", "West"], [12.5, 17.25, 21.4, 8.3])
        axes.bar_label(bars)
        axes.set_title("Sales grew in every region", fontsize=14)
        axes.set_xlabel("Region")
        axes.set_ylabel("Sales in millions")

    reading, node = read(drawn(draw))
    assert reading.title == "Sales grew in every region"
    assert pairs(reading) == {("North", 12.5, ""), ("South", 17.25, ""), ("East", 21.4, ""), ("West", 8.3, "")}
    assert (reading.x_axis.title, reading.x_axis.labels) == ("Region", ("North", "South", "East", "West"))
    assert (reading.y_axis.title, reading.y_axis.scale) == ("Sales in millions", "linear")
    assert "North: 12.5" in node.text.splitlines()


def test_horizontal_bars_with_per_cent(read):
    def draw(axes):
        bars = axes.barh(["Coal and gas", "Wind", "Water power", "Nuclear"], [41, 24, 19.5, 12])
        axes.bar_label(bars, fmt="%g%%", padding=3)
        axes.set_title("Where the electricity comes from", fontsize=14)
        axes.set_xlim(0, 50)

    reading, _ = read(drawn(draw))
    assert reading.title == "Where the electricity comes from"
    assert pairs(reading) == {
        ("Coal and gas", 41, "%"),
        ("Wind", 24, "%"),
        ("Water power", 19.5, "%"),
        ("Nuclear", 12, "%"),
    }
    assert reading.chart_type == "horizontal bar"
    assert reading.x_axis.labels == ("0", "10", "20", "30", "40", "50")


def test_line_over_years_with_data_labels(read):
    years, numbers = [2018, 2019, 2020, 2021, 2022], [310, 342, 287, 365, 401]

    def draw(axes):
        axes.plot(years, numbers, marker="o")
        for year, number in zip(years, numbers, strict=True):
            axes.annotate(str(number), (year, number), textcoords="offset points", xytext=(0, 9), ha="center")
        axes.set_xticks(years)
        axes.set_ylim(200, 450)
        axes.set_title("Employees at the end of the year", fontsize=14)

    reading, _ = read(drawn(draw))
    assert pairs(reading) == {(str(year), number, "") for year, number in zip(years, numbers, strict=True)}
    assert (reading.x_axis.scale, reading.x_axis.labels) == ("date", tuple(map(str, years)))
    assert reading.y_axis.scale == "linear"


def test_pie(read):
    def draw(axes):
        axes.pie([48, 31, 21], autopct="%d%%", textprops={"fontsize": 12})
        axes.set_title("How visitors came to the museum", fontsize=14)

    reading, _ = read(drawn(draw))
    assert reading.title == "How visitors came to the museum"
    assert sorted(value.number for value in reading.values) == [21, 31, 48]
    assert {value.unit for value in reading.values} == {"%"}


def test_turned_tick_labels_are_categories(read):
    names = ["Accounting", "Engineering", "Marketing", "Warehouse"]

    def draw(axes):
        axes.bar_label(axes.bar(names, [14, 52, 23, 37]))
        axes.tick_params(axis="x", rotation=90)
        axes.set_title("Employees by department", fontsize=14)

    reading, _ = read(drawn(draw))
    assert pairs(reading) == {(name, number, "") for name, number in zip(names, (14, 52, 23, 37), strict=True)}


def test_negative_values_keep_their_sign(read):
    def draw(axes):
        bars = axes.barh(["Spring", "Summer", "Autumn"], [-3.2, 5.1, -1.4])
        axes.bar_label(bars, labels=["-3.2%", "5.1%", "-1.4%"], padding=4)
        axes.set_yticks([])
        for row, name in enumerate(["Spring", "Summer", "Autumn"]):
            axes.text(-9, row, name, va="center")
        axes.set_xlim(-10, 8)
        axes.set_xticks([])

    reading, _ = read(drawn(draw))
    assert pairs(reading) == {("Spring", -3.2, "%"), ("Summer", 5.1, "%"), ("Autumn", -1.4, "%")}


def test_a_drawing_without_text_makes_no_node(read):
    def draw(axes):
        axes.plot([1, 2, 3], [3, 1, 2])
        axes.axis("off")

    reading, node = read(drawn(draw))
    assert node is None
    assert reading.values == ()


def test_chinese_chart(read):
    installed = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CJK_FONTS if name in installed), None)
    if font is None:
        pytest.skip("no Chinese font is installed")

    def draw(axes):
        bars = axes.barh(["华东", "华南", "西部"], [320, 180, 90])
        axes.bar_label(bars, labels=["3.2亿", "1.8亿", "9000万"], padding=3)
        axes.set_title("各地区销售额", fontsize=16)

    with mpl.rc_context({"font.family": font}):
        reading, _ = read(drawn(draw))
    assert reading.title == "各地区销售额"
    assert pairs(reading) == {("华东", 3.2e8, ""), ("华南", 1.8e8, ""), ("西部", 9e7, "")}


@pytest.fixture(scope="module")
def published():
    """Titles of published charts by picture, as far as the annotation is not garbled."""
    folder = SHARED / "opencqa-dev"
    if not folder.is_dir():
        pytest.skip("the shared development data is not here")
    lines = (folder / "items.jsonl").read_text(encoding="utf-8").splitlines()
    return {folder / item["chart"]: item["title"] for item in map(json.loads, lines)}


@pytest.mark.parametrize("name", ["2015", "101", "1685"])
def test_titles_of_published_charts(read, published, name):
    path, title = next((path, title) for path, title in published.items() if path.stem == name)
    with PILImage.open(path) as image:
        reading, node = read(image)
    assert _letters(title).startswith(_letters(reading.title))
    assert len(_letters(reading.title)) > 25
    assert reading.values
    assert reading.source_note
    assert node.text.startswith(reading.title)


def _letters(text):
    return "".join(character for character in text.lower() if character.isalnum())
