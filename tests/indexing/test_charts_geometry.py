"""The chart reader on labels placed by hand: no OCR, so that every role and both languages can be laid out exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.charts.text import chart_node
from chartwell.indexing.documents import WHOLE, Box, ChartReading, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

WIDTH, HEIGHT = 600, 400


def figure(region=WHOLE, caption=""):
    return FigureBlock(Image(b"png", "image/png", WIDTH, HEIGHT), Region(3, region), caption)


def label(text, cx, cy, *, height=14.0, letter=7.0, vertical=False):
    """A label centred on (cx, cy) in pixels."""
    width = letter * sum(2 if ord(character) > 0x2E80 else 1 for character in text)
    if vertical:
        width, height = height, width
    x0, y0 = cx - width / 2, cy - height / 2
    return Label(text, Box(x0 / WIDTH, y0 / HEIGHT, (x0 + width) / WIDTH, (y0 + height) / HEIGHT), 0.99, vertical)


def left(text, x0, cy, **options):
    """A label whose left edge is at x0."""
    placed = label(text, 0, cy, **options)
    shift = x0 / WIDTH - placed.box.x0
    box = placed.box
    return Label(text, Box(box.x0 + shift, box.y0, box.x1 + shift, box.y1), placed.confidence)


def rows_of_values(reading):
    return [(value.category, value.series, value.number, value.unit) for value in reading.values]


COLUMNS = [
    left("Revenue keeps growing in every region", 10, 20, height=22, letter=11),
    left("Net sales, in millions of dollars", 10, 46, height=16, letter=6),
    label("12.5", 150, 200),
    label("17.0", 300, 150),
    label("21.3", 450, 110),
    *(label(str(tick), 40, 300 - 8 * tick) for tick in (0, 10, 20)),
    label("North", 150, 325),
    label("South", 300, 325),
    label("East", 450, 325),
    label("Region", 300, 345),
    label("Sales ($m)", 12, 220, vertical=True),
    left("Source: Annual report 2025, page 7.", 10, 385, height=12, letter=5),
]


def test_columns_with_axes():
    reading = read_chart(figure(), COLUMNS)
    assert reading.title == "Revenue keeps growing in every region"
    assert reading.subtitle == "Net sales, in millions of dollars"
    assert reading.source_note == "Source: Annual report 2025, page 7."
    assert rows_of_values(reading) == [("North", "", 12.5, ""), ("South", "", 17.0, ""), ("East", "", 21.3, "")]
    assert (reading.x_axis.title, reading.x_axis.scale, reading.x_axis.labels) == (
        "Region",
        "category",
        ("North", "South", "East"),
    )
    assert (reading.y_axis.title, reading.y_axis.unit, reading.y_axis.scale) == ("Sales ($m)", "$m", "linear")
    assert sorted(reading.y_axis.labels) == ["0", "10", "20"]


def test_values_stand_on_the_page_of_their_figure():
    placed = Box(0.5, 0.25, 0.9, 0.5)
    whole, part = read_chart(figure(), COLUMNS), read_chart(figure(placed), COLUMNS)
    for at_page, at_figure in zip(part.values, whole.values, strict=True):
        assert at_page.region == Region(3, at_figure.region.box.within(placed))
        assert at_page.how == "labelled"


BAR_ROWS = [
    left("Who trusts the news", 10, 20, height=22, letter=11),
    left("% who say they trust it", 10, 46, height=16, letter=6),
    label("A great deal", 260, 90),
    label("Not at all", 420, 90),
    left("All adults", 60, 130),
    label("28%", 260, 130),
    label("66%", 420, 130),
    left("Men", 109, 170),
    label("34", 260, 170),
    label("60", 420, 170),
    left("People of 65", 46, 203),
    left("years or more", 39, 217),
    label("22", 260, 210),
    label("71", 420, 210),
    left("Note: No answer is not shown.", 10, 360, height=12, letter=5),
    left("OUR RESEARCH CENTER", 10, 380, height=12, letter=5),
]


def test_rows_with_series_in_the_order_of_the_names_above():
    reading = read_chart(figure(), BAR_ROWS)
    assert rows_of_values(reading) == [
        ("All adults", "A great deal", 28, "%"),
        ("All adults", "Not at all", 66, "%"),
        ("Men", "A great deal", 34, "%"),
        ("Men", "Not at all", 60, "%"),
        ("People of 65 years or more", "A great deal", 22, "%"),
        ("People of 65 years or more", "Not at all", 71, "%"),
    ]
    assert reading.legend == ("A great deal", "Not at all")
    assert reading.source_note == "Note: No answer is not shown. OUR RESEARCH CENTER"


def test_rows_with_fewer_values_than_names_get_no_series():
    labels = [each for each in BAR_ROWS if each.text not in {"66%", "60"}]
    assert {value.series for value in read_chart(figure(), labels).values} == {""}


def test_numbers_of_a_scale_are_no_values_and_years_are_none_either():
    labels = [
        *(label(f"{tick}%", 30, 300 - 2 * tick) for tick in (0, 25, 50, 75, 100)),
        *(label(str(year), 80 + 40 * (year - 2010), 330) for year in range(2010, 2021, 2)),
        label("62%", 480, 176),
    ]
    reading = read_chart(figure(), labels)
    assert [value.number for value in reading.values] == [62]
    assert (reading.y_axis.scale, reading.y_axis.unit) == ("percent", "%")
    assert reading.x_axis.scale == "date"
    assert reading.values[0].category == "2020"


def test_a_value_between_the_years_of_a_time_axis_has_no_category():
    years = [label(str(year), 80 + 40 * (year - 2010), 330) for year in (2010, 2015, 2020)]
    reading = read_chart(figure(), [*years, label("62%", 80 + 40 * 2.5, 176), label("70%", 280, 150)])
    assert rows_of_values(reading) == [("2015", "", 70, "%"), ("", "", 62, "%")] or rows_of_values(reading) == [
        ("", "", 62, "%"),
        ("2015", "", 70, "%"),
    ]


def test_logarithmic_scale():
    ticks = [label(text, 30, 300 - 60 * power) for power, text in enumerate(("1", "10", "100", "1,000"))]
    reading = read_chart(figure(), [*ticks, label("250", 300, 156)])
    assert reading.y_axis.scale == "log"
    assert [value.number for value in reading.values] == [250]


def test_pie_with_names_above_the_shares():
    slices = [("Approve", "27%", 180, 180), ("Disapprove", "59%", 360, 240), ("No answer", "14%", 200, 280)]
    labels = [each for name, share, x, y in slices for each in (label(name, x, y), label(share, x, y + 16))]
    reading = read_chart(figure(), labels)
    assert reading.chart_type == "pie"
    assert {(value.category, value.number) for value in reading.values} == {
        ("Approve", 27),
        ("Disapprove", 59),
        ("No answer", 14),
    }


def test_name_and_share_in_one_label():
    labels = [label("Coal 41%", 180, 150), label("Gas: 35%", 350, 200), label("Wind (24%)", 250, 300)]
    reading = read_chart(figure(), labels)
    assert {(value.category, value.number, value.unit) for value in reading.values} == {
        ("Coal", 41, "%"),
        ("Gas", 35, "%"),
        ("Wind", 24, "%"),
    }
    assert reading.chart_type == "pie"


def test_chinese_bars():
    labels = [
        label("二零二四年各地区销售额", 300, 20, height=24, letter=11),
        label("单位：亿元", 300, 46, height=14),
        *(
            each
            for row, (name, number) in enumerate((("华东地区", "3.2亿"), ("华南地区", "１．８亿"), ("西部", "9000万")))
            for each in (left(name, 40, 110 + 50 * row), left(number, 420 - 60 * row, 110 + 50 * row))
        ),
        left("数据来源：公司年报", 10, 380, height=12, letter=5),
    ]
    reading = read_chart(figure(), labels)
    assert reading.title == "二零二四年各地区销售额"
    assert reading.subtitle == "单位：亿元"
    assert reading.source_note == "数据来源：公司年报"
    assert [(value.category, value.number) for value in reading.values] == [
        ("华东地区", 3.2e8),
        ("华南地区", 1.8e8),
        ("西部", 9e7),
    ]
    assert reading.chart_type == "horizontal bar"


def test_a_digit_pair_wider_than_the_others_is_trusted_less():
    labels = [left(f"Row {row}", 40, 100 + 40 * row) for row in range(6)]
    labels += [label(f"{row}7", 300, 100 + 40 * row, letter=7 if row else 11) for row in range(6)]
    confidences = {value.text: value.confidence for value in read_chart(figure(), labels).values}
    assert confidences["07"] < 0.6 < confidences["17"]


def test_node_writes_rows_and_says_where_they_stand():
    node = chart_node(figure(caption="Figure 3. Trust"), BAR_ROWS, read_chart(figure(), BAR_ROWS))
    assert node.text.splitlines() == [
        "Figure 3. Trust",
        "Who trusts the news",
        "% who say they trust it",
        "All adults: A great deal 28%, Not at all 66%",
        "Men: A great deal 34%, Not at all 60%",
        "People of 65 years or more: A great deal 22%, Not at all 71%",
        "Note: No answer is not shown. OUR RESEARCH CENTER",
    ]
    assert (node.kind, node.page, node.caption, node.headings) == ("chart", 3, "Figure 3. Trust", ())
    boxes = {each.text: each.box for each in BAR_ROWS}
    row = next(part for part in node.parts if part.text.startswith("People"))
    names = ("People of 65", "years or more", "22", "71")
    assert {region.box for region in row.regions} == {boxes[name] for name in names}


def test_values_of_equal_names_in_two_panels_stay_apart():
    panels = [
        each
        for panel, numbers in enumerate((("41", "52"), ("30", "64")))
        for each in (
            left("Total", 60, 100 + 140 * panel),
            label(numbers[0], 260, 100 + 140 * panel),
            left("Women", 60, 140 + 140 * panel),
            label(numbers[1], 300, 140 + 140 * panel),
        )
    ]
    node = chart_node(figure(), panels, read_chart(figure(), panels))
    assert node.text.splitlines() == ["Total: 41", "Women: 52", "Total: 30", "Women: 64"]


def test_sentences_set_in_several_lines_stay_whole():
    lines = ["Julie posts on her account,", "defending one side of a dispute.", "Some of her friends reply."]
    labels = [left(text, 40, 100 + 16 * number) for number, text in enumerate(lines)]
    labels += [label("43", 500, 250), label("85", 540, 280)]
    node = chart_node(figure(), labels, ChartReading())
    assert " ".join(lines) in {part.text for part in node.parts}


def test_a_figure_without_labels_is_its_caption_or_nothing():
    assert chart_node(figure(), [], read_chart(figure(), [])) is None
    node = chart_node(figure(caption="Figure 9. The plant"), [], ChartReading())
    assert (node.text, node.regions) == ("Figure 9. The plant", (Region(3, WHOLE),))


TEXTS = st.one_of(
    st.text(min_size=1, max_size=24).filter(str.strip).map(str.strip).filter(lambda text: text.splitlines() == [text]),
    st.sampled_from(
        ["28%", "34", "2019", "2020", "40 10", "Men", "Women", "Source: us", "% who", "PEW CENTER", "增长"]
    ),
)


@st.composite
def any_labels(draw):
    count = draw(st.integers(0, 16))
    corner, side = st.floats(0, 0.95), st.floats(0.001, 0.4)
    labels = []
    for _ in range(count):
        x, y = draw(corner), draw(corner)
        box = Box(x, y, min(1.0, x + draw(side)), min(1.0, y + draw(side) / 8))
        labels.append(Label(draw(TEXTS), box, draw(st.floats(0, 1)), draw(st.booleans())))
    return labels


def zeros_for_letters(text):
    """OCR takes old-style zeros for the letter."""
    return text.replace("o", "0").replace("O", "0")


@given(any_labels())
def test_whatever_the_labels_every_text_is_in_the_node(labels):
    block = figure(Box(0.2, 0.1, 0.8, 0.6))
    reading = read_chart(block, labels)
    node = chart_node(block, labels, reading)
    if not labels:
        assert node is None
        return
    assert all(each.text in node.text for each in labels)
    assert node.text == "\n".join(part.text for part in node.parts)
    assert ChartReading.from_dict(reading.to_dict()).title == reading.title
    for region in [region for part in node.parts for region in part.regions]:
        assert region.page == 3
        assert 0.2 - 1e-9 <= region.box.x0 <= region.box.x1 <= 0.8 + 1e-9
        assert 0.1 - 1e-9 <= region.box.y0 <= region.box.y1 <= 0.6 + 1e-9
    read = [text for each in labels for text in (each.text, zeros_for_letters(each.text))]
    for value in reading.values:
        # Whole, or word by word where labels were joined.
        assert all(any(part in text for text in read) for part in value.text.split())
        assert 0 <= value.confidence <= 1


@pytest.mark.parametrize("caption", ["Figure 2: a pie chart of votes", "图2 饼图"])
def test_the_caption_may_name_the_type(caption):
    assert read_chart(figure(caption=caption), [label("41%", 100, 100)]).chart_type == "pie"
