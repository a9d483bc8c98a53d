"""What tests of the chart reader share."""

import io

import pytest

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label


@pytest.fixture
def read_drawn():
    """`read_drawn(draw, size)`: the reading of what `draw` draws on axes; its labels are exact, a label a line."""
    return _read


def _read(draw, size=(6.0, 4.4)):
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from PIL import Image as PILImage

    with mpl.rc_context(mpl.rcParamsDefault):
        figure, axes = plt.subplots(figsize=size, dpi=100)
        draw(axes)
        figure.canvas.draw()
        labels = [label for text in figure.findobj(mpl.text.Text) for label in _lines(text, figure)]
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        plt.close(figure)
    with PILImage.open(buffer) as picture:
        block = FigureBlock(Image(buffer.getvalue(), "image/png", *picture.size), Region(1, WHOLE))
    return read_chart(block, sorted(labels, key=lambda label: (label.box.y0, label.box.x0)))


def _lines(text, figure):
    """The lines of a text that is seen, each in the middle of the text's box."""
    width, height = figure.canvas.get_width_height()
    x0, y0, x1, y1 = text.get_window_extent().extents
    if not text.get_text().strip() or not text.get_visible() or x0 < 0 or x1 > width:
        return
    lines = text.get_text().split("\n")
    longest, step = max(map(len, lines)), (y1 - y0) / len(lines)
    for number, line in enumerate(lines):
        half = (x1 - x0) / 2 * len(line) / longest
        middle, top = (x0 + x1) / 2, 1 - (y1 - number * step) / height
        yield Label(line, Box((middle - half) / width, top, (middle + half) / width, top + step / height))
