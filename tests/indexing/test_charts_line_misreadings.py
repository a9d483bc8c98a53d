"""Numbers of lines that OCR has misread, read together or made up."""

import pytest

from .painted_lines import BLUE, RED, SMOKERS, WALKERS, Chart, two_lines


def test_a_number_read_together_with_the_name_that_stands_over_the_line_is_taken_from_it():
    chart = two_lines()
    chart.ticks({2000: "2000", 2004: "2004", 2010: "2010"})
    chart.text("55 Smokers", chart.x(2004) - 6, chart.y(55) - 14, color=RED)
    chart.text("Walkers", 200, 260, color=BLUE)
    for year in (2000, 2010):
        chart.number(SMOKERS[year], year, dy=14, color=RED)
        chart.number(WALKERS[year], year, dy=-14, color=BLUE)
    assert ("Smokers", "2004", 55) in chart.triples()


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
