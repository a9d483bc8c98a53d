"""Line charts painted by hand, with labels as OCR gives them."""

import io

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
