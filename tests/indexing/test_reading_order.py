from hypothesis import given
from hypothesis import strategies as st

from chartwell.indexing.documents import Box
from chartwell.indexing.loaders.parsed import Label
from chartwell.indexing.reading_order import reading_order


def label(text, x0, y0, x1, height=0.03, *, vertical=False):
    return Label(text, Box(x0, y0, x1, y0 + height), vertical=vertical)


@st.composite
def any_labels(draw):
    count = draw(st.integers(0, 25))
    fraction = st.floats(0, 0.9)
    return [
        Label(
            draw(st.text(max_size=20)),
            Box(x := draw(fraction), y := draw(fraction), x + draw(fraction) * 0.1, y + draw(fraction) * 0.1),
            vertical=draw(st.booleans()),
        )
        for _ in range(count)
    ]


@given(any_labels(), st.floats(0.2, 5))
def test_nothing_is_lost_or_doubled(labels, aspect):
    ordered = reading_order(labels, aspect)
    assert sorted(map(id, ordered)) == sorted(map(id, labels))


@given(any_labels())
def test_the_order_is_stable_once_found(labels):
    distinct = list(dict.fromkeys(labels))
    assert reading_order(distinct) == reading_order(distinct)


def test_rows_from_top_to_bottom_each_from_left_to_right():
    labels = [label("20", 0.6, 0.205, 0.65), label("Men", 0.1, 0.2, 0.2), label("Title", 0.1, 0.05, 0.4)]
    assert [found.text for found in reading_order(labels)] == ["Title", "Men", "20"]


def test_two_columns_of_prose_are_read_one_after_the_other():
    lines = 4
    left = [label(f"left line number {i} here", 0.05, 0.2 + 0.035 * i, 0.45) for i in range(lines)]
    right = [label(f"right line number {i} here", 0.55, 0.21 + 0.035 * i, 0.95) for i in range(lines)]
    mixed = [each for pair in zip(right, left, strict=True) for each in pair]
    assert [found.text for found in reading_order(mixed)] == [found.text for found in left + right]


def test_row_names_of_several_words_stay_with_their_values():
    rows = [
        each
        for i in range(4)
        for each in (
            label(f"people who said answer {i}", 0.05, 0.2 + 0.035 * i, 0.45),
            label(f"{i}0%", 0.6, 0.2 + 0.035 * i, 0.65),
        )
    ]
    assert reading_order(list(reversed(rows))) == rows


def test_a_line_of_prose_that_has_a_blank_to_fill_in_is_read_through():
    lines = [
        label("% of adults who say they", 0.0, 0.1, 0.3),
        label("to do so in the years to come,", 0.45, 0.1, 0.85),
        label("as asked in the second survey that was made", 0.0, 0.135, 0.9),
        label("of all the people in the whole of the country", 0.0, 0.17, 0.9),
    ]
    assert reading_order(list(reversed(lines))) == lines
