"""What OCR or the layout put beside the printed values: second axes, markers, joined shares, a figure's number."""

import pytest

from chartwell.indexing.charts.labels.turned_pieces import join_turned
from chartwell.indexing.charts.marks import marks_of
from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

WIDTH, HEIGHT = 600, 400
FIGURE = FigureBlock(Image(b"png", "image/png", WIDTH, HEIGHT), Region(1, WHOLE))


def label(text, cx, cy, *, height=14.0, letter=7.0):
    """A label centred on (cx, cy) in pixels."""
    width = letter * len(text)
    x0, y0, x1, y1 = cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2
    return Label(text, Box(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT), 0.99)


TITLE = label("Visits keep growing everywhere", 180, 20, height=22, letter=11)
TICKS = [label(str(tick), 40, 300 - 8 * tick) for tick in (0, 10, 20)]
NAMES = [label(name, x, 325) for name, x in (("North", 150), ("South", 300), ("East", 450))]


def values(*labels):
    return [(value.category, value.number) for value in read_chart(FIGURE, [TITLE, *TICKS, *NAMES, *labels]).values]


def test_the_ticks_of_a_second_axis_are_no_values():
    second = [label(f"{tick}%", 560, 300 - 16 * tick) for tick in (0, 5, 10)]
    assert values(label("12.5", 150, 200), label("17.0", 300, 150), *second) == [("South", 17.0), ("North", 12.5)][::-1]


def test_numbers_beside_the_plot_at_other_heights_than_the_ticks_are_values():
    assert (
        len(values(label("12.5", 150, 200), *(label(str(n), 560, y) for n, y in ((3, 90), (8, 130), (15, 260))))) == 4
    )


@pytest.mark.parametrize("marker", ["△", "Δ", "●", " ■"])
def test_the_marker_of_a_line_is_no_part_of_its_number(marker):
    assert values(label(f"8.3%{marker}", 150, 200), label("9.1%", 300, 150)) == [("North", 8.3), ("South", 9.1)]


def test_a_marker_read_as_a_small_zero_is_no_value():
    assert values(label("12.5", 150, 200), label("0", 300, 220, height=6.0)) == [("North", 12.5)]
    assert values(label("12.5", 150, 200), label("0", 300, 220)) == [("North", 12.5), ("South", 0.0)]


def test_shares_without_a_blank_between_them_are_taken_apart():
    assert sorted(number for _, number in values(label("68%69%", 150, 200), label("70.5%", 300, 190))) == [68, 69, 70.5]


@pytest.mark.parametrize(
    ("read", "numbers"),
    [
        ("12.314.9", [12.3, 14.9]),
        ("9.011.6", [9.0, 11.6]),
        ("1,2001,350", [1200, 1350]),
        ("1,234,567", [1234567]),
        ("3.145", [3.145]),
    ],
)
def test_two_numbers_read_as_one_are_taken_apart_where_their_digits_tell(read, numbers):
    marks = marks_of([label(read, 300, 200)], WIDTH, HEIGHT)
    assert [mark.number.number for mark in marks] == numbers
    assert marks[0].x0 < marks[-1].x1 <= 300 + 7 * len(read) / 2 + 0.1


def test_two_values_beside_each_other_read_as_one_have_a_category_each():
    found = values(label("12.314.9", 225, 200, letter=20), label("7.5", 450, 190))
    assert sorted(found) == [("East", 7.5), ("North", 12.3), ("South", 14.9)]


def test_the_words_of_turned_tick_labels_are_joined_from_the_bottom_up():
    def word(text, cx, y0, y1, *, turned=False):
        return Label(text, Box((cx - 8) / WIDTH, y0 / HEIGHT, (cx + 8) / WIDTH, y1 / HEIGHT), 0.9, turned)

    words = [word("to 44", 200, 300, 340, turned=True), word("30", 200, 344, 362)]
    words += [word("29", 300, 300, 318), word("to", 300, 322, 338), word("18", 300, 342, 360)]
    elsewhere = [word("7", 400, 100, 118), word("8", 400, 120, 138), word("North", 500, 300, 316)]
    joined = join_turned([TITLE, *words, *elsewhere], WIDTH, HEIGHT)
    assert [piece.text for piece in joined] == [TITLE.text, "30 to 44", "18 to 29", "7", "8", "North"]
    assert all(piece.vertical for piece in joined[1:3])
    assert joined[2].box == Box(292 / WIDTH, 300 / HEIGHT, 308 / WIDTH, 360 / HEIGHT)


@pytest.mark.parametrize("number", ["Figure 1", "Fig. 2.3:", "图 3"])
def test_a_bare_number_of_a_figure_is_not_its_title(number):
    labels = [label(number, 50, 20), label("Visits keep growing everywhere", 180, 42, height=22, letter=11)]
    reading = read_chart(FIGURE, [*labels, *TICKS, *NAMES, label("12.5", 150, 200), label("17.0", 300, 150)])
    assert reading.title == "Visits keep growing everywhere"


def test_a_number_with_a_scale_word_is_a_value_on_an_axis_that_counts_in_that_scale():
    assert values(label("12m", 150, 200), label("17m", 300, 150)) == [("North", 12e6), ("South", 17e6)]


def test_quarters_in_a_row_are_tick_labels_and_no_note():
    quarters = [label(f"Q{number} 2024", x, 325) for number, x in ((1, 50), (2, 250), (3, 450))]
    source = label("Source: Annual report, page 7", 120, 345)
    numbers = [label("12.5", 50, 200), label("17.0", 250, 150), label("9.0", 450, 220)]
    reading = read_chart(FIGURE, [TITLE, *quarters, source, *numbers])
    assert reading.source_note == "Source: Annual report, page 7"
    assert [value.category for value in reading.values] == ["Q1 2024", "Q2 2024", "Q3 2024"]
