"""Names and headings of rows: which row each belongs to, on charts painted by hand with labels as OCR gives them."""

import io

import pytest
from PIL import Image as PILImage
from PIL import ImageDraw

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

DARK, LIGHT, BLUE = (140, 100, 20), (230, 206, 132), (60, 110, 180)
BLACK, PALE = (20, 20, 20), (150, 150, 150)
LINE, LETTER = 14, 7


class Chart:
    """A picture with bars; each text is a box filled as sparsely as letters are, and a label."""

    def __init__(self, width=480, height=480):
        self.picture = PILImage.new("RGB", (width, height), "white")
        self.draw = ImageDraw.Draw(self.picture)
        self.labels = []
        self.text("What people in the towns think of it", x0=5, y=15, letter=11)

    def text(self, text, *, y, x0=None, x1=None, ink=BLACK, letter=LETTER):
        """A line of text in the middle height `y` that begins at `x0` or ends at `x1`."""
        wide = letter * len(text)
        x0 = x1 - wide if x0 is None else x0
        for x in range(x0, x0 + wide, 4):
            self.draw.line((x, y - 4, x, y + 4), fill=ink)
        width, height = self.picture.size
        box = Box(x0 / width, (y - LINE / 2) / height, (x0 + wide) / width, (y + LINE / 2) / height)
        self.labels.append(Label(text, box, 0.99))

    def bar(self, number, y, color=DARK, *, x0=160, thick=20, inside=True):
        """A bar two pixels long a unit, with its number; returns where it ends."""
        end = x0 + 2 * number
        self.draw.rectangle((x0, y - thick // 2, end - 1, y - thick // 2 + thick - 1), fill=color)
        at = (x0 + end) // 2 - LETTER if inside else end + 6
        self.text(str(number), x0=at, y=y, ink=(255, 255, 255) if inside else BLACK)
        return end

    def row(self, name, y, *numbers, x0=160):
        """Stacked segments with their name at the left."""
        self.text(name, x1=x0 - 8, y=y)
        for number, color in zip(numbers, (DARK, LIGHT, BLUE), strict=False):
            x0 = self.bar(number, y, color, x0=x0)

    def values(self):
        buffer = io.BytesIO()
        self.picture.save(buffer, "PNG")
        figure = FigureBlock(Image(buffer.getvalue(), "image/png", *self.picture.size), Region(1, WHOLE))
        return read_chart(figure, self.labels).values

    def pairs(self):
        return {(value.category, value.number) for value in self.values()}


def test_a_heading_is_part_of_names_that_occur_twice_only():
    chart = Chart()
    chart.row("Everybody", 60, 40)
    for top, heading, women, men in ((90, "Among those in the city", 51, 33), (190, "Among those on farms", 42, 61)):
        chart.text(heading, x0=20, y=top)
        chart.row("Women", top + 30, women)
        chart.row("Men", top + 60, men)
    assert chart.pairs() == {
        ("Everybody", 40),
        ("Among those in the city: Women", 51),
        ("Among those in the city: Men", 33),
        ("Among those on farms: Women", 42),
        ("Among those on farms: Men", 61),
    }


def test_all_dates_of_a_group_take_its_heading_along_where_one_is_printed_twice():
    chart = Chart()
    groups = {"By telephone": {"2019": 51, "2017": 33, "2014": 25}, "On the web": {"2019": 42}}
    top = 90
    for heading, numbers in groups.items():
        chart.text(heading, x0=20, y=top)
        for row, (year, number) in enumerate(numbers.items(), start=1):
            chart.row(year, top + 30 * row, number)
        top += 30 * (len(numbers) + 1)
    assert chart.pairs() == {
        (f"{heading}: {year}", number) for heading, numbers in groups.items() for year, number in numbers.items()
    }


def test_a_heading_of_parts_that_every_panel_has_tells_none_apart():
    chart = Chart()
    for top, heading, number in ((60, "On you and yours", 30), (220, "On the whole country", 45)):
        chart.text(heading, x0=180, y=top)
        chart.row("Total", top + 30, number)
        chart.text("By income", x0=20, y=top + 60)
        chart.row("High", top + 90, number + 5)
        chart.row("Low", top + 120, number - 5)
    assert chart.pairs() == {
        (f"{heading}: {name}", number + more)
        for heading, number in (("On you and yours", 30), ("On the whole country", 45))
        for name, more in (("Total", 0), ("High", 5), ("Low", -5))
    }


def test_the_end_of_the_subtitle_is_the_heading_of_the_first_of_two_like_panels():
    chart = Chart()
    chart.text("Compared with long ago, life here is", x0=5, y=45, ink=PALE)
    chart.text("In years to come, life here will be", x0=5, y=190, ink=PALE)
    for top, numbers in ((80, (40, 52)), (225, (33, 61))):
        for number, name, y in zip(numbers, ("Young", "Old"), (top, top + 40), strict=True):
            chart.row(name, y, number)
    assert ("Compared with long ago, life here is: Young", 40) in chart.pairs()
    assert ("In years to come, life here will be: Old", 61) in chart.pairs()


@pytest.mark.parametrize("own_names", [True, False])
def test_panels_side_by_side_take_their_headings_along(own_names):
    chart = Chart(width=760)
    for x0, panel in ((160, "In the city"), (500, "In the country")):
        chart.text(panel, x0=x0 + 40, y=60)
        for x, head in ((x0 + 5, "Good"), (x0 + 90, "Bad")):
            chart.text(head, x0=x, y=85)
        for y, name, numbers in ((110, "Women", (40, 30)), (150, "Men", (35, 45)), (190, "Others", (42, 41))):
            place = x0
            if own_names or x0 == 160:
                chart.text(name, x1=x0 - 8, y=y)
            for number, color in zip(numbers, (DARK, LIGHT), strict=True):
                place = chart.bar(number + (x0 == 500), y, color, x0=place)
    found = {(value.series, value.category, value.number) for value in chart.values()}
    assert len(found) == 12
    assert {
        ("Good", "In the city: Women", 40),
        ("Bad", "In the city: Men", 45),
        ("Good", "In the country: Women", 41),
        ("Bad", "In the country: Others", 42),
    } <= found


def test_rows_set_in_under_another_take_its_name_along_where_two_groups_have_them():
    chart = Chart()
    for top, name, number in ((60, "Often there", 30), (190, "Seldom", 45)):
        chart.text(name, x0=20, y=top)
        chart.bar(number, top)
        for place, part in ((1, "Farmers"), (2, "Townspeople")):
            chart.text(part, x0=32, y=top + 35 * place)
            chart.bar(number + place, top + 35 * place)
    assert chart.pairs() == {
        ("Often there", 30),
        ("Often there: Farmers", 31),
        ("Often there: Townspeople", 32),
        ("Seldom", 45),
        ("Seldom: Farmers", 46),
        ("Seldom: Townspeople", 47),
    }


def test_rows_without_a_name_take_the_question_over_them():
    chart = Chart()
    for top, question, numbers in (
        (50, "How the school has taught them until now", (40, 51)),
        (130, "Whether the children have fallen behind", (62, 22)),
        (210, "What the parents themselves have done", (33, 45)),
    ):
        chart.text(question, x0=5, y=top)
        place = 100
        for number, color in zip(numbers, (DARK, LIGHT), strict=True):
            place = chart.bar(number, top + 40, color, x0=place)
    assert ("Whether the children have fallen behind", 62) in chart.pairs()
    assert ("What the parents themselves have done", 45) in chart.pairs()


def test_an_explanation_in_a_paler_ink_is_no_part_of_the_name():
    chart = Chart()
    for number, name in enumerate(("North", "South", "Islands")):
        y = 70 + 50 * number
        chart.bar(40 + number, y)
        chart.text(name, x1=150, y=y - 14)
        chart.text("two of the", x1=150, y=y, ink=PALE)
        chart.text("seven states", x1=150, y=y + 14, ink=PALE)
    assert chart.pairs() == {("North", 40), ("South", 41), ("Islands", 42)}


def test_names_of_two_lines_beside_two_bars_each():
    chart = Chart()
    for name, color, x0 in (("Townspeople", DARK, 170), ("Farmers", LIGHT, 300)):
        chart.draw.rectangle((x0, 46, x0 + 8, 54), fill=color)
        chart.text(name, x0=x0 + 14, y=50)
    names = ("Language and others", "No interest in it", "Waiting for papers")
    for number, name in enumerate(names):
        y = 90 + 55 * number
        for line, words in enumerate((" ".join(name.split()[:2]), " ".join(name.split()[2:]))):
            chart.text(words, x1=150, y=y + 18 * line)
        chart.bar(50 + number, y, DARK, thick=18, inside=False)
        chart.bar(30 + number, y + 18, LIGHT, thick=18, inside=False)
    assert chart.pairs() == {(name, start + n) for n, name in enumerate(names) for start in (50, 30)}


def test_a_heading_closely_over_a_name_is_none_of_its_lines():
    chart = Chart()
    for number, name in enumerate(("Norway", "Finland", "Denmark", "Iceland")):
        chart.row(name, 80 + 16 * number, 40 + number)
    chart.text("Northern", x0=10, y=66)
    assert chart.pairs() == {("Norway", 40), ("Finland", 41), ("Denmark", 42), ("Iceland", 43)}


def test_a_name_with_a_number_in_it_is_no_value():
    chart = Chart()
    for number, name in enumerate(("$75,000 or more", "$30,000-$74,999", "Less than $30,000")):
        chart.row(name, 80 + 40 * number, 44 + number, 30 + number)
    assert chart.pairs() == {
        ("$75,000 or more", 44),
        ("$75,000 or more", 30),
        ("$30,000-$74,999", 45),
        ("$30,000-$74,999", 31),
        ("Less than $30,000", 46),
        ("Less than $30,000", 32),
    }


def test_a_range_read_as_a_number_names_its_row():
    chart = Chart()
    for number, name in enumerate(("18-29", "3049", "50-64", "65 or older")):
        chart.row(name, 80 + 40 * number, 44 + number, 30 + number)
    assert ("3049", 45) in chart.pairs()
    assert {number for _, number in chart.pairs()} == {44, 45, 46, 47, 30, 31, 32, 33}


def test_a_name_run_together_with_the_first_number_of_its_row():
    chart = Chart()
    for number, name in enumerate(("Greece", "Italy", "Spain", "Poland")):
        chart.row(name, 80 + 40 * number, 44 + number, 30 + number)
    greece = next(n for n, label in enumerate(chart.labels) if label.text == "Greece")
    boxes = [label.box for label in chart.labels[greece : greece + 2]]
    chart.labels[greece] = Label("Greece 44", Box(*boxes[0][:2], *boxes[1][2:]), 0.99)
    del chart.labels[greece + 1]
    assert {("Greece", 44), ("Greece", 30), ("Italy", 45), ("Poland", 33)} <= chart.pairs()


def test_equal_bars_that_have_grown_together_are_two():
    chart = Chart()
    for number, (name, length) in enumerate((("Poland", 40), ("Israel", 40), ("Canada", 55), ("Japan", 31))):
        chart.row(name, 80 + 24 * number, length)
    chart.draw.rectangle((210, 88, 230, 96), fill=DARK)
    assert chart.pairs() == {("Poland", 40), ("Israel", 40), ("Canada", 55), ("Japan", 31)}


def test_zeros_read_as_letters():
    chart = Chart()
    chart.labels[0] = Label("Growth from 2o1o to 2o5o in the towns", chart.labels[0].box, 0.99)
    chart.row("World", 80, 40)
    chart.row("Europe", 120, 12)
    buffer = io.BytesIO()
    chart.picture.save(buffer, "PNG")
    figure = FigureBlock(Image(buffer.getvalue(), "image/png", *chart.picture.size), Region(1, WHOLE))
    assert read_chart(figure, chart.labels).title == "Growth from 2010 to 2050 in the towns"


def test_rows_whose_names_end_further_right_are_set_in_under_the_one_over_them():
    chart = Chart()
    rows = (("Total", 100), ("Men", 100), ("Tories", 100), ("Men", 107), ("Women", 107), ("Labour", 100), ("Men", 107))
    for number, (name, end) in enumerate((*rows, ("Women", 107))):
        chart.text(name, x1=end, y=60 + 40 * number)
        chart.bar(30 + number, 60 + 40 * number)
    assert [(v.category, v.number) for v in chart.values() if "Men" in v.category or "Women" in v.category] == [
        ("Men", 31),
        ("Tories: Men", 33),
        ("Tories: Women", 34),
        ("Labour: Men", 36),
        ("Labour: Women", 37),
    ]


def test_a_centred_name_of_many_lines_that_misses_the_middle_of_its_row_is_whole():
    chart = Chart()
    names = (
        ("Made a friend",),
        ("Went out",),
        ("Fought with friend", "because of what", "had happened", "the day before"),
    )
    for number, lines in enumerate(names):
        for place, line in enumerate(lines):
            x0 = 80 - LETTER * len(line) // 2
            chart.text(line, x0=x0, y=100 + 70 * number + LINE * place - (LINE if len(lines) > 1 else 0))
        chart.bar(40 + number, 100 + 70 * number, x0=160)
    assert ("Fought with friend because of what had happened the day before", 42) in chart.pairs()


def test_a_heading_centred_under_the_subtitle_and_begun_in_colour_is_whole():
    chart = Chart()
    chart.text("Shares of people who say that life in", x0=5, y=45, ink=PALE)
    chart.text("their own town is good", x0=5, y=60, ink=PALE)
    red, blue = (190, 60, 40), (60, 90, 160)
    for top, ink, who, numbers in ((90, red, "the Reds", (40, 52)), (230, blue, "the Blues", (33, 61))):
        chart.text(f"Friends of {who}", x0=220, y=top, ink=ink)
        chart.text("asked about", x0=218, y=top + 15)
        chart.text(who, x0=303, y=top + 15, ink=ink)
        for number, name, y in zip(numbers, ("Young", "Old"), (top + 45, top + 85), strict=True):
            chart.row(name, y, number)
    assert ("Friends of the Reds asked about the Reds: Young", 40) in chart.pairs()
    assert ("Friends of the Blues asked about the Blues: Old", 61) in chart.pairs()


def test_the_head_of_a_column_beside_the_subtitle_is_no_heading():
    chart = Chart()
    chart.text("Those in town who say farmers are more", x0=5, y=45, ink=PALE)
    chart.text("than others", x0=5, y=60, ink=PALE)
    chart.text("Neither", x0=400, y=60)
    chart.text("Those on farms who say towners are more", x0=5, y=210, ink=PALE)
    chart.text("than others", x0=5, y=225, ink=PALE)
    for top, numbers in ((90, (40, 52, 31)), (255, (33, 61, 45))):
        for number, name, y in zip(numbers, ("Lazy", "Rude", "Rich"), (top, top + 35, top + 70), strict=True):
            chart.row(name, y, number)
            chart.text(str(number - 30), x0=410, y=y)
    assert ("Those in town who say farmers are more than others: Lazy", 40) in chart.pairs()
    assert ("Those on farms who say towners are more than others: Rich", 45) in chart.pairs()


def test_panels_in_a_grid_with_names_of_their_own_have_headings_not_series():
    chart = Chart(width=640)
    titles = {("Strongest", 0): 60, ("Kindest", 1): 60, ("Wisest", 0): 220, ("Fastest", 1): 220}
    for number, ((title, side), top) in enumerate(titles.items()):
        x0 = 110 + 300 * side
        chart.text(title, x0=x0, y=top)
        for row, name in enumerate(("Anna", "Bert", "Cleo")):
            chart.text(name, x1=x0 - 8, y=top + 30 + 35 * row)
            chart.bar(30 + 5 * number + 3 * row, top + 30 + 35 * row, x0=x0)
    found = {(value.series, value.category, value.number) for value in chart.values()}
    assert found == {
        ("", f"{title}: {name}", 30 + 5 * number + 3 * row)
        for number, (title, _) in enumerate(titles)
        for row, name in enumerate(("Anna", "Bert", "Cleo"))
    }


def test_a_heading_of_a_group_follows_that_of_its_panel_where_both_are_needed():
    chart = Chart(width=760)
    for name, color, x in (("Yes", DARK, 160), ("No", LIGHT, 240)):
        chart.draw.rectangle((x, 36, x + 9, 45), fill=color)
        chart.text(name, x0=x + 16, y=41)
    for x0, panel, more in ((160, "In the city", 0), (520, "In the country", 1)):
        chart.text(panel, x0=x0 + 40, y=66)
        for top, group, years in ((90, "On line", ("2019",)), (170, "By phone", ("2019", "2017", "2015"))):
            chart.text(group, x0=x0 - 90, y=top)
            for row, year in enumerate(years):
                chart.text(year, x1=x0 - 8, y=top + 30 + 35 * row)
                end = chart.bar(top // 10 + 20 + 5 * row + more, top + 30 + 35 * row, x0=x0)
                chart.bar(70 - 5 * row + more, top + 30 + 35 * row, LIGHT, x0=end)
    assert ("In the city: On line: 2019", 29) in chart.pairs()
    assert ("In the country: By phone: 2019", 38) in chart.pairs()


def test_a_limit_that_reads_as_a_number_names_the_only_number_of_its_row():
    chart = Chart()
    for row, (name, number) in enumerate((("$75K+", 30), ("$30-75K", 45), ("$10-30K", 41), ("<$10K", 27))):
        chart.text(name, x1=152, y=70 + 35 * row)
        chart.bar(number, 70 + 35 * row, inside=False)
    assert ("<$10K", 27) in chart.pairs()
    assert len(chart.values()) == 4


def test_two_texts_side_by_side_under_the_title_are_headings_of_panels():
    chart = Chart(width=760)
    for x0, lines in (
        (5, ("Who is said to be", "the tallest of all")),
        (390, ("Who is said to have", "the longest hair")),
    ):
        for line, text in enumerate(lines):
            chart.text(text, x0=x0, y=45 + 15 * line, ink=PALE)
    for x0, names, more in ((110, ("Anna", "Bert", "Cleo"), 0), (490, ("Bert", "Cleo", "Anna"), 7)):
        for row, name in enumerate(names):
            chart.text(name, x1=x0 - 8, y=100 + 35 * row)
            chart.bar(60 - 10 * row + more, 100 + 35 * row, x0=x0)
    assert chart.pairs() == {
        *(
            (f"Who is said to be the tallest of all: {name}", n)
            for name, n in (("Anna", 60), ("Bert", 50), ("Cleo", 40))
        ),
        *(
            (f"Who is said to have the longest hair: {name}", n)
            for name, n in (("Bert", 67), ("Cleo", 57), ("Anna", 47))
        ),
    }
