"""Chart readings by a vision model, held against what OCR sees: a model may name things, it may not invent numbers.

- A value whose number stands printed in the picture is `labelled`, with the place of that print.
- Any other value is `estimated`: the model read it off the geometry, or made it up; nobody can tell the two apart.
- Names (title, series, categories, axis titles) that no printed word bears out are left empty.
- Printed values that the model passed over are kept from the reading by geometry.
- A description, where one is asked for, is kept as the model's own: it finds the chart, and is quoted nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..documents import Axis, ChartReading, ChartValue, Image, Region
from ..loaders.parsed import FigureBlock, Label
from ..tokens import tokenize
from .marks import Mark, marks_of
from .numbers import parse_number

ESTIMATE_CONFIDENCE = 0.5
"""Of a number that is not printed: the model gives none that could be relied on."""
BORNE_OUT = 0.75
"""Share of a name's words that must be printed in the picture. OCR misreads one in a while."""
NUMBER_TOLERANCE = 1e-6
_DIGITS = re.compile(r"[-−–]?\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value as the model gives it."""

    series: str
    category: str
    number: float
    unit: str


@dataclass(frozen=True, slots=True)
class SeenAxis:
    """An axis as the model gives it."""

    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class SeenChart:
    """A chart as the model gives it, nothing checked."""

    chart_type: str
    title: str
    subtitle: str
    x_axis: SeenAxis
    y_axis: SeenAxis
    legend: tuple[str, ...]
    values: tuple[SeenValue, ...]
    description: str = ""


class ChartVision(Protocol):
    """A model that sees charts. `name` tells it apart from others in the fingerprint of the recipe."""

    name: str

    def see(self, image: Image) -> SeenChart:
        """Read one chart. Raises `ModelUnavailable` where the model does not answer, or answers nonsense."""
        ...


def checked_reading(
    seen: SeenChart, figure: FigureBlock, labels: Sequence[Label], by_geometry: ChartReading, model: str = ""
) -> ChartReading:
    """What the `model` saw, as far as the picture's own print bears it out, over the reading by geometry."""
    printed = _Printed(figure, labels)
    values = [value for given in seen.values if (value := printed.value(given)) is not None]
    values += [value for value in by_geometry.values if printed.is_unclaimed(value)]
    legend = tuple(name for name in seen.legend if printed.bears_out(name)) or by_geometry.legend
    return replace(
        by_geometry,
        chart_type=seen.chart_type or by_geometry.chart_type,
        title=seen.title if printed.bears_out(seen.title) else by_geometry.title,
        subtitle=seen.subtitle if printed.bears_out(seen.subtitle) else by_geometry.subtitle,
        x_axis=_axis(seen.x_axis, by_geometry.x_axis, printed),
        y_axis=_axis(seen.y_axis, by_geometry.y_axis, printed),
        legend=legend,
        legend_colors=by_geometry.legend_colors if legend == by_geometry.legend else (),
        values=tuple(values),
        description=seen.description,
        described_by=model if seen.description else "",
    )


def _axis(seen: SeenAxis, read: Axis | None, printed: _Printed) -> Axis | None:
    """The axis by geometry with the title that the model adds where geometry found none."""
    title = seen.title if printed.bears_out(seen.title) else ""
    if read is None:
        return Axis(title, seen.unit) if title else None
    return replace(read, title=read.title or title, unit=read.unit or (seen.unit if title else ""))


class _Printed:
    """The numbers and words printed in a figure. Each printed number carries one value."""

    def __init__(self, figure: FigureBlock, labels: Sequence[Label]) -> None:
        self._figure = figure
        self._numbers = [mark for mark in marks_of(labels, *figure.size) if mark.number is not None]
        self._claimed: set[int] = set()
        self._words = {word for label in labels for word in tokenize(label.text)}

    def bears_out(self, name: str) -> bool:
        words = tokenize(name)
        return bool(words) and sum(word in self._words for word in words) >= BORNE_OUT * len(words)

    def value(self, seen: SeenValue) -> ChartValue | None:
        """The value with names and number checked; None where neither is printed."""
        series = seen.series if self.bears_out(seen.series) else ""
        category = seen.category if self.bears_out(seen.category) else ""
        mark = self._claim(seen)
        if mark is None and not (series or category):
            return None
        if mark is None:
            return ChartValue(
                number=seen.number,
                text="",
                region=self._figure.region,
                series=series,
                category=category,
                unit=seen.unit,
                how="estimated",
                confidence=ESTIMATE_CONFIDENCE,
            )
        return ChartValue(
            number=mark.number.number if mark.number else seen.number,
            text=mark.text,
            region=Region(self._figure.region.page, mark.label.box.within(self._figure.region.box)),
            series=series,
            category=category,
            unit=(mark.number.unit if mark.number else "") or seen.unit,
            how="labelled",
            confidence=mark.label.confidence,
        )

    def is_unclaimed(self, value: ChartValue) -> bool:
        """Whether no value of the model's stands where this one is printed."""
        taken = [mark for mark in self._numbers if id(mark) in self._claimed]
        boxes = [mark.label.box.within(self._figure.region.box) for mark in taken]
        return value.how == "labelled" and all(box != value.region.box for box in boxes)

    def _claim(self, seen: SeenValue) -> Mark | None:
        free = [mark for mark in self._numbers if id(mark) not in self._claimed and _equals(mark, seen.number)]
        # A model gives 12 for "12%" and for "12 thousand" alike; years are ticks unless nothing else fits.
        best = min(free, key=lambda mark: (not mark.is_number, mark.index), default=None)
        if best is not None:
            self._claimed.add(id(best))
        return best


def _equals(mark: Mark, number: float) -> bool:
    """Whether the mark prints the number, its scale word ("bn", "万") counted or left aside."""
    digits = _DIGITS.search(mark.text)
    readings = (mark.number, parse_number(digits[0]) if digits else None)
    tolerance = NUMBER_TOLERANCE * max(1.0, abs(number))
    return any(reading is not None and abs(reading.number - number) <= tolerance for reading in readings)
