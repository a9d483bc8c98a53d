"""The axes of a native chart: titles, units, scales, tick labels."""

from __future__ import annotations

from collections.abc import Sequence

from ...charts.marks import join_texts
from ...documents import Axis
from .chart_data import ChartData, Point
from .xml import Element, child, local_name, paragraphs_of, tag, value_of

_AXES = {"catAx", "dateAx", "serAx", "valAx"}
_TRUE = {"1", "true"}


class ChartAxes:
    """The axes of a plot area. Charts without axes (pies) are false."""

    def __init__(self, area: Element, data: ChartData) -> None:
        self._data = data
        self._axes = {value_of(element, "c:axId"): element for element in area if local_name(element) in _AXES}

    def __bool__(self) -> bool:
        return bool(self._axes)

    def value_format(self, plot: Element) -> str:
        """The format code of the value axis where it is not the data's own; else empty."""
        axis = self._of(plot)[1]
        found = child(axis, "c:numFmt")
        if found is None or found.get("sourceLinked") in _TRUE or child(axis, "c:dispUnits") is not None:
            return ""
        code = found.get("formatCode", "")
        return "" if code == "General" else code

    def category_axis(self, plot: Element, categories: Sequence[Point]) -> Axis | None:
        """The axis along which the categories (or the x of a scatter chart) stand."""
        axis = self._of(plot)[0]
        if axis is None:
            return None
        if local_name(axis) == "valAx":
            return Axis(self._title(axis), _unit(axis), _scale(axis, plot))
        dates = local_name(axis) == "dateAx" or (bool(categories) and all(point.is_date for point in categories))
        labels = tuple(dict.fromkeys(point.text for point in categories if point.text))
        return Axis(self._title(axis), "", "date" if dates else "category", labels)

    def value_axis(self, plot: Element) -> Axis | None:
        """The axis that measures the values. Its tick labels are not kept in the file."""
        axis = self._of(plot)[1]
        return Axis(self._title(axis), _unit(axis), _scale(axis, plot)) if axis is not None else None

    def _of(self, plot: Element) -> tuple[Element | None, Element | None]:
        ids = [element.get("val", "") for element in plot.findall(tag("c:axId"))]
        own = [self._axes[name] for name in ids if name in self._axes] or list(self._axes.values())
        values = [axis for axis in own if local_name(axis) == "valAx"]
        others = [axis for axis in own if local_name(axis) in {"catAx", "dateAx"}]
        if others:
            return others[0], values[0] if values else None
        # Both axes of a scatter chart measure; x comes first.
        return (values[0] if values else None), (values[1] if len(values) > 1 else None)

    def _title(self, axis: Element) -> str:
        if value_of(axis, "c:delete") in _TRUE:
            return ""
        title = child(axis, "c:title", "c:tx")
        return join_texts(paragraphs_of(child(title, "c:rich"))) or self._data.text(title)


def _scale(axis: Element, plot: Element) -> str:
    if child(axis, "c:scaling", "c:logBase") is not None:
        return "log"
    return "percent" if value_of(plot, "c:grouping") == "percentStacked" else "linear"


def _unit(axis: Element) -> str:
    """What the axis divides its numbers by (`millions`), as its label says; or per cent, as its format says."""
    units = child(axis, "c:dispUnits")
    if units is not None:
        return join_texts(paragraphs_of(units)) or value_of(units, "c:builtInUnit")
    found = child(axis, "c:numFmt")
    return "%" if found is not None and "%" in found.get("formatCode", "") else ""
