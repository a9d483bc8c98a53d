"""A chart drawn again from what was read of it, as a Vega-Lite specification: estimates are paler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...indexing.documents import ChartReading

_LINES = ("line", "area", "scatter", "dot plot")
_ROUND = ("pie", "donut")
_PALENESS = {"labelled": 1.0, "corrected": 1.0, "estimated": 0.45}
_SHOWN = ("series", "category", "number", "unit")
WORDS = (*_PALENESS, *_SHOWN)
"""What a plot says beside what was read."""


def plot_rows(reading: ChartReading) -> list[dict[str, Any]]:
    """The values as rows for `plot_of`, in the order in which they stand on the chart."""
    axis = 1 if _lies(reading.chart_type) else 0
    values = sorted(reading.values, key=lambda value: value.region.box[axis] + value.region.box[axis + 2])
    return [
        {
            "category": value.category or value.series,
            "series": value.series,
            "number": value.number,
            "unit": value.unit,
            "how": value.how,
        }
        for value in values
    ]


def plot_of(reading: ChartReading, words: Mapping[str, str]) -> dict[str, Any]:
    """The specification; `words` has those of `WORDS` in the reader's language."""
    kind = reading.chart_type
    series = sorted({value.series for value in reading.values if value.series})
    color = {"field": "series", "type": "nominal", "title": None, "legend": {"orient": "bottom"}}
    shared: dict[str, Any] = {
        "opacity": _opacity(reading, words),
        "tooltip": [{"field": name, "title": words[name]} for name in _SHOWN],
    }
    number: dict[str, Any] = {"field": "number", "type": "quantitative", "title": None}
    category: dict[str, Any] = {
        "field": "category",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 140},
    }
    if any(name in kind for name in _ROUND) and len(series) <= 1:
        named = {"field": "category", "type": "nominal", "sort": None, "title": None}
        return {"mark": {"type": "arc"}, "encoding": {**shared, "theta": number, "color": named}}
    if series:
        shared["color"] = color
    if any(name in kind for name in _LINES):
        height = {**number, "scale": {"zero": "area" in kind}}
        return {"mark": {"type": "line", "point": True}, "encoding": {**shared, "x": category, "y": height}}
    stacked = "stacked" in kind
    lying = _lies(kind)
    bar = {**number, "stack": "zero" if stacked else None}
    encoding = {**shared, "y" if lying else "x": category, "x" if lying else "y": bar}
    if len(series) > 1 and not stacked:
        encoding["yOffset" if lying else "xOffset"] = {"field": "series", "sort": None}
    return {"mark": {"type": "bar"}, "encoding": encoding}


def _lies(kind: str) -> bool:
    """Whether the bars lie: also where the kind is unknown, for long names fit beside them."""
    return "horizontal" in kind or not kind


def _opacity(reading: ChartReading, words: Mapping[str, str]) -> dict[str, Any]:
    """Paler where estimated, with a legend once both kinds are there."""
    kinds: Sequence[str] = [kind for kind in _PALENESS if any(value.how == kind for value in reading.values)]
    named = " : ".join(f"datum.label == '{kind}' ? {_quoted(words[kind])}" for kind in kinds) + " : datum.label"
    return {
        "field": "how",
        "type": "nominal",
        "scale": {"domain": list(kinds), "range": [_PALENESS[kind] for kind in kinds]},
        "legend": {"title": None, "orient": "bottom", "labelExpr": named} if len(kinds) > 1 else None,
    }


def _quoted(word: str) -> str:
    """A word of the interface as a literal of Vega's expressions."""
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
