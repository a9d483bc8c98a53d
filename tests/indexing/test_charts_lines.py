"""Numbers at the points of lines: whose they are, and of which year."""

import io

import pytest
from PIL import Image as PILImage

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock

from .painted_lines import BLACK, BLUE, GREEN, GREY, OCHRE, PAINTED, RED, SMOKERS, WALKERS, Chart, two_lines


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


def test_a_number_after_the_name_at_the_end_of_a_line_is_its_last():
    chart = two_lines(right=330)
    chart.ticks({2000: "2000", 2010: "2010"})
    chart.text("62.5", 55, chart.y(62), anchor="rm")
    chart.text("30.5", 55, chart.y(30), anchor="rm")
    chart.text("Smokers 38.5", 345, chart.y(38))
    chart.text("Walkers 52.5", 345, chart.y(52))
    expected = {("Smokers", "2000", 62.5), ("Smokers", "2010", 38.5), ("Walkers", "2000", 30.5)}
    assert chart.triples() == expected | {("Walkers", "2010", 52.5)}


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
