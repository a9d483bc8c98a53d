"""The type of a chart, from what is painted in it and how its numbers are bound."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from .extent import Extent
from .graphics import Bar, Dot, Graphics
from .marks import Mark
from .numbers import ParsedNumber
from .scene import Binding

WHOLE_PIE = 2.0
"""Per cent by which the slices of a pie may miss 100 through rounding."""
FEWEST_DOTS = 8
"""Of a scatter plot."""
FEWEST_ROWS = 3
IN_ROW = 0.3
"""Rows of a dot plot, and heights of a line by which its dots may miss the middle of their row's name."""
FEWEST_BARS = 3
MEETING = 3.0
"""Pixels between two segments of a stack."""
BASE_LINE = 0.1
"""Share of a bar's thickness that the line may have on which bars to both sides stand."""
BASE = 3.0
"""Pixels by which the feet of bars on one base line may differ."""
MIXED = 0.15
"""Share of the bars that runs the other way in a figure of several charts."""
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


def chart_type(graphics: Graphics, binding: Binding, names: Sequence[Mark] = ()) -> str:
    """One of the names in the data model (`bar`, `grouped bar`, `horizontal stacked bar`, `line`, ...), or empty.

    `names` are the texts that may name rows.
    """
    if graphics.sectors:
        return "donut" if any(sector.inner_radius > 0 for sector in graphics.sectors) else "pie"
    dotted = any(isinstance(carrier, Dot) for carrier in binding.carriers.values())
    if graphics.dots and dotted and binding.orientation == "rows":
        return "dot plot"
    if not graphics.bars and not graphics.strokes and _stand_in_named_rows(graphics.dots, names):
        return "dot plot"
    if not graphics.bars and not graphics.strokes and _marks_lines(graphics):
        return "line"
    if len(graphics.dots) >= FEWEST_DOTS and len(graphics.bars) < 0.2 * len(graphics.dots) and not graphics.strokes:
        return "scatter"
    return _type_of_bars_and_lines(graphics, binding)


def _stand_in_named_rows(dots: Sequence[Dot], names: Sequence[Mark]) -> bool:
    """Whether every dot stands in one of several rows with a text before them, each at the height of its text."""
    left = min((dot.x0 for dot in dots), default=0.0)
    before = [name for name in names if name.x1 < left and not name.label.vertical]
    rows = {
        id(name)
        for dot in dots
        for name in before
        if abs(dot.cy - name.cy) <= IN_ROW * name.line_height and name.number is None
    }
    alone = [dot for dot in dots if not any(abs(dot.cy - n.cy) <= IN_ROW * n.line_height for n in before)]
    return len(rows) >= FEWEST_ROWS and not alone and len(dots) % len(rows) == 0


def _marks_lines(graphics: Graphics) -> bool:
    """Whether there are markers in the colours of keys that are pieces of lines, the lines too thin to be seen."""
    dashes = {key.color for key in graphics.swatches if key.dash}
    return len(dashes & {dot.color for dot in graphics.dots}) > 1


def _type_of_bars_and_lines(graphics: Graphics, binding: Binding) -> str:
    rows, columns = len(binding.bars.rows), len(binding.bars.columns)
    # A ground between lines is no area of its own.
    if graphics.areas and not binding.carriers and len(graphics.strokes) <= len(graphics.areas):
        return "stacked area" if len(graphics.areas) > 1 else "area"
    few_bars = rows + columns <= 2 * len(graphics.strokes) and not binding.carriers
    if graphics.strokes and (binding.orientation == "lines" or few_bars):
        return "line"
    if min(rows, columns) >= FEWEST_BARS and min(rows, columns) > MIXED * max(rows, columns):
        return "other"
    return _bar_type(binding, rows=rows > columns) if rows or columns else ""


def type_of_labels(values: Sequence[ParsedNumber], marks: Sequence[Mark], binding: Binding, *, axes: bool) -> str:
    """What the labels alone tell where nothing painted was found: a `pie` of shares, or a `horizontal bar`."""
    if not axes and binding.orientation == "slices" and len(values) > 1:
        whole = abs(sum(number.number for number in values) - 100.0) <= WHOLE_PIE
        return "pie" if whole and all(number.unit == "%" for number in values) else ""
    return "horizontal bar" if binding.orientation == "rows" and _ends_grow(marks, binding) else ""


def _ends_grow(marks: Sequence[Mark], binding: Binding) -> bool:
    """Three or more categories of one value each, printed the further right the larger it is."""
    named = [mark for mark in marks if id(mark) in binding.category and mark.number is not None]
    categories = {id(binding.category[id(mark)]) for mark in named}
    if len(named) < 3 or len(categories) != len(named):
        return False
    ordered = sorted(named, key=lambda mark: mark.number.number if mark.number else 0.0)
    places = [mark.cx for mark in ordered]
    spread = places[-1] - places[0] > 2 * ordered[0].line_height
    return spread and all(later > earlier - 3.0 for earlier, later in itertools.pairwise(places))


def _bar_type(binding: Binding, *, rows: bool) -> str:
    bars = binding.bars.rows if rows else binding.bars.columns
    prefix = "horizontal " if rows else ""
    stacked = _stacked(bars, rows=rows)
    if stacked:
        return f"{prefix}stacked bar"
    series = {block.text for block in binding.series.values()}
    colors = {bar.color for bar in bars}
    grouped = len(series) > 1 or (len(binding.legend) > 1 and len(colors) > 1) or _colors_repeat(bars, rows=rows)
    return f"{prefix}grouped bar" if grouped else f"{prefix}bar"


def _colors_repeat(bars: Sequence[Bar], *, rows: bool) -> bool:
    """Whether the bars on one base line come in groups of the same different colours, one after the other."""
    bases = Counter(round(bar.x0 / BASE) if rows else round(bar.y1 / BASE) for bar in bars)
    base, count = bases.most_common(1)[0]
    on_base = [bar for bar in bars if abs((bar.x0 if rows else bar.y1) / BASE - base) <= 1.0]
    colors = [bar.color for bar in sorted(on_base, key=lambda b: b.cy if rows else b.cx)]
    size = len(set(colors))
    if not 1 < size <= len(colors) / 2 or len(colors) % size or count < 0.8 * len(bars):
        return False
    return all(color == colors[number % size] for number, color in enumerate(colors))


def _stacked(bars: Sequence[Extent], *, rows: bool) -> bool:
    """Whether bars of different colours continue each other: at the same place across, one beginning where one ends."""
    joined = 0
    for bar in bars:
        for other in bars:
            if other is bar or getattr(bar, "color", None) == getattr(other, "color", None):
                continue
            if rows:
                same = bar.overlap_y(other) > 0.8 * min(bar.height, other.height)
                meets = abs(other.x0 - bar.x1) <= max(MEETING, BASE_LINE * bar.height)
            else:
                same = bar.overlap_x(other) > 0.8 * min(bar.width, other.width)
                meets = abs(other.y1 - bar.y0) <= max(MEETING, BASE_LINE * bar.width)
            if same and meets:
                joined += 1
                break
    return joined >= 0.25 * len(bars) and joined > 0
