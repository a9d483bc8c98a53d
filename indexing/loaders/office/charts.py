"""Native charts of Office files, which are data: an exact reading without looking at a pixel.

    >>> reading = read_office_chart(xml, region, theme=package.theme)          # doctest: +SKIP
    >>> [(value.series, value.category, value.text) for value in reading.values]   # doctest: +SKIP

Source: ECMA-376 part 1, 21.2 (DrawingML charts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ....errors import DamagedFile
from ...charts.marks import join_texts
from ...documents import Axis, ChartReading, ChartValue, Region
from .chart_axes import ChartAxes
from .chart_data import ChartData, Point, Points, Resolve
from .chart_numbers import told_number
from .extended_charts import read_extended_chart
from .number_formats import format_number
from .theme import fill_color
from .xml import Element, child, local_name, paragraphs_of, tag, value_of

_PLAIN_TYPES = {
    "lineChart": "line",
    "line3DChart": "line",
    "pieChart": "pie",
    "pie3DChart": "pie",
    "ofPieChart": "pie",
    "doughnutChart": "donut",
    "scatterChart": "scatter",
    "bubbleChart": "scatter",
}
_STACKED = {"stacked", "percentStacked"}
_MIXED = "other"


@dataclass(frozen=True, slots=True)
class _Series:
    """One series of a plot: its name, its points by position, and how its numbers are displayed."""

    element: Element
    plot: Element
    name: str
    categories: Points
    values: Points
    code: str  # overrides the format that the numbers are kept with; empty where none does
    is_size: bool = False  # of bubbles, whose series has been told already


def read_office_chart(
    root: Element, region: Region, *, theme: Mapping[str, str] | None = None, resolve: Resolve | None = None
) -> ChartReading:
    """The reading of the chart part `root`: `c:chartSpace` or `cx:chartSpace`.

    Every value is `labelled` with confidence 1. `region` is where the chart stands, and with it each of its values;
    `theme` gives the colours by name; `resolve` gives the cells of a reference where the chart keeps no copy of its
    data. `number` and `unit` are what the displayed `text` says (41.37 and % for 0.4137 shown as 41%), with all digits
    of the data. Pies that print shares have these as values. A point of a scatter chart has its x as category, a bubble
    its size as a value of the series `name: size`.

    Raises `DamagedFile` where `root` holds no chart.
    """
    data = ChartData(resolve, epoch_1904=value_of(root, "c:date1904") in {"1", "true"})
    if root.tag == tag("cx:chartSpace"):
        return read_extended_chart(root, region, data)
    area = child(root, "c:chart", "c:plotArea")
    if area is None:
        raise DamagedFile("The chart has no plot.")
    axes = ChartAxes(area, data)
    plots = [element for element in area if local_name(element).endswith("Chart")]
    read = [one for plot in plots for one in _series_of(plot, data, axes)]
    series = [one for one in read if not one.is_size]
    slices = bool(plots) and all(_PLAIN_TYPES.get(local_name(plot)) in {"pie", "donut"} for plot in plots)
    legend, colors = _slice_legend(series, theme or {}) if slices else _series_legend(root, series, theme or {})
    x_axis, y_axis = _axes(axes, plots, series)
    return ChartReading(
        chart_type=_chart_type(plots, len(series)),
        title=_title(root, data, [one.name for one in series]),
        x_axis=x_axis,
        y_axis=y_axis,
        legend=legend,
        legend_colors=colors if any(colors) else (),
        values=tuple(_values(read, region)),
    )


def _series_of(plot: Element, data: ChartData, axes: ChartAxes) -> Iterable[_Series]:
    own = child(plot, "c:dLbls")
    for element in sorted(plot.findall(tag("c:ser")), key=_order):
        categories = data.points(child(element, "c:cat")) or data.points(child(element, "c:xVal"))
        values_element = child(element, "c:val")
        values = data.points(values_element if values_element is not None else child(element, "c:yVal"))
        name = data.text(child(element, "c:tx"))
        labels = child(element, "c:dLbls")
        code = _own_format(labels) or _own_format(own)
        if _shows_shares(labels if labels is not None else own):
            values, code = _shares(values), code or "0%"
        if not code and all(point.code == "General" for point in values.values()):
            code = axes.value_format(plot)
        yield _Series(element, plot, name, categories, values, code)
        sizes = data.points(child(element, "c:bubbleSize"))
        if sizes:
            label = f"{name}: size" if name else "size"
            yield _Series(element, plot, label, categories, sizes, "", is_size=True)


def _order(series: Element) -> int:
    order = value_of(series, "c:order")
    return int(order) if order.isdecimal() else 0


def _shows_shares(labels: Element | None) -> bool:
    """Whether a pie's labels print each slice's share instead of its value."""
    return value_of(labels, "c:showPercent") in {"1", "true"} and value_of(labels, "c:showVal") in {"", "0", "false"}


def _shares(values: Points) -> Points:
    total = sum(abs(point.number or 0.0) for point in values.values())
    if not total:
        return values
    return {index: Point(point.text, (point.number or 0.0) / total) for index, point in values.items()}


def _own_format(labels: Element | None) -> str:
    """The format code of data labels, where it is not the data's own."""
    found = child(labels, "c:numFmt")
    return found.get("formatCode", "") if found is not None and found.get("sourceLinked") in {"0", "false"} else ""


def _values(series: Sequence[_Series], region: Region) -> Iterable[ChartValue]:
    """Category by category where the series share them, as a person reads a chart; else series by series."""
    shared = all(one.categories == series[0].categories for one in series)
    places = [(index, one) for one in series for index in sorted(one.values)]
    for index, one in sorted(places, key=lambda place: place[0]) if shared else places:
        point = one.values[index]
        if point.number is None:
            continue
        code = one.code or point.code
        text = format_number(point.number, code) if one.code else point.text
        number, unit = told_number(point.number, text, code)
        # Charts without categories count their points.
        category = one.categories.get(index, Point("" if one.categories else str(index + 1)))
        yield ChartValue(number, text, region, one.name, category.text, unit)


def _chart_type(plots: Sequence[Element], count: int) -> str:
    kinds = {_plot_type(plot, count) for plot in plots}
    return kinds.pop() if len(kinds) == 1 else _MIXED


def _plot_type(plot: Element, count: int) -> str:
    name = local_name(plot)
    grouping = value_of(plot, "c:grouping")
    if name in {"barChart", "bar3DChart"}:
        horizontal = "horizontal " if value_of(plot, "c:barDir") == "bar" else ""
        if grouping in _STACKED and count > 1:
            return f"{horizontal}stacked bar"
        return f"{horizontal}{'grouped ' if count > 1 else ''}bar"
    if name in {"areaChart", "area3DChart"}:
        return "stacked area" if grouping in _STACKED and count > 1 else "area"
    return _PLAIN_TYPES.get(name, _MIXED)


def _title(root: Element, data: ChartData, names: Sequence[str]) -> str:
    title = child(root, "c:chart", "c:title")
    if title is None:
        return ""
    told = join_texts(paragraphs_of(child(title, "c:tx", "c:rich"))) or data.text(child(title, "c:tx"))
    # A title without a text of its own shows the name of the only series.
    return told or (names[0] if len(names) == 1 and child(title, "c:tx") is None else "")


def _series_legend(
    root: Element, series: Sequence[_Series], theme: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(series) < 2 and child(root, "c:chart", "c:legend") is None:
        return (), ()
    named = [one for one in series if one.name]
    colors = tuple(fill_color(child(one.element, "c:spPr"), theme) for one in named)
    return tuple(one.name for one in named), colors


def _slice_legend(series: Sequence[_Series], theme: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The slices of a pie are its legend."""
    if not series:
        return (), ()
    fills: dict[str, str] = {}
    for point in series[0].element.findall(tag("c:dPt")):
        fills[value_of(point, "c:idx")] = fill_color(child(point, "c:spPr"), theme)
    slices = sorted(series[0].categories.items())
    return tuple(point.text for _, point in slices), tuple(fills.get(str(index), "") for index, _ in slices)


def _axes(axes: ChartAxes, plots: Sequence[Element], series: Sequence[_Series]) -> tuple[Axis | None, Axis | None]:
    """X and y; in charts of horizontal bars the categories stand along y."""
    if not plots or not axes:
        return None, None
    categories = [point for one in series[:1] for _, point in sorted(one.categories.items())]
    along, across = axes.category_axis(plots[0], categories), axes.value_axis(plots[0])
    return (across, along) if value_of(plots[0], "c:barDir") == "bar" else (along, across)
