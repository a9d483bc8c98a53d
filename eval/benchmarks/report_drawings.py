"""Charts for composed reports that reportlab draws right onto the page, their labels in the page's own text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .report_words import Words

Shapes = Any
"""A drawing of reportlab or a part of it; reportlab has no types."""
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b", "#17becf")
_TITLE = 16.0  # points that a title takes
_LEGEND = 14.0  # points that a legend below takes


def drawing_of(width: float, height: float, words: Words, font: str | None) -> Shapes:
    """A drawing of `width` x `height` points with a title (or none), a chart, and for several series a legend."""
    from reportlab.graphics.shapes import Drawing, Line, String
    from reportlab.lib.colors import HexColor

    face = font or words.source.choice(("Helvetica", "Times-Roman"))
    drawing = Drawing(width, height)
    top = height
    if words.source.random() < 0.7:
        top -= _TITLE
        bold = face if font else {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}[face]
        drawing.add(String(2, height - 11, words.title(), fontName=bold, fontSize=words.source.choice((9, 10))))
        if words.source.random() < 0.3:
            drawing.add(Line(2, height - 15, width - 2, height - 15, strokeColor=HexColor("#999999"), strokeWidth=0.5))
    series = words.series(words.source.randint(1, 3))
    bottom = _LEGEND if len(series) > 1 else 0.0
    words.source.choice(_PLOTS)(drawing, (0.0, bottom, width, top - bottom), series, words, face)
    if len(series) > 1:
        _legend(drawing, series, face)
    return drawing


Box = tuple[float, float, float, float]
"""Left, bottom, width and height."""


def _legend(drawing: Shapes, series: list[str], face: str) -> None:
    from reportlab.graphics.shapes import Rect, String
    from reportlab.lib.colors import HexColor
    from reportlab.pdfbase.pdfmetrics import stringWidth

    x = 30.0
    for name, colour in zip(series, _COLOURS, strict=False):
        width = stringWidth(name, face, 7)
        if x + 22 + width > drawing.width:
            return
        drawing.add(Rect(x, 2, 7, 7, fillColor=HexColor(colour), strokeColor=None))
        drawing.add(String(x + 10, 3, name, fontName=face, fontSize=7))
        x += 22 + width


def _colour(chart_part: Shapes, count: int, attribute: str) -> None:
    from reportlab.lib.colors import HexColor

    for index in range(count):
        setattr(chart_part[index], attribute, HexColor(_COLOURS[index % len(_COLOURS)]))


def _bars(drawing: Shapes, box: Box, series: list[str], words: Words, face: str, *, horizontal: bool) -> None:
    from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart

    chart = HorizontalBarChart() if horizontal else VerticalBarChart()
    names = words.categories(3)
    inset = 90 if horizontal else 28
    chart.x, chart.y, chart.width, chart.height = box[0] + inset, box[1] + 18, box[2] - inset - 14, box[3] - 30
    chart.data = [words.numbers(len(names)) for _ in series]
    chart.categoryAxis.categoryNames = names
    chart.valueAxis.valueMin = 0
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = face, 7
        axis.strokeWidth = 0.5
    if horizontal:
        chart.categoryAxis.labels.boxAnchor = "e"
    chart.valueAxis.visibleGrid = words.source.random() < 0.4
    chart.bars.strokeColor = None
    if words.source.random() < 0.5:
        chart.barLabelFormat = "%.0f"
        chart.barLabels.fontName, chart.barLabels.fontSize, chart.barLabels.nudge = face, 7, 7
        if words.source.random() < 0.5:
            chart.valueAxis.visible = False
            chart.valueAxis.visibleGrid = False
    if len(series) > 1 and words.source.random() < 0.4:
        chart.categoryAxis.style = "stacked"
        chart.valueAxis.valueMax = None
    _colour(chart.bars, len(series), "fillColor")
    drawing.add(chart)


def _vertical(drawing: Shapes, box: Box, series: list[str], words: Words, face: str) -> None:
    _bars(drawing, box, series, words, face, horizontal=False)


def _horizontal(drawing: Shapes, box: Box, series: list[str], words: Words, face: str) -> None:
    _bars(drawing, box, series, words, face, horizontal=True)


def _lines(drawing: Shapes, box: Box, series: list[str], words: Words, face: str) -> None:
    from reportlab.graphics.charts.lineplots import LinePlot

    plot = LinePlot()
    plot.x, plot.y, plot.width, plot.height = box[0] + 28, box[1] + 18, box[2] - 42, box[3] - 30
    count = words.source.randint(5, 16)
    plot.data = [list(zip(range(2005, 2005 + count), words.numbers(count), strict=True)) for _ in series]
    for axis in (plot.xValueAxis, plot.yValueAxis):
        axis.labels.fontName, axis.labels.fontSize = face, 7
    plot.xValueAxis.labelTextFormat = "%d"
    plot.yValueAxis.visibleGrid = words.source.random() < 0.5
    _colour(plot.lines, len(series), "strokeColor")
    drawing.add(plot)


def _scatter(drawing: Shapes, box: Box, series: list[str], words: Words, face: str) -> None:
    from reportlab.graphics.charts.lineplots import ScatterPlot

    plot = ScatterPlot()
    plot.x, plot.y, plot.width, plot.height = box[0] + 34, box[1] + 30, box[2] - 50, box[3] - 42
    plot.data = [list(zip(words.numbers(25), words.numbers(25), strict=True)) for _ in range(max(len(series), 1))]
    plot.xLabel, plot.yLabel, plot.lineLabelFormat = "", "", None
    for axis in (plot.xValueAxis, plot.yValueAxis):
        axis.labels.fontName, axis.labels.fontSize = face, 7
    _colour(plot.lines, len(series), "strokeColor")
    drawing.add(plot)


def _pie(drawing: Shapes, box: Box, series: list[str], words: Words, face: str) -> None:
    from reportlab.graphics.charts.doughnut import Doughnut
    from reportlab.graphics.charts.piecharts import Pie

    pie = Pie() if words.source.random() < 0.6 else Doughnut()
    side = min(box[2], box[3]) - 40
    pie.x, pie.y, pie.width, pie.height = box[0] + (box[2] - side) / 2, box[1] + 20, side, side
    names = words.categories(3)
    pie.data, pie.labels = words.numbers(len(names)), names
    pie.slices.fontName, pie.slices.fontSize = face, 7
    _colour(pie.slices, len(names), "fillColor")
    drawing.add(pie)
    series[1:] = []  # the slices are named beside them: no legend


_PLOTS: tuple[Callable[[Shapes, Box, list[str], Words, str], None], ...] = (
    _vertical,
    _vertical,
    _horizontal,
    _lines,
    _scatter,
    _pie,
)
