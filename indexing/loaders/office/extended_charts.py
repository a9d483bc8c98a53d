"""Native charts of the newer kinds (waterfall, funnel, treemap, sunburst, …), which files keep in another form.

Source: [MS-ODRAWXML] 2.24 (chartex).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...charts.marks import join_texts
from ...documents import ChartReading, ChartValue, Region
from .chart_data import ChartData, Points
from .chart_numbers import told_number
from .xml import Element, child, local_name, paragraphs_of, tag

_TYPES = {"funnel": "horizontal bar"}


def read_extended_chart(root: Element, region: Region, data: ChartData) -> ChartReading:
    """The reading of `cx:chartSpace`, as `read_office_chart` gives it. Histograms and box plots, which show counts and
    ranks of their data, have no values.
    """
    series = [one for one in root.iter(tag("cx:series")) if one.get("hidden") not in {"1", "true"}]
    names = [_text(child(one, "cx:tx")) for one in series]
    values = [list(_values(root, one, name, region, data)) for one, name in zip(series, names, strict=True)]
    kinds = {one.get("layoutId", "") for one in series}
    return ChartReading(
        chart_type=_TYPES.get(kinds.pop(), "other") if len(kinds) == 1 else "other",
        title=_text(child(root, "cx:chart", "cx:title", "cx:tx")),
        legend=tuple(filter(None, names)) if len(series) > 1 else (),
        values=tuple(value for one in values for value in one),
    )


def _values(root: Element, series: Element, name: str, region: Region, data: ChartData) -> Iterator[ChartValue]:
    if series.get("layoutId") == "boxWhisker" or next(series.iter(tag("cx:binning")), None) is not None:
        return
    reference = child(series, "cx:dataId")
    wanted = reference.get("val") if reference is not None else None
    found = next((one for one in root.iter(tag("cx:data")) if one.get("id") == wanted), None)
    if found is None:
        return
    categories = _points(found, "cx:strDim", data)
    for index, point in sorted(_points(found, "cx:numDim", data).items()):
        if point.number is not None:
            number, unit = told_number(point.number, point.text, point.code)
            category = categories[index].text if index in categories else ""
            yield ChartValue(number, point.text, region, name, category, unit)


def _points(data_set: Element, name: str, data: ChartData) -> Points:
    dimension = child(data_set, name)
    return data.levels(dimension, numbers=name == "cx:numDim") if dimension is not None else {}


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    plain = next((node.text or "" for node in element.iter() if local_name(node) == "v"), "")
    return join_texts(paragraphs_of(element)) or " ".join(plain.split())
