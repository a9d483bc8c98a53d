"""Charts drawn as vectors for the demo's PDF reports: every label stays text in the page's text layer.

Each function returns a `reportlab.graphics.shapes.Drawing` with a title, a unit line and labelled values.
Sizes are in points. This module is for making the corpus; it needs the `dev` extra (reportlab).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.doughnut import Doughnut
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from .palette import AQUA, INK, MUTED, RULE, SERIES, WHITE

HEADER_HEIGHT = 40.0
LABEL_SIZE = 8.0
NAME_SIZE = 8.5


@dataclass(frozen=True, slots=True)
class Typeface:
    """Names of two registered fonts."""

    regular: str = "Helvetica"
    bold: str = "Helvetica-Bold"


@dataclass(frozen=True, slots=True)
class ChartText:
    """What is printed around a chart's plot."""

    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[str, ...] = ()
    """Names of the series, for the legend; empty where there is only one."""


Rows = Sequence[Sequence[float]]
"""One sequence of values a series."""


def stacked_columns(text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, top: float) -> Any:
    """Columns with one labelled block a series. `top` is the end of the value axis."""
    drawing, plot = _column_plot(text, rows, size, face, top)
    plot.categoryAxis.style = "stacked"
    plot.groupSpacing = 9
    plot.barLabels.boxTarget = "mid"
    plot.barLabels.fontName = face.bold
    for index in range(len(rows)):
        plot.barLabels[index].fillColor = HexColor(WHITE if SERIES[index] != SERIES[2] else INK)
    drawing.add(plot)
    return drawing


def grouped_columns(text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, top: float) -> Any:
    """Columns side by side, the value above each."""
    drawing, plot = _column_plot(text, rows, size, face, top)
    plot.groupSpacing = 10
    plot.barSpacing = 1.5
    plot.barLabels.nudge = 6
    plot.barLabels.fillColor = HexColor(INK)
    drawing.add(plot)
    return drawing


def bars(text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, top: float) -> Any:
    """Horizontal bars, the first category on top, the value at the end of each."""
    drawing = _headed_drawing(text, size, face)
    plot = HorizontalBarChart()
    plot.data = [list(reversed(values)) for values in reversed(rows)]
    plot.categoryAxis.categoryNames = list(reversed(text.categories))
    _style_bars(plot, face, top)
    # Series run bottom to top as categories do, so colours are turned round with them.
    for index in range(len(rows)):
        plot.bars[index].fillColor = HexColor(SERIES[len(rows) - 1 - index])
    plot.x = 8 + max(stringWidth(name, face.regular, NAME_SIZE) for name in text.categories)
    plot.y, plot.width, plot.height = 4, size[0] - plot.x - 34, size[1] - HEADER_HEIGHT - 4
    plot.groupSpacing, plot.barSpacing = 6, 1
    plot.valueAxis.visible = False
    plot.categoryAxis.labels.boxAnchor, plot.categoryAxis.labels.dx = "e", -5
    plot.barLabels.boxAnchor, plot.barLabels.boxTarget, plot.barLabels.dx = "w", "hi", 3
    drawing.add(plot)
    return drawing


def stacked_bars(text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, top: float) -> Any:
    """Horizontal bars made of one labelled block a series, the first category on top."""
    drawing = _headed_drawing(text, size, face)
    plot = HorizontalBarChart()
    plot.data = [list(reversed(values)) for values in rows]
    plot.categoryAxis.categoryNames = list(reversed(text.categories))
    plot.categoryAxis.style = "stacked"
    _style_bars(plot, face, top)
    plot.x = 8 + max(stringWidth(name, face.regular, NAME_SIZE) for name in text.categories)
    plot.y, plot.width, plot.height = 4, size[0] - plot.x - 6, size[1] - HEADER_HEIGHT - 4
    plot.groupSpacing = 6
    plot.valueAxis.visible = False
    plot.categoryAxis.labels.boxAnchor, plot.categoryAxis.labels.dx = "e", -5
    plot.barLabels.boxTarget = "mid"
    plot.barLabels.fontName = face.bold
    for index in range(len(rows)):
        plot.barLabels[index].fillColor = HexColor(WHITE if SERIES[index] != SERIES[2] else INK)
    drawing.add(plot)
    return drawing


def labelled_line(
    text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, ends: tuple[float, float]
) -> Any:
    """Lines with a marker and a printed value at every point. `ends` bound the value axis."""
    drawing = _headed_drawing(text, size, face)
    plot = HorizontalLineChart()
    plot.data = [list(values) for values in rows]
    plot.categoryAxis.categoryNames = list(text.categories)
    plot.x, plot.y, plot.width, plot.height = 26, 18, size[0] - 36, size[1] - HEADER_HEIGHT - 24
    _style_axes(plot, face)
    # Grid lines would run through the labels of the points.
    plot.valueAxis.visibleGrid = False
    plot.valueAxis.valueMin, plot.valueAxis.valueMax = ends
    plot.joinedLines = 1
    plot.lineLabelFormat = _printed
    plot.lineLabelNudge = 9
    plot.lineLabels.fontName, plot.lineLabels.fontSize = face.bold, LABEL_SIZE
    for index in range(len(rows)):
        colour = HexColor(SERIES[index])
        plot.lines[index].strokeColor, plot.lines[index].strokeWidth = colour, 2
        marker = makeMarker("FilledCircle")
        marker.size, marker.fillColor, marker.strokeColor = 6, colour, HexColor(WHITE)
        plot.lines[index].symbol = marker
        plot.lineLabels[index].fillColor = colour
    drawing.add(plot)
    return drawing


def doughnut(text: ChartText, shares: Sequence[float], size: tuple[float, float], face: Typeface) -> Any:
    """A ring of percentages with a legend that repeats name and share."""
    drawing = _headed_drawing(text, size, face)
    ring = Doughnut()
    diameter = min(size[1] - HEADER_HEIGHT - 6, size[0] * 0.46)
    ring.x, ring.y, ring.width, ring.height = 2, 3, diameter, diameter
    ring.data = list(shares)
    ring.innerRadiusFraction = 0.58
    ring.slices.strokeColor, ring.slices.strokeWidth = HexColor(WHITE), 1.5
    colours = (*SERIES[:3], AQUA, SERIES[3])
    for index in range(len(shares)):
        ring.slices[index].fillColor = HexColor(colours[index])
    drawing.add(ring)
    left, step = ring.x + diameter + 14, 15.0
    top = ring.y + diameter / 2 + step * (len(shares) - 1) / 2
    for index, (name, share) in enumerate(zip(text.categories, shares, strict=True)):
        base = top - index * step
        drawing.add(Rect(left, base - 1, 7, 7, fillColor=HexColor(colours[index]), strokeColor=None))
        drawing.add(_string(left + 11, base, f"{share:g}%", face.bold, 8, INK))
        drawing.add(_string(left + 33, base, name, face.regular, 8, INK))
    return drawing


def _column_plot(text: ChartText, rows: Rows, size: tuple[float, float], face: Typeface, top: float) -> tuple[Any, Any]:
    drawing = _headed_drawing(text, size, face)
    plot = VerticalBarChart()
    plot.data = [list(values) for values in rows]
    plot.categoryAxis.categoryNames = list(text.categories)
    plot.x, plot.y, plot.width, plot.height = 26, 18, size[0] - 32, size[1] - HEADER_HEIGHT - 24
    _style_axes(plot, face)
    _style_bars(plot, face, top)
    return drawing, plot


def _style_axes(plot: Any, face: Typeface) -> None:
    """Grid lines instead of a value axis, small muted labels."""
    value, category = plot.valueAxis, plot.categoryAxis
    value.labels.fontName, value.labels.fontSize, value.labels.fillColor = face.regular, LABEL_SIZE, HexColor(MUTED)
    value.visibleAxis = value.visibleTicks = False
    value.visibleGrid, value.gridStrokeColor, value.gridStrokeWidth = True, HexColor(RULE), 0.4
    value.labelTextFormat = _printed
    category.visibleTicks = False
    category.strokeColor = HexColor(MUTED)
    category.labels.fontName, category.labels.fontSize, category.labels.fillColor = (
        face.regular,
        NAME_SIZE,
        HexColor(INK),
    )
    category.labels.dy = -2


def _style_bars(plot: Any, face: Typeface, top: float) -> None:
    plot.valueAxis.valueMin, plot.valueAxis.valueMax = 0, top
    plot.bars.strokeColor = None
    for index in range(len(plot.data)):
        plot.bars[index].fillColor = HexColor(SERIES[index])
    plot.barLabelFormat = _printed
    plot.barLabels.fontName, plot.barLabels.fontSize = face.regular, LABEL_SIZE
    category = plot.categoryAxis
    category.visibleTicks = False
    category.strokeColor = HexColor(MUTED)
    category.labels.fontName, category.labels.fontSize, category.labels.fillColor = (
        face.regular,
        NAME_SIZE,
        HexColor(INK),
    )


def _headed_drawing(text: ChartText, size: tuple[float, float], face: Typeface) -> Any:
    """An empty drawing with title, unit line and, for two or more series, a legend at the right."""
    width, height = size
    drawing = Drawing(width, height)
    drawing.add(_string(0, height - 11, text.title, face.bold, 10, INK))
    drawing.add(_string(0, height - 23, text.unit, face.regular, 8, MUTED))
    right = width
    for index in reversed(range(len(text.series))):
        right -= stringWidth(text.series[index], face.regular, 8) + 12
        drawing.add(Rect(right, height - 24, 7, 7, fillColor=HexColor(SERIES[index]), strokeColor=None))
        drawing.add(_string(right + 10, height - 23, text.series[index], face.regular, 8, INK))
        right -= 8
    return drawing


def _string(x: float, y: float, text: str, font: str, size: float, colour: str) -> Any:
    return String(x, y, text, fontName=font, fontSize=size, fillColor=HexColor(colour))


def _printed(value: float) -> str:
    """As many digits as the number has: 70.3, but 40."""
    return f"{value:g}"
