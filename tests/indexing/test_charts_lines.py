"""Numbers at the points of lines, on charts painted by hand, with labels as OCR gives them."""

import io

import pytest
from matplotlib import font_manager
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFont

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

RED, BLUE, OCHRE, GREEN = (191, 59, 39), (67, 107, 132), (210, 168, 50), (120, 150, 60)
BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (140, 140, 140)
PAINTED = 3
"""Times the size that pictures are painted in before they are reduced, so that lines have soft edges."""


class Chart:
    """Lines over an axis of years from `first` to `last`, numbers from 0 to 100 upwards; `labels` as OCR reads them."""

    def __init__(self, first=2000, last=2010, *, left=60, right=420, width=480, height=360):
        self.size = (width, height)
        self.picture = PILImage.new("RGB", (PAINTED * width, PAINTED * height), WHITE)
        self.draw = ImageDraw.Draw(self.picture)
        self.first, self.last, self.left, self.right = first, last, left, right
        self.labels = []
        self.text("What people think of it over the years", 10, 25, size=18)

    def x(self, year):
        return self.left + (self.right - self.left) * (year - self.first) / (self.last - self.first)

    def y(self, number):
        return 300 - 2.2 * number

    def ticks(self, texts, y=325):
        """Tick labels by the year that they stand at."""
        for year, text in texts.items():
            self.text(text, self.x(year), y, anchor="mm")

    def line(self, points, color, *, markers=False, thick=4):
        places = [(PAINTED * self.x(year), PAINTED * self.y(number)) for year, number in points.items()]
        self.draw.line(places, fill=color, width=PAINTED * thick, joint="curve")
        for x, y in places if markers else ():
            self.draw.ellipse((x - 15, y - 15, x + 15, y + 15), fill=WHITE, outline=color, width=6)

    def key(self, name, x, color, y=50):
        """A legend's key, a piece of line with a marker on it, and its name."""
        self.draw.line((PAINTED * x, PAINTED * y, PAINTED * (x + 30), PAINTED * y), fill=color, width=PAINTED * 3)
        x_, y_ = PAINTED * (x + 15), PAINTED * y
        self.draw.ellipse((x_ - 9, y_ - 9, x_ + 9, y_ + 9), fill=WHITE, outline=color, width=4)
        self.text(name, x + 34, y)

    def number(self, number, year, *, dy, color=BLACK):
        self.text(str(number), self.x(year), self.y(number) + dy, anchor="mm", color=color)

    def text(self, text, x, y, *, color=BLACK, anchor="lm", size=13, read=""):
        """`read`: what OCR makes of it, where that is something else."""
        font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), PAINTED * size)
        place = (PAINTED * x, PAINTED * y)
        self.draw.text(place, text, fill=color, font=font, anchor=anchor)
        x0, _, x1, _ = (edge / PAINTED for edge in self.draw.textbbox(place, text, font=font, anchor=anchor))
        self.label(read or text, x0 - 1, y - 0.62 * size, x1 + 1, y + 0.62 * size)

    def label(self, text, x0, y0, x1, y1):
        width, height = self.size
        self.labels.append(Label(text, Box(x0 / width, y0 / height, x1 / width, y1 / height), 0.99))

    def read(self):
        buffer = io.BytesIO()
        self.picture.resize(self.size, PILImage.Resampling.BOX).save(buffer, "PNG")
        figure = FigureBlock(Image(buffer.getvalue(), "image/png", *self.size), Region(1, WHOLE))
        return read_chart(figure, self.labels)

    def triples(self):
        return {(value.series, value.category, value.number) for value in self.read().values}


SMOKERS = {2000: 62, 2002: 60, 2004: 55, 2006: 52, 2008: 41, 2010: 38}
WALKERS = {2000: 30, 2002: 31, 2004: 35, 2006: 44, 2008: 46, 2010: 52}


def two_lines(**options):
    chart = Chart(**options)
    chart.line(SMOKERS, RED)
    chart.line(WALKERS, BLUE)
    return chart


@pytest.mark.parametrize(
    ("texts", "between"),
    [
        ({2000: "2000", 2004: "2004", 2010: "2010"}, "2006"),
        ({2000: "'00", 2004: "'04", 2010: "'10"}, "'06"),
        ({2000: "00", 2004: "04", 2008: "08", 2010: "10"}, "06"),
    ],
)
def test_a_point_between_two_tick_labels_stands_at_the_year_there(texts, between):
    chart = two_lines()
    chart.ticks(texts)
    chart.text("Smokers", 200, 120, color=RED)
    chart.text("Walkers", 200, 260, color=BLUE)
    for year in (2000, 2006, 2010):
        chart.number(SMOKERS[year], year, dy=-14, color=RED)
        chart.number(WALKERS[year], year, dy=14, color=BLUE)
    found = chart.triples()
    assert {("Smokers", between, 52), ("Walkers", between, 44)} <= found
    assert {("Smokers", texts[2000], 62), ("Walkers", texts[2010], 52)} <= found
    assert len(found) == 6


def test_a_point_that_stands_at_no_whole_year_has_no_category():
    chart = Chart()
    survey = {2000.6: 20, 2003.4: 35, 2006.5: 30, 2009.5: 50}
    chart.line(survey, RED)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for year, number in survey.items():
        chart.number(number, year, dy=-14, color=RED)
    assert ("", "", 30) in chart.triples()


def test_number_and_name_in_one_label_beside_the_end_of_a_line():
    chart = two_lines(right=330)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for points, color, name, read in (
        (SMOKERS, RED, "38 Smokers", "o38 Smokers"),
        (WALKERS, BLUE, "52 Walkers", "052 Walkers"),
    ):
        chart.number(points[2000], 2000, dy=-14, color=color)
        chart.text(name, chart.x(2010) + 8, chart.y(points[2010]), color=color, read=read)
    assert chart.triples() == {
        ("Smokers", "2000", 62),
        ("Smokers", "2010", 38),
        ("Walkers", "2000", 30),
        ("Walkers", "2010", 52),
    }


def test_a_name_that_begins_with_a_number_is_no_value():
    chart = two_lines(right=330)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    chart.text("18 to 34", chart.x(2010) + 8, chart.y(38), color=RED)
    chart.text("35 and over", chart.x(2010) + 8, chart.y(52), color=BLUE)
    assert not chart.read().values


def test_black_numbers_go_to_lines_by_their_height():
    chart = Chart()
    lines = {"High": ({2000: 60, 2005: 64, 2010: 70}, RED), "Low": ({2000: 53, 2005: 48, 2010: 40}, BLUE)}
    for points, color in lines.values():
        chart.line(points, color)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    chart.text("High", 340, 130, color=RED)
    chart.text("Low", 340, 230, color=BLUE)
    for points, _ in lines.values():
        for year in (2005, 2010):
            chart.number(points[year], year, dy=-14)
    # Between both lines, nearer to the one that it is not the number of.
    chart.text("60", chart.x(2000) + 2, chart.y(53) - 9, anchor="mm")
    chart.text("53", chart.x(2000) + 2, chart.y(53) + 14, anchor="mm")
    assert {("High", "2000", 60), ("Low", "2000", 53)} <= chart.triples()


def test_lines_of_one_colour_are_several():
    chart = Chart(first=2007, last=2014, right=220)
    lines = {"Catholic": (70, 60), "Mainline": (50, 38), "Others": (12, 18)}
    for name, (start, end) in lines.items():
        chart.line({2007: start, 2014: end}, OCHRE)
        chart.text(str(start), 52, chart.y(start), anchor="rm")
        chart.text(str(end), 228, chart.y(end))
        chart.text(name, 260, chart.y(end))
    chart.ticks({2007: "2007", 2014: "2014"})
    expected = {(name, "2007", start) for name, (start, _) in lines.items()}
    assert chart.triples() == expected | {(name, "2014", end) for name, (_, end) in lines.items()}


def test_panels_side_by_side_have_their_headings():
    chart = Chart(first=0, last=10, width=520, right=480)
    for heading, start in (("Women", 0), ("Men", 6)):
        chart.text(heading, chart.x(start + 2), 70, anchor="mm")
        chart.line({start: 40, start + 4: 60}, RED)
        chart.line({start: 30, start + 4: 15}, BLUE)
        chart.ticks({start: "2015", start + 4: "2019"})
        for number, at, color in ((40, start, RED), (60, start + 4, RED), (30, start, BLUE), (15, start + 4, BLUE)):
            chart.number(number, at, dy=-14, color=color)
    chart.text("Yes", chart.x(1), chart.y(62), color=RED)
    chart.text("No", chart.x(1), chart.y(12), color=BLUE)
    found = chart.triples()
    assert {("Yes", "Women: 2015", 40), ("Yes", "Men: 2019", 60), ("No", "Men: 2015", 30)} <= found
    assert len(found) == 8


def test_keys_that_are_pieces_of_line_with_a_marker():
    chart = two_lines()
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    chart.key("Smokers", 60, RED)
    chart.key("Walkers", 200, BLUE)
    for number, year in ((62, 2000), (38, 2010), (52, 2010)):
        chart.number(number, year, dy=-14)
    reading = chart.read()
    assert reading.legend == ("Smokers", "Walkers")
    assert ("Smokers", "2000", 62) in chart.triples()


def test_ticks_beside_numbers_where_lines_begin_at_the_axis():
    chart = Chart()
    chart.line({2000: 65, 2005: 70, 2010: 81}, BLUE)
    chart.line({2000: 31, 2005: 40, 2010: 51}, OCHRE)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for tick in (0, 25, 50, 75, 100):
        chart.text(str(tick), 50, chart.y(tick), anchor="rm", color=GREY)
    chart.text("65", 50, chart.y(65), anchor="rm")
    chart.text("31", 50, chart.y(31), anchor="rm")
    chart.number(81, 2010, dy=-14)
    chart.number(51, 2010, dy=-14)
    reading = chart.read()
    assert reading.y_axis.labels == ("100", "75", "50", "25", "0")
    assert sorted(value.number for value in reading.values if value.how == "labelled") == [31, 51, 65, 81]


def test_a_band_between_lines_makes_no_area_chart():
    chart = Chart()
    chart.draw.polygon(
        [(PAINTED * chart.x(year), PAINTED * chart.y(number)) for year, number in (*SMOKERS.items(),)]
        + [(PAINTED * chart.x(year), PAINTED * chart.y(20)) for year in (2010, 2000)],
        fill=(240, 238, 225),
    )
    chart.line(SMOKERS, RED)
    chart.line({year: 20 + (year - 2000) % 4 for year in SMOKERS}, BLUE)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    chart.number(62, 2000, dy=-14, color=RED)
    assert chart.read().chart_type == "line"


def test_lines_of_the_grid_over_an_area_are_none_of_the_chart():
    chart = Chart()
    outline = [(2000, 60), (2003, 40), (2006, 70), (2010, 50)]
    corners = [*outline, (2010, 0), (2000, 0)]
    chart.draw.polygon([(PAINTED * chart.x(x), PAINTED * chart.y(y)) for x, y in corners], fill=(120, 150, 210))
    for tick in (0, 20, 40, 60, 80):
        y = PAINTED * round(chart.y(tick))
        chart.draw.rectangle((PAINTED * 60, y, PAINTED * 420, y + PAINTED - 1), fill=GREY)
        chart.text(str(tick), 50, chart.y(tick), anchor="rm")
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    assert chart.read().chart_type == "area"


def test_numbers_in_a_column_beside_the_names_of_lines():
    chart = Chart(first=2007, last=2014, right=200)
    lines = {"Catholic": (70, 60), "Mainline": (50, 38), "Others": (12, 18)}
    for (name, (start, end)), color in zip(lines.items(), (RED, BLUE, GREEN), strict=True):
        chart.line({2007: start, 2014: end}, color)
        chart.text(str(start), 52, chart.y(start), anchor="rm")
        chart.text(str(end), 208, chart.y(end))
        chart.text(name, 240, chart.y(end))
        chart.text(f"{end - start:+}", 400, chart.y(end), anchor="mm")
    chart.text("Change", 400, 80, anchor="mm")
    chart.ticks({2007: "2007", 2014: "2014"})
    assert {("Catholic", "Change", -10), ("Mainline", "Change", -12), ("Others", "Change", 6)} <= chart.triples()


@pytest.mark.parametrize("outline", [(88, 92, 80, 90), (95, 70, 40, 20), (30, 60, 20, 50)], ids=str)
@pytest.mark.parametrize("color", [(85, 112, 145), (105, 105, 105)], ids=["blue", "grey"])
def test_an_area_is_no_bar_and_no_ground(outline, color):
    chart = Chart()
    corners = [*zip((2000, 2003, 2006, 2010), outline, strict=True), (2010, 0), (2000, 0)]
    chart.draw.polygon([(PAINTED * chart.x(x), PAINTED * chart.y(y)) for x, y in corners], fill=color)
    for tick in (0, 20, 40, 60, 80, 100):
        chart.text(str(tick), 50, chart.y(tick), anchor="rm")
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    assert chart.read().chart_type == "area"


def test_a_line_whose_colour_jpeg_has_spread_is_seen():
    sky = (90, 140, 205)
    chart = Chart()
    chart.line(SMOKERS, RED, thick=3)
    chart.line(WALKERS, sky, thick=3)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for points, color in ((SMOKERS, RED), (WALKERS, sky)):
        for year in (2000, 2010):
            chart.number(points[year], year, dy=-14, color=color)
    chart.text("Smokers", 200, 120, color=RED)
    chart.text("Walkers", 200, 260, color=sky)
    expected = {("Smokers", "2000", 62), ("Smokers", "2010", 38), ("Walkers", "2000", 30), ("Walkers", "2010", 52)}
    reduced = chart.picture.resize(chart.size, PILImage.Resampling.BOX)
    noisy = io.BytesIO()
    reduced.save(noisy, "JPEG", quality=60)
    figure = FigureBlock(Image(noisy.getvalue(), "image/jpeg", *chart.size), Region(1, WHOLE))
    reading = read_chart(figure, chart.labels)
    assert {(value.series, value.category, value.number) for value in reading.values} == expected


def test_numbers_of_a_line_count_though_neither_name_nor_tick_is_printed_for_them():
    chart = Chart(2009, 2012)
    news = {2009: 71, 2009.6: 40, 2010.4: 60, 2010.6: 35, 2011.4: 74, 2011.7: 43, 2012: 55}
    chart.line(news, BLUE)
    chart.ticks({year: f"Jun {year - 2000:02}" for year in range(2009, 2013)})
    for year, number in news.items():
        chart.number(number, year, dy=-14 if number > 50 else 14, color=BLUE)
    assert {value.number for value in chart.read().values} == set(news.values())


def test_a_number_read_together_with_the_name_that_stands_over_the_line_is_taken_from_it():
    chart = two_lines()
    chart.ticks({2000: "2000", 2004: "2004", 2010: "2010"})
    chart.text("55 Smokers", chart.x(2004) - 6, chart.y(55) - 14, color=RED)
    chart.text("Walkers", 200, 260, color=BLUE)
    for year in (2000, 2010):
        chart.number(SMOKERS[year], year, dy=14, color=RED)
        chart.number(WALKERS[year], year, dy=-14, color=BLUE)
    assert ("Smokers", "2004", 55) in chart.triples()


@pytest.mark.parametrize("read", ["", "38.5 and more"])
def test_a_number_before_the_last_line_of_a_name_is_that_of_the_whole_name(read):
    chart = two_lines(right=300)
    chart.ticks({2000: "2000", 2010: "2010"})
    for number, points, color in (("62.5", SMOKERS, RED), ("30.5", WALKERS, BLUE)):
        chart.text(number, chart.left - 4, chart.y(points[2000]), anchor="rm", color=color)
    chart.text("52.5", 306, chart.y(52), color=BLUE)
    chart.text("Walkers", 344, chart.y(52), color=BLUE)
    chart.text("Smokers of ten", 344, chart.y(38) - 15, color=RED)
    if read:
        chart.text("38.5 and more", 306, chart.y(38), color=RED)
    else:
        chart.text("38.5", 306, chart.y(38), color=RED)
        chart.text("and more", 344, chart.y(38), color=RED)
    assert {("Smokers of ten and more", "2010", 38.5), ("Walkers", "2010", 52.5)} <= chart.triples()


def test_a_line_that_begins_a_year_after_a_tick_label_begins_there():
    chart = Chart(1990, 2020)
    points = {2001: 30, 2004: 45, 2006: 38, 2008: 52, 2009: 44, 2011: 60, 2013: 50, 2014: 58, 2016: 45, 2018: 62}
    chart.line(points, RED)
    chart.ticks({1990: "'90", 2000: "'00", 2010: "'10", 2020: "'20"})
    chart.number(30, 2001, dy=14, color=RED)
    chart.number(62, 2018, dy=-14, color=RED)
    assert chart.triples() == {("", "'01", 30), ("", "'18", 62)}


def test_pale_strips_behind_a_line_are_no_bars_and_their_name_is_not_the_lines():
    chart = Chart()
    for start, end in ((2001, 2002), (2004, 2004.6), (2008, 2008.8)):
        corners = (chart.x(start), chart.y(100), chart.x(end), chart.y(0))
        chart.draw.rectangle([PAINTED * edge for edge in corners], fill=(230, 232, 238))
    for tick in (0, 50, 100):
        y = PAINTED * chart.y(tick)
        chart.draw.line((PAINTED * chart.left, y, PAINTED * chart.right, y), fill=GREY, width=PAINTED)
    chart.line(SMOKERS, RED)
    chart.text("Recession", chart.x(2004), chart.y(45), color=GREY)
    chart.ticks({2000: "2000", 2004: "2004", 2010: "2010"})
    chart.number(62, 2000, dy=-14, color=RED)
    chart.number(38, 2010, dy=-14, color=RED)
    assert chart.read().chart_type == "line"
    assert chart.triples() == {("", "2000", 62), ("", "2010", 38)}


@pytest.mark.parametrize("read", ["52/44", "5244"])
def test_the_numbers_of_two_lines_read_as_one_are_two(read):
    chart = two_lines()
    chart.ticks({2000: "2000", 2006: "2006", 2010: "2010"})
    chart.text("Smokers", 200, 120, color=RED)
    chart.text("Walkers", 200, 260, color=BLUE)
    for year in (2000, 2010):
        chart.number(SMOKERS[year], year, dy=-14 if year == 2000 else 14, color=RED)
        chart.number(WALKERS[year], year, dy=14 if year == 2000 else -14, color=BLUE)
    chart.text(read, chart.x(2006), chart.y(44) + 12, anchor="mm")
    assert {("Smokers", "2006", 52), ("Walkers", "2006", 44)} <= chart.triples()


def test_the_tick_label_that_tells_the_scale_of_the_axis_is_no_value():
    chart = two_lines()
    chart.ticks({2000: "2000", 2010: "2010"})
    for tick, text in ((0, "0"), (20, "0.5"), (40, "1.0"), (60, "1.5"), (80, "2.0 million")):
        chart.text(text, 10, chart.y(tick))
    for year, dy in ((2000, -14), (2010, 14)):
        number = SMOKERS[year] / 40
        chart.text(f"{number:.2f}", chart.x(year), chart.y(SMOKERS[year]) + dy, color=RED, anchor="mm")
    assert {value.number for value in chart.read().values} == {1.55, 0.95}


def test_numbers_beside_points_that_all_stand_at_tick_labels():
    chart = Chart(1980, 2010)
    rising = {1980: 40, 1985: 42, 1990: 50, 1995: 51, 2000: 60, 2005: 58, 2010: 66}
    chart.line(rising, RED)
    chart.ticks({year: str(year) for year in rising})
    for year in (1985, 1990, 2000):
        chart.text(str(rising[year]), chart.x(year + 1.6), chart.y(rising[year]) - 13, anchor="mm")
    assert chart.triples() == {("", "1985", 42), ("", "1990", 50), ("", "2000", 60)}


def test_the_markers_of_a_line_tell_the_years_of_its_points():
    chart = Chart(1974, 2016)
    points = {1974: 39, 1978: 42, 1986: 20, 1991: 33, 2001: 28, 2004: 15, 2009: 41, 2013: 53, 2014: 48, 2016: 46}
    chart.line(points, RED, markers=True)
    chart.ticks({year: str(year) for year in (1974, 1988, 2002, 2016)})
    for year in (1991, 2004, 2013):
        chart.text(str(points[year]), chart.x(year) - 4, chart.y(points[year]) - 15, anchor="mm", color=RED)
    assert chart.triples() == {("", "1991", 33), ("", "2004", 15), ("", "2013", 53)}


def test_names_of_a_legend_read_as_one_label_with_pieces_of_line_between_them():
    chart = Chart()
    chart.line(SMOKERS, GREY)
    chart.line(WALKERS, BLUE)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for name, x, color in (("Smokers here", 60, GREY), ("Walkers here", 198, BLUE)):
        chart.key(name, x, color)
    first, second = chart.labels[-2:]
    del chart.labels[-2:]
    _, y0, x1, y1 = (edge * size for edge, size in zip(second.box, (480, 360, 480, 360), strict=True))
    chart.label(f"{first.text} {second.text}", 59, y0, x1, y1)
    for number, year in ((62, 2000), (38, 2010), (30, 2000)):
        chart.number(number, year, dy=-14)
    assert chart.read().legend == ("Smokers here", "Walkers here")


def legend_of_lines(draw_key, colors=(GREY, BLUE), read="{} {}", begin=0, names=("Smokers here", "Walkers here")):
    """What becomes of two entries whose keys `draw_key` paints, read as one label that begins `begin` pixels early."""
    chart = Chart()
    for points, color in zip((SMOKERS, WALKERS), colors, strict=True):
        chart.line(points, color)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for name, x, color in zip(names, (60, 198), colors, strict=True):
        draw_key(chart, x, color)
        chart.text(name, x + 34, 50)
    if read:
        del chart.labels[-2:]
        chart.label(read.format(*names), 94 - begin, 41, 340, 59)
    for number, year in ((62, 2000), (38, 2010)):
        chart.number(number, year, dy=-14)
    return chart.read().legend


def piece_of_line(chart, x, color, start=14, end=26):
    chart.draw.line((PAINTED * (x + start), PAINTED * 50, PAINTED * (x + end), PAINTED * 50), fill=color, width=9)


def dashed(chart, x, color):
    piece_of_line(chart, x, color, 4, 12)
    piece_of_line(chart, x, color, 16, 24)


@pytest.mark.parametrize(("read", "begin"), [("{} {}", 0), ("{} — {}", 0), ("— {} — {}", 24), ("{}— {}", 0), ("", 0)])
def test_keys_of_a_legend_shorter_than_its_letters_are_high(read, begin):
    assert legend_of_lines(piece_of_line, (GREEN, BLUE), read, begin) == ("Smokers here", "Walkers here")


def test_keys_of_a_legend_in_dashes_and_grey():
    def keys(chart, x, color):
        dashed(chart, x, color) if color == GREY else piece_of_line(chart, x, color, 4, 28)

    assert legend_of_lines(keys, (BLACK, GREY), "") == ("Smokers here", "Walkers here")


def test_dashes_within_the_names_of_a_legend_are_no_keys():
    def square(chart, x, color):
        chart.draw.rectangle([PAINTED * edge for edge in (x + 14, 44, x + 26, 56)], fill=color)

    names = ("Age 18 – 29", "Age 65 – 90")
    assert legend_of_lines(square, (GREEN, BLUE), names=names) == names


def test_a_number_after_the_name_at_the_end_of_a_line_is_its_last():
    chart = two_lines(right=330)
    chart.ticks({2000: "2000", 2010: "2010"})
    chart.text("62.5", 55, chart.y(62), anchor="rm")
    chart.text("30.5", 55, chart.y(30), anchor="rm")
    chart.text("Smokers 38.5", 345, chart.y(38))
    chart.text("Walkers 52.5", 345, chart.y(52))
    expected = {("Smokers", "2000", 62.5), ("Smokers", "2010", 38.5), ("Walkers", "2000", 30.5)}
    assert chart.triples() == expected | {("Walkers", "2010", 52.5)}


def test_the_first_marker_of_a_line_read_as_a_zero_after_the_number():
    chart = Chart()
    chart.line(SMOKERS, RED, markers=True)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    chart.text("62%", 53, chart.y(62), anchor="rm")
    box = chart.labels.pop().box
    chart.label("62%0", box.x0 * 480, box.y0 * 360, 66, box.y1 * 360)
    chart.number(38, 2010, dy=-14)
    assert chart.triples() == {("", "2000", 62), ("", "2010", 38)}


def test_months_and_short_years_run_together_are_several_tick_labels():
    chart = Chart(0, 5, right=215)
    chart.line({0: 20, 1: 35, 2: 30, 3: 50, 4: 40, 5: 44}, RED)
    chart.ticks(dict(enumerate(("Apr", "May", "Jun", "Jul", "Aug", "Sep"))))
    del chart.labels[2:6]
    chart.label("MayJunJulAug", chart.x(1) - 12, 317, chart.x(4) + 12, 333)
    for month, number in ((1, 35), (3, 50), (4, 40)):
        chart.number(number, month, dy=-14)
    assert {("", "May", 35), ("", "Jul", 50), ("", "Aug", 40)} <= chart.triples()


@pytest.mark.parametrize("read", ["O", "口"])
def test_a_marker_that_ocr_has_read_as_a_letter_names_no_line(read):
    chart = Chart()
    walkers = {**WALKERS, 2000: 22}
    for name, points, color in (("Smokers", SMOKERS, RED), ("Walkers", walkers, BLUE)):
        chart.line(points, color, markers=True)
        chart.label(read, chart.x(2000) - 6, chart.y(points[2000]) - 6, chart.x(2000) + 6, chart.y(points[2000]) + 6)
        for year, number in points.items():
            chart.number(number, year, dy=-16 if color == RED else 16, color=color)
        chart.text(name, chart.x(2004), chart.y(points[2004]) + (-34 if color == RED else 34), anchor="mm", color=color)
    chart.ticks({year: str(year) for year in SMOKERS})
    expected = {("Smokers", str(year), number) for year, number in SMOKERS.items()}
    assert chart.triples() == expected | {("Walkers", str(year), number) for year, number in walkers.items()}


def test_a_marker_that_ocr_has_read_as_a_digit_is_no_value():
    chart = Chart()
    chart.line(SMOKERS, RED, markers=True)
    chart.label("8", chart.x(2004) - 5, chart.y(55) - 5, chart.x(2004) + 5, chart.y(55) + 5)
    chart.ticks({year: str(year) for year in SMOKERS})
    for year, number in SMOKERS.items():
        chart.number(number, year, dy=-18, color=RED)
    assert chart.triples() == {("", str(year), number) for year, number in SMOKERS.items()}


def test_a_digit_beside_a_line_stays_a_value():
    chart = Chart()
    chart.line({2000: 6, 2005: 8, 2010: 20}, RED, markers=True)
    chart.ticks({2000: "2000", 2005: "2005", 2010: "2010"})
    for year, number in ((2000, 6), (2005, 8), (2010, 20)):
        chart.number(number, year, dy=-16, color=RED)
    assert chart.triples() == {("", "2000", 6), ("", "2005", 8), ("", "2010", 20)}


def test_labels_of_years_tell_the_places_of_each_other():
    chart = Chart(2000, 2009)
    points = {2000: 30, 2001.4: 44, 2003.4: 26, 2005.6: 52, 2007.6: 33, 2009: 48}
    chart.line(points, RED, markers=True)
    for year in range(2000, 2010):  # read in pairs, whose halves OCR has a little too far apart
        shift = {2004: -7, 2005: 7}.get(year, 0)
        chart.label(str(year), chart.x(year) + shift - 15, 317, chart.x(year) + shift + 15, 333)
    for year in (2003.4, 2007.6):
        chart.text(str(points[year]), chart.x(year), chart.y(points[year]) + 16, anchor="mm", color=RED)
    assert chart.triples() == {("", "", 26), ("", "", 33)}


def test_points_in_the_spaces_after_the_labels_of_months_are_those_of_the_months():
    chart = Chart(0, 6)
    points = {0.5: 60, 1.5: 44, 2.5: 62, 3.5: 40, 4.5: 66, 5.5: 50}
    chart.line(points, RED, markers=True)
    months = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct"]
    chart.ticks(dict(enumerate(months)))
    for place, number in points.items():
        chart.number(number, place, dy=-18, color=RED)
    assert chart.triples() == {("", months[int(place)], number) for place, number in points.items()}


def test_black_numbers_with_blue_edges_are_not_those_of_a_dark_blue_line():
    chart = Chart(1994, 2006)
    upper = {1994: 68, 1996: 65, 1997: 58, 2000: 54, 2005: 48, 2006: 57}
    lower = {1994: 56, 1996: 54, 1997: 42, 2000: 38, 2005: 43, 2006: 53}
    chart.line(upper, (239, 189, 0))
    chart.line(lower, (8, 0, 74))
    chart.ticks({year: str(year) for year in upper})
    for year, number in upper.items():
        chart.number(number, year, dy=-16, color=(0, 0, 46) if year == 2005 else BLACK)
        chart.number(lower[year], year, dy=16)
    chart.key("Upper", 120, (239, 189, 0))
    chart.key("Lower", 240, (8, 0, 74))
    expected = {("Upper", str(year), number) for year, number in upper.items()}
    assert chart.triples() == expected | {("Lower", str(year), number) for year, number in lower.items()}


def test_numbers_of_two_lines_that_neither_name_nor_tick_is_printed_for_are_withheld():
    chart = two_lines()
    for year in (2001, 2005, 2009):
        chart.number(60, year, dy=0)
        chart.number(30, year, dy=0)
    assert chart.read().values == ()


@pytest.mark.parametrize(("read", "given"), [("55", True), ("5", False), ("155", False)])
def test_a_number_that_misses_the_scale_of_the_others_is_misread(read, given):
    chart = Chart()
    chart.line(SMOKERS, RED)
    chart.ticks({year: str(year) for year in SMOKERS})
    for year, number in SMOKERS.items():
        chart.text(
            str(number), chart.x(year), chart.y(number) - 14, anchor="mm", color=RED, read=read if year == 2004 else ""
        )
    others = {("", str(year), number) for year, number in SMOKERS.items() if year != 2004}
    assert chart.triples() == others | ({("", "2004", 55)} if given else set())


def test_numbers_on_the_scale_of_a_second_axis_are_not_misread():
    first = {2000: 62, 2001: 59, 2002: 58, 2003: 57, 2004: 55, 2005: 60, 2006: 66, 2007: 69, 2008: 70, 2009: 67}
    second = {2000: 20, 2005: 30, 2009: 24}
    chart = Chart()
    chart.line(first, RED)
    chart.line(second, BLUE)
    chart.ticks({year: str(year) for year in first})
    for year, number in first.items():
        chart.number(number, year, dy=-14, color=RED)
    for year, number in second.items():
        chart.text(str(4 * number), chart.x(year), chart.y(number) - 14, anchor="mm", color=BLUE)
    numbers = [*first.items(), *((year, 4 * number) for year, number in second.items())]
    assert chart.triples() == {("", str(year), number) for year, number in numbers}
