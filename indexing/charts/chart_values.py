"""Values as the data model has them: with their region, name, unit and how sure they are."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence

from ..documents import Box, ChartValue, Region
from ..loaders.parsed import FigureBlock
from .axes.axes import Axes
from .estimates import Estimate
from .found_values import FoundValue
from .labels.header import Surroundings
from .marks import Mark, join_texts
from .scene import Binding

ENOUGH_TO_COMPARE = 5
TOO_WIDE = 1.27


def chart_value(
    value: FoundValue, binding: Binding, unit: str, figure: Region, trust: Mapping[int, float]
) -> ChartValue:
    """A printed value, bound as far as the binding tells; the factors of `trust` are by the `id` of its mark."""
    key = id(value.mark)
    category, series = binding.category.get(key), binding.series.get(key)
    name = value.name or (category.text if category else "")
    headings = [
        heading.text.rstrip(" :：") for heading in (binding.heading.get(key), binding.group.get(key)) if heading
    ]
    return ChartValue(
        number=value.number.number,
        text=value.mark.text,
        region=Region(figure.page, value.mark.label.box.within(figure.box)),
        series=series.text if series else "",
        category=": ".join([*headings, name]) if name else "",
        unit=value.number.unit or unit,
        how="labelled",
        confidence=value.mark.label.confidence * trust.get(key, 1.0) * binding.sure.get(key, 1.0),
    )


def estimated_value(estimate: Estimate, unit: str, figure: FigureBlock) -> ChartValue:
    """A value that no number is printed for, from the end of its bar."""
    width, height = figure.size
    end, heading = estimate.end, estimate.heading
    box = Box(end.x0 / width, end.y0 / height, end.x1 / width, end.y1 / height)
    name = estimate.category.text
    return ChartValue(
        number=estimate.number,
        text="",
        region=Region(figure.region.page, box.within(figure.region.box)),
        series=estimate.series.text if estimate.series else "",
        category=f"{heading.text.rstrip(' :：')}: {name}" if heading else name,
        unit=unit,
        how="estimated",
        confidence=estimate.confidence,
    )


def trust_in(marks: Sequence[Mark]) -> dict[int, float]:
    """Factors on the confidence: numbers set wider than the others may be two ("6" and "3") read as one."""
    several = [mark for mark in marks if sum(character.isdigit() for character in mark.text) >= 2]
    if len(several) < ENOUGH_TO_COMPARE:
        return {}
    usual = statistics.median(mark.letter_width for mark in several)
    return {id(mark): 0.5 for mark in several if mark.letter_width > TOO_WIDE * usual}


def common_unit(found: Sequence[FoundValue], around: Surroundings, axes: Axes) -> str:
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
