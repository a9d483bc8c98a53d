"""The type of a chart, from what is painted in it and how its numbers are bound."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .chart_binding import Binding
from .chart_extent import Extent
from .chart_graphics import Dot, Graphics
from .chart_marks import Mark

_WORDS = {
    "pie": re.compile(r"\bpie (chart|graph)\b|饼图", re.IGNORECASE),
    "donut": re.compile(r"\b(doughnut|donut) (chart|graph)\b|环形图", re.IGNORECASE),
    "line": re.compile(r"\bline (chart|graph|plot)\b|折线图", re.IGNORECASE),
    "horizontal bar": re.compile(r"\bhorizontal bar (chart|graph)\b|条形图", re.IGNORECASE),
    "bar": re.compile(r"\b(bar|column) (chart|graph)\b|histogram|柱状图|柱形图|直方图", re.IGNORECASE),
    "scatter": re.compile(r"\bscatter ?(plot|chart|graph)\b|散点图", re.IGNORECASE),
}


def type_in_words(text: str) -> str:
    """The type that a caption or title names; empty where it names none."""
    return next((name for name, pattern in _WORDS.items() if pattern.search(text)), "")


def chart_type(graphics: Graphics, binding: Binding, values: Sequence[Mark]) -> str:
    """One of the names in the data model (`bar`, `grouped bar`, `horizontal stacked bar`, `line`, ...), or empty."""
    if graphics.sectors:
        return "donut" if any(sector.inner_radius > 0 for sector in graphics.sectors) else "pie"
    if graphics.dots and binding.orientation == "rows" and any(isinstance(c, Dot) for c in binding.carriers.values()):
        return "dot plot"
    if len(graphics.dots) >= 8 and len(graphics.bars) < 0.2 * len(graphics.dots) and not graphics.strokes:
        return "scatter"
    rows, columns = len(binding.bars.rows), len(binding.bars.columns)
    bars = rows + columns
    if len(graphics.areas) and not binding.carriers:
        return "stacked area" if len(graphics.areas) > 1 else "area"
    if graphics.strokes and (binding.orientation == "lines" or bars <= 2 * len(graphics.strokes) and not binding.carriers):
        return "line"
    if rows or columns:
        if min(rows, columns) >= 3 and min(rows, columns) > 0.15 * max(rows, columns):
            return "other"
        return _bar_type(binding, rows > columns)
    return ""


def _bar_type(binding: Binding, rows: bool) -> str:
    bars = binding.bars.rows if rows else binding.bars.columns
    prefix = "horizontal " if rows else ""
    stacked = _stacked(bars, rows=rows)
    if stacked:
        return f"{prefix}stacked bar"
    series = {block.text for block in binding.series.values()}
    colors = {bar.color for bar in bars}
    grouped = len(series) > 1 or (len(binding.legend) > 1 and len(colors) > 1)
    return f"{prefix}grouped bar" if grouped else f"{prefix}bar"


def _stacked(bars: Sequence[Extent], *, rows: bool) -> bool:
    """Whether bars of different colours continue each other: at the same place across, one beginning where one ends."""
    joined = 0
    for bar in bars:
        for other in bars:
            if other is bar or getattr(bar, "color", None) == getattr(other, "color", None):
                continue
            if rows:
                same = bar.overlap_y(other) > 0.8 * min(bar.height, other.height)
                meets = abs(other.x0 - bar.x1) <= 3.0
            else:
                same = bar.overlap_x(other) > 0.8 * min(bar.width, other.width)
                meets = abs(other.y1 - bar.y0) <= 3.0
            if same and meets:
                joined += 1
                break
    return joined >= 0.25 * len(bars) and joined > 0
