"""Legends of lines, whose keys OCR reads as dashes, as letters or not at all."""

import pytest

from .painted_lines import BLACK, BLUE, GREEN, GREY, PAINTED, RED, SMOKERS, WALKERS, Chart, two_lines


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
