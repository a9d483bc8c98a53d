"""Bars that are hard to tell: outlined, grown together with lines, read as letters, in stacks of their own."""

import pytest

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

NAVY, PALE, GREEN = "#003163", "#ffce9c", "#949c4a"


def triples(reading):
    return {(value.series, value.category, value.number) for value in reading.values if value.how == "labelled"}


@pytest.mark.parametrize("background", ["white", "#fff3cf"])
def test_outlines_in_the_colour_of_the_bars_beside(read_drawn, background):
    rows = (("Poland", 30, 62), ("Ukraine", 49, 50), ("Bulgaria", 48, 39), ("Russia", 15, 47))

    def draw(axes):
        axes.figure.subplots_adjust(0.04, 0.04, 0.97, 0.97)
        axes.set_facecolor(background)
        for place, (name, left, right) in enumerate(rows):
            axes.barh(-place, -left, 0.7, color=PALE, edgecolor=NAVY, linewidth=0.8)
            axes.barh(-place, right, 0.7, color=NAVY, edgecolor=NAVY, linewidth=0.8)
            axes.text(-1, -place, str(left), ha="right", va="center", color="#ff0000")
            axes.text(1, -place, str(right), ha="left", va="center", color="white")
            axes.text(-80, -place, name, ha="right", va="center")
        axes.text(-25, 0.9, "Disapprove", ha="center", color=PALE)
        axes.text(35, 0.9, "Approve", ha="center", color=NAVY)
        axes.set_xlim(-110, 70)
        axes.set_ylim(-4, 1.5)
        axes.set_xticks([])
        axes.set_yticks([])

    reading = read_drawn(draw)
    assert reading.chart_type == "horizontal stacked bar"
    assert {(value.category, value.number) for value in reading.values} == {
        (name, number) for name, *numbers in rows for number in numbers
    }


def test_groups_whose_columns_are_set_apart(read_drawn):
    groups = (("White", (85, 63, 47)), ("Hispanic", (14, 17, 29)), ("Black", (11, 12, 13)))
    colors = ("#3a736b", "#3a736b", "#a5d6ce")

    def draw(axes):
        for group, (name, numbers) in enumerate(groups):
            for place, (number, color) in enumerate(zip(numbers, colors, strict=True)):
                axes.bar(5 * group + 1.2 * place, number, 1, color=color)
                axes.text(5 * group + 1.2 * place, number + 1, str(number), ha="center")
            axes.text(5 * group + 1.2, -4, name, ha="center", va="top")
        for place, (year, color) in enumerate(zip(("1960", "2011", "2050"), colors, strict=True)):
            axes.bar(5 + 3 * place, 3, 0.3, bottom=88, color=color)
            axes.text(5.3 + 3 * place, 89.5, year, va="center")
        axes.set_ylim(-12, 100)
        axes.axis("off")

    assert triples(read_drawn(draw)) == {
        (year, name, number)
        for name, numbers in groups
        for year, number in zip(("1960", "2011", "2050"), numbers, strict=True)
    }


def test_a_narrow_bar_read_as_a_letter_names_no_row(read_drawn):
    rows = (("Clinton", 48), ("Reagan", 30), ("Ford", 1), ("Nixon", 12))

    def draw(axes):
        for place, (name, number) in enumerate(rows):
            axes.barh(-place, number if number > 1 else 0, 0.7, color=NAVY)
            axes.text(60, -place, str(number), ha="center", va="center")
            axes.text(-1, -place, name, ha="right", va="center")
        axes.text(0.5, -2, "I", ha="center", va="center", color=NAVY, size=16)
        axes.set_xlim(-20, 65)
        axes.axis("off")

    assert {(value.category, value.number) for value in read_drawn(draw).values} == set(rows)


def test_names_in_a_row_over_columns_of_different_heights(read_drawn):
    columns = (("Consistently\nliberal", 21, 77), ("Mostly\nliberal", 40, 57), ("Mixed", 51, 47), ("Total", 75, 22))

    def draw(axes):
        for place, (name, upper, lower) in enumerate(columns):
            axes.bar(place, upper, 0.5, color=PALE)
            axes.bar(place, -lower, 0.5, color=GREEN)
            axes.text(place, upper - 8, str(upper), ha="center")
            axes.text(place, 5 - lower, str(lower), ha="center")
            axes.text(place, 100, name, ha="center", va="top")
        axes.set_ylim(-85, 110)
        axes.axis("off")

    assert {(value.category, value.number) for value in read_drawn(draw).values} == {
        (name.replace("\n", " "), number) for name, *numbers in columns for number in numbers
    }


@pytest.mark.parametrize("across", [True, False])
def test_one_stack_with_its_names_in_it(read_drawn, across):
    parts = (("SHOULD NOT", 52, PALE), ("SHOULD", 43, GREEN))

    def draw(axes):
        start = 0
        for name, number, color in parts:
            if across:
                axes.barh(0, number, 20, left=start, color=color)
                axes.text(start + 20, 0, f"{number}%", ha="center", va="center")
                axes.text(start + 20, -6, name, ha="center", va="center")
            else:
                axes.bar(0, number, 20, bottom=start, color=color)
                axes.text(0, start + 30, f"{number}%", ha="center", va="center")
                axes.text(0, start + 10, name, ha="center", va="center")
            start += number
        axes.set_xlim(*((-5, 120) if across else (-40, 40)))
        axes.set_ylim(*((-60, 60) if across else (-5, 115)))
        axes.set_title("More say they should not follow", loc="left", size=15)
        axes.axis("off")

    reading = read_drawn(draw)
    assert reading.chart_type == ("horizontal stacked bar" if across else "stacked bar")
    assert triples(reading) == {(name, "", number) for name, number, _ in parts}


def columns(axes, groups, colors):
    """Groups of columns with their numbers over them and their names below."""
    for group, (name, numbers) in enumerate(groups):
        for place, (number, color) in enumerate(zip(numbers, colors, strict=True)):
            axes.bar(4 * group + place, number, 1, color=color)
            axes.text(4 * group + place, number + 1, str(number), ha="center")
        axes.text(4 * group + (len(numbers) - 1) / 2, -4, name, ha="center", va="top")
    axes.set_ylim(-12, 100)
    axes.axis("off")


def test_a_number_over_a_column_too_low_to_be_seen(read_drawn):
    groups = (("White", (85, 63, 47)), ("Black", (11, 12, 13)), ("Asian", (0.1, 15, 9)))

    def draw(axes):
        columns(axes, groups, (NAVY, PALE, GREEN))
        for place, (year, color) in enumerate(zip(("1960", "2011", "2050"), (NAVY, PALE, GREEN), strict=True)):
            axes.bar(4 + 2 * place, 4, 0.4, bottom=88, color=color)
            axes.text(4.4 + 2 * place, 90, year, va="center")

    assert triples(read_drawn(draw)) == {
        (year, name, number)
        for name, numbers in groups
        for year, number in zip(("1960", "2011", "2050"), numbers, strict=True)
    }


def test_a_tick_label_read_as_a_number_is_no_value(read_drawn):
    groups = (("under 6", (20,)), ("612", (40,)), ("13-17", (70,)), ("over 17", (62,)))
    found = {(value.category, value.number) for value in read_drawn(lambda axes: columns(axes, groups, (NAVY,))).values}
    assert found == {(name, number) for name, (number,) in groups}


def test_a_number_alone_at_the_left_of_the_columns_is_no_tick(read_drawn):
    def draw(axes):
        columns(axes, (("North", (60,)), ("South", (40,)), ("East", (70,))), (NAVY,))
        axes.text(-1.2, 50, "9%", ha="right")
        axes.set_xlim(-2, 9)

    assert read_drawn(draw).y_axis is None


def test_segments_beside_the_names_of_a_stack_are_no_keys(read_drawn):
    parts = (("Other", 30, NAVY), ("Construction", 20, PALE), ("Retail trade", 26, GREEN), ("Food", 24, "#73394a"))

    def draw(axes):
        start = 0
        for name, number, color in parts:
            axes.bar(0, number, 1, bottom=start, color=color)
            axes.text(0, start + number / 2, str(number), ha="center", va="center", color="white")
            axes.text(0.6, start + (4 if number > 25 else number / 2), name, va="center")
            start += number
        axes.set_xlim(-1, 6)
        axes.set_ylim(-10, 110)
        axes.axis("off")

    assert triples(read_drawn(draw)) == {(name, "", number) for name, number, _ in parts}


FIGURE = FigureBlock(Image(b"png", "image/png", 600, 400), Region(1, WHOLE))


def label(text, x0, y0, *, height=14.0, letter=7.0):
    """A label from (x0, y0) in pixels on."""
    return Label(text, Box(x0 / 600, y0 / 400, (x0 + letter * len(text)) / 600, (y0 + height) / 400), 0.99)


def test_names_with_their_numbers_in_brackets():
    panels = (
        ("Black", (("Drug addiction", "77%"), ("Racism", "75"), ("Sexism", "47"))),
        ("White", (("Drug addiction", "68%"), ("Terrorism", "29"), ("Racism", "30"))),
    )
    labels = [label("Many problems are seen as big", 20, 10, height=22, letter=11)]
    for panel, (head, rows) in enumerate(panels):
        labels.append(label(head, 40 + 300 * panel, 80))
        labels += [label(f"{name} ({n})", 40 + 300 * panel, 104 + 30 * row) for row, (name, n) in enumerate(rows)]
    found = {(value.series, value.category, value.number) for value in read_chart(FIGURE, labels).values}
    assert found == {(head, name, float(number.rstrip("%"))) for head, rows in panels for name, number in rows}


def test_a_name_with_a_share_in_it_is_no_value_beside_others():
    labels = [
        label("A few users write most of what is read", 20, 10, height=22, letter=11),
        label("Top 10%", 100, 150),
        label("All the rest", 350, 150),
        label("80%", 120, 200),
        label("20%", 370, 200),
    ]
    assert [value.number for value in read_chart(FIGURE, labels).values] == [80, 20]


def test_numbers_beside_groups_of_bars_are_those_of_the_groups(read_drawn):
    groups = (("Positive", 50, 29, -21), ("Negative", 20, 31, 11), ("No effect", 24, 30, 6))

    def draw(axes):
        for group, (name, first, second, change) in enumerate(groups):
            for level, (number, color) in enumerate(((first, NAVY), (second, GREEN))):
                axes.barh(-3 * group - 1.1 * level, number, 1, color=color)
                axes.text(2, -3 * group - 1.1 * level, str(number), va="center", color="white")
            axes.text(-2, -3 * group - 0.55, name, ha="right", va="center")
            axes.text(70, -3 * group - 0.55, f"{change:+}", ha="center", va="center")
        axes.text(70, 1.4, "Change in\n% Points", ha="center", va="center")
        for place, (year, color) in enumerate((("2007", NAVY), ("2010", GREEN))):
            axes.barh(1.6, 2, 0.3, left=15 * place, color=color)
            axes.text(3 + 15 * place, 1.6, year, va="center")
        axes.set_title("What most people think of its effect on all of us", loc="left", size=15)
        axes.set_xlim(-25, 85)
        axes.axis("off")

    assert triples(read_drawn(draw)) == {
        (series, name, number)
        for name, *numbers in groups
        for series, number in zip(("2007", "2010", "Change in % Points"), numbers, strict=True)
    }


def test_a_label_with_its_number_in_brackets_over_the_end_of_its_bar_is_whole(read_drawn):
    rows = (("Drug addiction", 77), ("Racism", 30), ("Made-up news", 51), ("Terrorism", 29), ("Sexism", 19))

    def draw(axes):
        for place, (name, number) in enumerate(rows):
            axes.barh(-place, number, 0.8, color=PALE)
            axes.text(2, -place, f"{name} ({number})", va="center", weight="bold", size=14)
        axes.set_title("What is seen as a very big problem", loc="left", size=18)
        axes.set_xlim(0, 110)
        axes.axis("off")

    assert triples(read_drawn(draw)) == {("", name, number) for name, number in rows}
