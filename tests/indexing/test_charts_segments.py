"""Numbers in narrow segments of stacked bars: hidden segments, and labels that OCR has run together."""

import io

import pytest
from PIL import Image, ImageDraw, ImageFont

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Region
from chartwell.indexing.documents import Image as Picture
from chartwell.indexing.loaders.parsed import FigureBlock, Label

SIZE = (420, 300)
COLORS = {"Liberal": "#733b47", "Moderate": "#ba7c87", "Neither": "#e8d3d7"}
LEFT, SCALE = 100, 2.8
FONT = ImageFont.load_default(11)


class Chart:
    """Rows of segments with their numbers, and the labels that OCR would give for them."""

    def __init__(self):
        self.image = Image.new("RGB", SIZE, "white")
        self.draw = ImageDraw.Draw(self.image)
        self.labels = []

    def write(self, x, y, text, fill="black", read_as=None):
        self.draw.text((x, y), text, fill=fill, font=FONT)
        if read_as != "":
            self.label(self.draw.textbbox((x, y), text, font=FONT), read_as or text)

    def label(self, box, text):
        x0, y0, x1, y1 = box
        width, height = SIZE
        margins = Box((x0 - 3) / width, (y0 - 3) / height, (x1 + 3) / width, (y1 + 3) / height)
        self.labels.append(Label(text, margins, 1.0))

    def legend(self):
        for number, (name, color) in enumerate(COLORS.items()):
            x = LEFT + 80 * number
            self.draw.rectangle((x, 21, x + 8, 29), fill=color)
            self.write(x + 13, 18, name)

    def row(self, number, name, numbers, joined=()):
        """Segments as long as their numbers; OCR reads those with the indices `joined` as one label."""
        y, x, boxes = 45 + 40 * number, float(LEFT), []
        self.write(20, y + 6, name)
        for value, color in zip(numbers, COLORS.values(), strict=True):
            self.draw.rectangle((round(x), y, round(x + value * SCALE) - 1, y + 24), fill=color)
            x += value * SCALE
        x = float(LEFT)
        for index, (value, color) in enumerate(zip(numbers, COLORS.values(), strict=True)):
            text, fill = str(value), "white" if color == COLORS["Liberal"] else "black"
            place = (x + value * SCALE / 2 - self.draw.textlength(text, FONT) / 2, y + 6)
            self.write(*place, text, fill, read_as="" if index in joined else None)
            boxes.append(self.draw.textbbox(place, text, font=FONT))
            x += value * SCALE
        if joined:
            edges = list(zip(*(boxes[index] for index in joined), strict=True))
            box = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3]))
            self.label(box, "".join(str(numbers[index]) for index in joined))

    def read(self):
        buffer = io.BytesIO()
        self.image.save(buffer, "PNG")
        block = FigureBlock(Picture(buffer.getvalue(), "image/png", *SIZE), Region(1, WHOLE))
        return read_chart(block, self.labels)


def triples(reading):
    return {(value.series, value.category, value.number) for value in reading.values}


@pytest.mark.parametrize("small", [(86, 3, 4), (70, 4, 14), (80, 5, 6)])
def test_numbers_of_narrow_segments_read_as_one_are_taken_apart(small):
    chart = Chart()
    chart.legend()
    rows = {"North": (30, 40, 20), "South": (45, 25, 30), "East": small, "West": (50, 20, 10)}
    for number, (name, numbers) in enumerate(rows.items()):
        chart.row(number, name, numbers, joined=(1, 2) if name == "East" else ())
    expected = {(s, name, float(n)) for name, row in rows.items() for s, n in zip(COLORS, row, strict=True)}
    assert triples(chart.read()) == expected


def test_a_number_in_one_segment_stays_whole_however_narrow():
    chart = Chart()
    chart.legend()
    rows = {"North": (30, 40, 20), "South": (72, 11, 10), "East": (78, 10, 12), "West": (50, 20, 10)}
    for number, (name, numbers) in enumerate(rows.items()):
        chart.row(number, name, numbers)
    expected = {(s, name, float(n)) for name, row in rows.items() for s, n in zip(COLORS, row, strict=True)}
    assert triples(chart.read()) == expected


def test_numbers_read_as_one_across_a_segment_and_the_axis_beside_it():
    chart = Chart()
    chart.legend()
    rows = {"North": (30, 40, 20), "South": (45, 25, 30), "East": (70, 4, 6), "West": (50, 20, 10)}
    for number, (name, numbers) in enumerate(rows.items()):
        chart.row(number, name, numbers, joined=(1, 2) if name == "East" else ())
    axis = round(LEFT + 70 * SCALE)
    for y0, y1 in ((30, 44), (70, 84), (110, 124), (150, 164), (190, 200)):
        chart.draw.line((axis, y0, axis, y1), fill=(90, 90, 90))
    expected = {(s, name, float(n)) for name, row in rows.items() for s, n in zip(COLORS, row, strict=True)}
    assert triples(chart.read()) == expected
