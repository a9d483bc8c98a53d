"""Chart readings corrected by hand: kept by the picture's content, so that they outlive every new reading of it.

A correction says what a picture shows, wherever it stands: its boxes are fractions of the picture, its pages None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from .charts.numbers import parse_number, with_unit
from .charts.text import value_row
from .documents import WHOLE, Box, ChartReading, ChartValue, Node, Part, Region

Corrections = Mapping[str, ChartReading]
"""Corrected readings by the SHA-256 of their picture."""


def with_corrections(nodes: Sequence[Node], corrections: Corrections) -> tuple[Node, ...]:
    """The nodes as they were read, those whose picture has been corrected as somebody corrected them."""
    if not corrections:
        return tuple(nodes)
    known = ((node, corrections.get(_picture(node) or "")) for node in nodes)
    return tuple(node if reading is None else corrected_node(node, reading) for node, reading in known)


def as_corrected(reading: ChartReading, was: ChartReading, bounds: Region) -> ChartReading:
    """A reading as a correction of `was`: what differs from it is marked so. `bounds` frame the chart on its page.

    Where the printed text of a corrected value tells another number, or none, it is written anew.
    """
    kept = {_said(value): value for value in was.values}
    printed = {(value.text, value.number, value.unit) for value in was.values}
    values = [
        kept[_said(value)]
        if _said(value) in kept
        else replace(value, text=_text_of(value, printed), how="corrected", confidence=1.0)
        for value in reading.values
    ]
    moved = [replace(value, region=Region(None, _relative(value.region.box, bounds.box))) for value in values]
    return replace(reading, values=tuple(moved), corrected=True)


def as_printed(number: float, unit: str) -> str:
    """A number as a chart would print it: of its units, those that stand at the number itself."""
    if unit == "%":
        return f"{with_unit(number, '')}%"
    told = with_unit(number, unit)
    return told if not told.endswith(f" {unit}") else with_unit(number, "")


def corrected_node(node: Node, correction: ChartReading) -> Node:
    """The chart with the corrected reading in place of its own: its values at their places, its text to match."""
    bounds = node.regions[0]
    reading = replace(
        correction,
        values=tuple(
            replace(value, region=Region(bounds.page, value.region.box.within(bounds.box)))
            for value in correction.values
        ),
    )
    parts = tuple(_rewritten(node, node.reading or ChartReading(), reading))
    return replace(node, text="\n".join(part.text for part in parts), parts=parts, reading=reading)


def _text_of(value: ChartValue, printed: Container[tuple[str, float, str]]) -> str:
    """The text of a corrected value: its own, if that is but its number, as it was `printed` or is given."""
    number = parse_number(value.text)
    if number is not None and (
        (value.text, value.number, value.unit) in printed
        or (number.number == value.number and value.unit in value.text)
    ):
        return value.text
    return as_printed(value.number, value.unit)


def _rewritten(node: Node, was: ChartReading, reading: ChartReading) -> Iterable[Part]:
    """Titles and rows of values as corrected; whatever else is printed on the chart stays."""
    titles = {was.title: reading.title, was.subtitle: reading.subtitle}
    heads = {"", node.caption, reading.title, reading.subtitle}
    kept: list[Part] = []
    dropped: list[Part] = []
    place: int | None = None
    for part in node.parts:
        if part.text in titles:
            kept += [replace(part, text=titles[part.text])] if titles[part.text] else []
        elif _is_row(part, was.values) or _is_stale(part, was.values, reading.values):
            place = len(kept) if place is None else place
            dropped.append(part)
        else:
            kept.append(part)
    told = {part.text for part in kept}
    new = [Part(text, node.regions) for text in (reading.title, reading.subtitle) if text and text not in told]
    first = sum(1 for part in kept if part.text in heads)
    values = [*new, *_rows(node, dropped, reading)]
    at = first if place is None else place
    return [*kept[:at], *values, *kept[at:]]


def _rows(node: Node, dropped: Sequence[Part], reading: ChartReading) -> Iterable[Part]:
    """A line for each category, where its labels and those of its values stand."""
    categories: dict[str, list[ChartValue]] = {}
    for value in reading.values:
        categories.setdefault(value.category, []).append(value)
    for category, values in categories.items():
        before = next((part for part in dropped if category and part.text.startswith(f"{category}: ")), None)
        places = (*(before.regions if before else ()), *(value.region for value in values))
        own = tuple(dict.fromkeys(place for place in places if place not in node.regions))
        yield Part(value_row(category, values), own or node.regions)


def _is_row(part: Part, values: Sequence[ChartValue]) -> bool:
    """Whether the line is one that tells values of a category."""
    unnamed = [value for value in values if not value.category]
    if unnamed and part.text == value_row("", unnamed):
        return True
    return any(
        part.text.startswith(f"{value.category}: ") and value_row("", [value]) in part.text[len(value.category) + 2 :]
        for value in values
        if value.category
    )


def _is_stale(part: Part, was: Iterable[ChartValue], now: Iterable[ChartValue]) -> bool:
    """Whether the line is but the label of a value that is no more read so."""
    stands = {(value.text, value.region.box) for value in now}
    return any(
        part.text == value.text and value.region in part.regions and (value.text, value.region.box) not in stands
        for value in was
    )


def _picture(node: Node) -> str | None:
    if node.kind != "chart":
        return None
    return hashlib.sha256(node.image.data).hexdigest() if node.image else node.asset


def _said(value: ChartValue) -> tuple[str, str, float, str]:
    return value.series, value.category, value.number, value.unit


def _relative(box: Box, frame: Box) -> Box:
    width, height = frame.x1 - frame.x0, frame.y1 - frame.y0
    if width <= 0 or height <= 0:
        return WHOLE
    return Box(
        (box.x0 - frame.x0) / width,
        (box.y0 - frame.y0) / height,
        (box.x1 - frame.x0) / width,
        (box.y1 - frame.y0) / height,
    )
