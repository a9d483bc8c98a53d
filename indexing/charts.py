"""First form of the chart reader: what the labels of a figure are, told by their place, size and wording.

    >>> labels = ocr.read(image)                                   # doctest: +SKIP
    >>> reading = read_chart(figure, labels)                       # doctest: +SKIP
    >>> [(value.category, value.number) for value in reading.values]   # doctest: +SKIP

Only printed numbers become values (`how="labelled"`). What the places of the labels do not make plain is left empty.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .chart_axes import Axes, axis_of, find_axes
from .chart_header import Surroundings, surroundings
from .chart_marks import Mark, join_texts, marks_of
from .chart_numbers import ParsedNumber
from .chart_values import Reading, named_number, read_values
from .documents import Axis, ChartReading, ChartValue, Region
from .loaders.parsed import FigureBlock, Label

WHOLE_PIE = 2.0
"""Per cent by which the slices of a pie may miss 100 through rounding."""
BEYOND_AXIS = 10.0
"""Times the largest tick of a linear axis up to which a number may be a value."""
ENOUGH_TO_COMPARE = 5
TOO_WIDE = 1.27
_TYPE_WORDS = {
    "pie": re.compile(r"\b(pie|doughnut|donut) (chart|graph)\b|饼图|环形图", re.IGNORECASE),
    "line": re.compile(r"\bline (chart|graph|plot)\b|折线图", re.IGNORECASE),
    "horizontal bar": re.compile(r"\bhorizontal bar (chart|graph)\b|条形图", re.IGNORECASE),
    "bar": re.compile(r"\b(bar|column) (chart|graph)\b|柱状图|柱形图", re.IGNORECASE),
    "scatter": re.compile(r"\bscatter ?(plot|chart|graph)\b|散点图", re.IGNORECASE),
    "histogram": re.compile(r"\bhistogram\b|直方图", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class _Found:
    """A value's mark with what was read for it."""

    mark: Mark
    number: ParsedNumber
    name: str = ""


def read_chart(figure: FigureBlock, labels: Sequence[Label]) -> ChartReading:
    """Tell title, subtitle, source note, axes, legend and printed values apart by the labels' geometry.

    `labels` have boxes in fractions of the figure, in reading order; the regions of the values come out in fractions
    of the page that the figure stands on.
    """
    if figure.reading is not None:
        return figure.reading
    width, height = figure.size
    around = surroundings(marks_of(labels, width, height), height)
    axes = find_axes(around.plot, width)
    found = _values(axes)
    texts = [mark for mark in axes.rest if not mark.is_number and all(mark is not value.mark for value in found)]
    reading = read_values([value.mark for value in found if not value.name], texts, axes.x, axes.y)
    unit = _common_unit(found, around, axes)
    trust = _trust([value.mark for value in found])
    return ChartReading(
        chart_type=_chart_type(figure.caption, around, axes, found, reading),
        title=join_texts(mark.text for mark in around.title),
        subtitle=join_texts(mark.text for mark in around.subtitle),
        source_note=join_texts(mark.text for mark in around.note),
        x_axis=axis_of(axes.x, axes.x_title),
        y_axis=_y_axis(axes, reading),
        legend=tuple(block.text for block in reading.legend),
        values=tuple(_chart_value(value, reading, unit, figure.region, trust) for value in found),
    )


def _values(axes: Axes) -> list[_Found]:
    ticks = [abs(mark.number.number) for mark in axes.y.marks if mark.number is not None]
    # Far beyond the axis, a number is two that OCR has run together ("80" and "75" as 8075).
    most = BEYOND_AXIS * max(ticks) if ticks and axes.y.scale == "linear" and max(ticks) > 0 else float("inf")
    found: list[_Found] = []
    for mark in axes.rest:
        named = None if mark.number else named_number(mark)
        if mark.is_number and mark.number is not None and abs(mark.number.number) <= most:
            found.append(_Found(mark, mark.number))
        elif named is not None:
            found.append(_Found(mark, named[1], named[0]))
    return found


def _chart_value(value: _Found, reading: Reading, unit: str, figure: Region, trust: Mapping[int, float]) -> ChartValue:
    category = reading.category.get(id(value.mark))
    series = reading.series.get(id(value.mark))
    return ChartValue(
        number=value.number.number,
        text=value.mark.text,
        region=Region(figure.page, value.mark.label.box.within(figure.box)),
        series=series.text if series else "",
        category=value.name or (category.text if category else ""),
        unit=value.number.unit or unit,
        how="labelled",
        confidence=value.mark.label.confidence * trust.get(id(value.mark), 1.0),
    )


def _trust(marks: Sequence[Mark]) -> dict[int, float]:
    """Factors on the confidence: numbers set wider than the others may be two ("6" and "3") read as one."""
    several = [mark for mark in marks if sum(character.isdigit() for character in mark.text) >= 2]
    if len(several) < ENOUGH_TO_COMPARE:
        return {}
    usual = statistics.median(mark.letter_width for mark in several)
    return {id(mark): 0.5 for mark in several if mark.letter_width > TOO_WIDE * usual}


def _common_unit(found: Sequence[_Found], around: Surroundings, axes: Axes) -> str:
    """The unit of values printed without one: that of the other values and of the ticks of the y axis (charts often
    print it once), or per cent where the header says so.
    """
    ticks = [mark.number for mark in axes.y.marks if mark.number is not None]
    units = {number.unit for number in (*ticks, *(value.number for value in found))} - {""}
    if units:
        return units.pop() if len(units) == 1 else ""
    header = join_texts(mark.text for mark in (*around.title, *around.subtitle))
    starts = re.search(
        r"(?:^|[(（]|\s)(%|percent(age)? of|per cent of|in percent)(?=\s|$|[)）])", header, re.IGNORECASE
    )
    return "%" if starts else ""


def _y_axis(axes: Axes, reading: Reading) -> Axis | None:
    """The y axis; where categories stand in a column at the left, they are its labels."""
    axis = axis_of(axes.y, axes.y_title)
    if reading.orientation != "rows" or axes.y.blocks:
        return axis
    blocks = {id(block.marks[0]): block for block in reading.category.values()}
    ordered = sorted(blocks.values(), key=lambda block: (block.cy, block.x0))
    return Axis(axis.title if axis else "", axis.unit if axis else "", "category", tuple(b.text for b in ordered))


def _chart_type(caption: str, around: Surroundings, axes: Axes, found: Sequence[_Found], reading: Reading) -> str:
    """The type, where the words of caption and header say so or the labels leave no other; else empty."""
    words = f"{caption} {join_texts(mark.text for mark in (*around.title, *around.subtitle))}"
    for name, pattern in _TYPE_WORDS.items():
        if pattern.search(words):
            return name
    numbers = [value.number for value in found]
    no_axes = not axes.x.blocks and not axes.y.blocks
    slices = reading.orientation == "slices" or (found and all(value.name for value in found))
    percent = all(number.unit == "%" for number in numbers)
    if no_axes and slices and percent and len(numbers) > 1 and _sums_to_hundred(numbers):
        return "pie"
    if reading.orientation == "rows" and _ends_grow_with_value(found, reading):
        return "horizontal bar"
    return ""


def _sums_to_hundred(numbers: Sequence[ParsedNumber]) -> bool:
    return abs(sum(number.number for number in numbers) - 100.0) <= WHOLE_PIE


def _ends_grow_with_value(found: Sequence[_Found], reading: Reading) -> bool:
    """Three or more categories of one value each, printed the further right the larger it is."""
    values = [value for value in found if id(value.mark) in reading.category]
    categories = {id(reading.category[id(value.mark)].marks[0]) for value in values}
    if len(values) < 3 or len(categories) != len(values):
        return False
    ordered = sorted(values, key=lambda value: value.number.number)
    places = [value.mark.cx for value in ordered]
    spread = places[-1] - places[0] > 2 * ordered[0].mark.line_height
    return spread and all(later > earlier - 3.0 for earlier, later in itertools.pairwise(places))
