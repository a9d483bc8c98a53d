"""A chart as a node: its reading written as searchable lines, each with the places on the page that carry it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..documents import Axis, Box, ChartReading, ChartValue, Node, Part, Region
from ..loaders.parsed import FigureBlock, Label
from ..reading_order import text_rows
from .blocks import text_blocks
from .marks import join_texts, marks_of, with_zeros
from .numbers import parse_number


def chart_node(figure: FigureBlock, labels: Sequence[Label], reading: ChartReading) -> Node | None:
    """The node of kind "chart" for `figure`, or None where nothing is written in it, beside it, or known of it.

    The text holds, a line each: caption, title, subtitle, axis titles (what is measured, and over what), a row
    "category: values" for each category, the rest of the legend, all other labels, and the source note. Every label's
    text occurs in it; values estimated from the axis follow "about" (约). `parts` are its lines.
    """
    page = _Page(figure, labels)
    lines: list[Part] = []
    if figure.caption.strip():
        lines.append(Part(join_texts([figure.caption]), (figure.region,)))
    lines += page.line(reading.title) + page.line(reading.subtitle)
    # The note is found before the rest so that its lines cannot be taken for labels of the plot.
    note = page.line(reading.source_note)
    axes = [axis for axis in (reading.y_axis, reading.x_axis) if axis is not None]
    for axis in axes:
        lines += [replace(part, text=_measured(axis)) for part in page.line(axis.title)]
    lines += _value_rows(reading.values, page)
    lines += page.list_line(reading.legend, "; ")  # what the rows have not named
    for axis in axes:
        lines += page.list_line(axis.labels, ", ")
    lines += page.remaining_lines() + note
    lines += page.absent_lines("\n".join(line.text for line in lines))
    if not lines:
        return None
    return Node(
        kind="chart",
        text="\n".join(line.text for line in lines),
        parts=tuple(lines),
        regions=(figure.region,),
        page=figure.region.page,
        caption=figure.caption,
        reading=reading,
        image=figure.image,
    )


def value_row(category: str, values: Sequence[ChartValue]) -> str:
    """The values of one category as a line, "category: values"."""
    told = ", ".join(map(_value_text, values))
    return f"{category}: {told}" if category else told


def _measured(axis: Axis) -> str:
    """What an axis measures, with the unit that its title does not tell."""
    return axis.title if not axis.unit or axis.unit in axis.title else f"{axis.title} ({axis.unit})"


@dataclass(frozen=True, slots=True)
class _Place:
    """Labels (by index) that together spell a text, and how far apart they stand."""

    labels: tuple[int, ...]
    spread: float


class _Page:
    """The labels of a figure, which of them are written already, and where they stand on the page."""

    def __init__(self, figure: FigureBlock, labels: Sequence[Label]) -> None:
        self.figure = figure
        self.labels = labels
        self.squashed = [_squash(with_zeros(label.text)) for label in labels]
        self.written: set[int] = set()

    def region(self, index: int) -> Region:
        return Region(self.figure.region.page, self.labels[index].box.within(self.figure.region.box))

    def regions(self, indices: Sequence[int]) -> tuple[Region, ...]:
        return tuple(self.region(index) for index in indices) or (self.figure.region,)

    def line(self, text: str) -> list[Part]:
        """The text as one line with the labels that spell it; nothing for an empty text."""
        if not text:
            return []
        return [Part(text, self.regions(self._write(text)))]

    def list_line(self, texts: Sequence[str], separator: str) -> list[Part]:
        """The texts that are not written yet as one line."""
        new: list[str] = []
        used: list[int] = []
        for text in texts:
            places = self.places(text)
            if places and all(index in self.written for index in places[0].labels):
                continue
            new.append(text)
            used += self._write(text)
        return [Part(separator.join(new), self.regions(used))] if new else []

    def places(self, text: str) -> list[_Place]:
        """Where labels spell `text`: unwritten and close ones first. Empty where the reading's text is its own."""
        wanted = _squash(text)
        found = [place for start in range(len(self.labels)) if (place := self._spell(wanted, start)) is not None]
        if not found:
            # OCR may run several numbers together; the reader has taken them apart.
            found = [_Place((i,), 0.0) for i, label in enumerate(self.labels) if text and text in label.text.split()]
        return sorted(found, key=lambda p: (any(i in self.written for i in p.labels), p.spread, p.labels))

    def value_label(self, value: ChartValue) -> list[int]:
        """The label that the value was read from: the one that its region lies in."""
        at = _centre(value.region.box)
        holding = [i for i, label in enumerate(self.labels) if _squash(value.text) in self.squashed[i]]
        inside = [i for i in holding if _contains(self.region(i).box, at)]
        return inside[:1]

    def remaining_lines(self) -> list[Part]:
        """What no other line holds: sentences and names whole, numbers by row."""
        rest = [index for index in range(len(self.labels)) if index not in self.written]
        marks = marks_of([self.labels[i] for i in rest], *self.figure.size)
        groups = [[rest[mark.index] for mark in block.marks] for block in text_blocks(marks)]
        grouped = {index for group in groups for index in group}
        single = [index for index in rest if index not in grouped]
        groups += [[single[i] for i in row] for row in text_rows([self.labels[i] for i in single])]
        groups.sort(key=lambda group: group[0])
        return [Part(join_texts(self.labels[i].text for i in group), self.regions(group)) for group in groups]

    def absent_lines(self, text: str) -> list[Part]:
        """Labels that no line has letter by letter, such as numbers that were taken apart."""
        absent = [index for index, label in enumerate(self.labels) if label.text.strip() not in text]
        return [Part(self.labels[index].text.strip(), (self.region(index),)) for index in absent]

    def _write(self, text: str) -> list[int]:
        places = self.places(text)
        if not places:
            return []
        self.written.update(places[0].labels)
        return list(places[0].labels)

    def _spell(self, wanted: str, start: int) -> _Place | None:
        """The labels from `start` on that spell `wanted` one after the other, each next to the one before."""
        chosen: list[int] = []
        position, spread, candidates = 0, 0.0, [start]
        while position < len(wanted):
            fitting = [i for i in candidates if self.squashed[i] and wanted.startswith(self.squashed[i], position)]
            if not fitting:
                return None
            last = chosen[-1] if chosen else start
            # The longest first: "Republicans" of the legend also begins what "Republicans in 2017" of the title says.
            nearest = min(
                fitting, key=lambda i: (-len(self.squashed[i]), i in self.written, self._distance(last, i), i)
            )
            spread += self._distance(last, nearest)
            chosen.append(nearest)
            position += len(self.squashed[nearest])
            candidates = [i for i in range(len(self.labels)) if i not in chosen]
        return _Place(tuple(chosen), spread) if chosen else None

    def _distance(self, first: int, second: int) -> float:
        return _distance(_centre(self.labels[first].box), _centre(self.labels[second].box))


@dataclass(slots=True)
class _Row:
    """The values of one category; `place` are the labels of its name."""

    category: str
    place: tuple[int, ...]
    values: list[ChartValue] = field(default_factory=list)


def _value_rows(values: Sequence[ChartValue], page: _Page) -> list[Part]:
    """A line for each category in the order of the labels. Two panels may name a category alike: by place, then."""
    rows: dict[tuple[str, tuple[int, ...]], _Row] = {}
    for value in values:
        if not value.category:
            continue
        place = _category_place(value, page)
        rows.setdefault((value.category, place), _Row(value.category, place)).values.append(value)
    lines: list[Part] = []
    for row in sorted(rows.values(), key=lambda r: r.place):
        used = [index for value in row.values if value.how == "labelled" for index in page.value_label(value)]
        used = list(dict.fromkeys([*row.place, *used]))
        page.written.update(used)
        for value in row.values:
            if value.series:
                page.written.update(_nearest(value, value.series, page))
        lines.append(Part(value_row(row.category, row.values), page.regions(used)))
    return lines


def _category_place(value: ChartValue, page: _Page) -> tuple[int, ...]:
    """The labels of the category's name; a heading in front of it ("Men: 2010") stands elsewhere."""
    place = _nearest(value, value.category, page)
    heading, _, name = value.category.rpartition(": ")
    if place or not heading:
        return place
    page.written.update(_nearest(value, heading, page))
    return _nearest(value, name, page)


def _nearest(value: ChartValue, name: str, page: _Page) -> tuple[int, ...]:
    """The labels that spell the value's category or series: the nearest, where it is printed more than once."""
    at = _centre(value.region.box)

    def distance(place: _Place) -> float:
        return place.spread + min(_distance(at, _centre(page.region(index).box)) for index in place.labels)

    places = page.places(name)
    return min(places, key=lambda place: (distance(place), place.labels)).labels if places else ()


def _value_text(value: ChartValue) -> str:
    """The value as printed, with the series it belongs to and a per cent sign where the chart prints that once."""
    if value.how == "estimated":
        return _estimate_text(value)
    number = parse_number(value.text)
    if number is None:  # name and number stand in one label
        return value.text
    text = f"{value.text}%" if value.unit == "%" and not number.unit else value.text
    return f"{value.series} {text}" if value.series else text


def _estimate_text(value: ChartValue) -> str:
    """An estimate says that it is one: three digits that no reader can take for printed ones."""
    chinese = any("\u3400" <= character <= "\u9fff" for character in value.series + value.category)
    number = f"{float(f'{value.number:.3g}'):,.10g}"
    text = f"{'约' if chinese else 'about '}{number}{'%' if value.unit == '%' else ''}"
    return f"{value.series} {text}" if value.series else text


def _squash(text: str) -> str:
    return "".join(text.split())


def _centre(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _distance(first: tuple[float, float], second: tuple[float, float]) -> float:
    return math.dist(first, second)


def _contains(box: Box, point: tuple[float, float]) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1
