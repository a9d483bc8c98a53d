"""The values of charts and tables as facts: each with its names, its unit and scale, and its place.

What a table says about all its figures ("in millions of dollars"), a column's header ("Revenue, $m"), a row's label
("Margin (%)") or a chart's axis gives a bare number its unit and scale; the number as printed stays another reading of
it. Where none tells, unit and scale are open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ...indexing.charts.numbers import with_unit
from ...indexing.documents import ChartReading, Region, Table
from ...indexing.search_form import search_form
from ...indexing.table_rows import parents_of
from .quantity import TIME, Quantity
from .units import CURRENCIES, OPEN, YEAR, Measure, told_measure, without_measure
from .words import Word, words_of

_APART = " | "
_BRACKETED = re.compile(r"\(\s*[$€£¥]?\s?[\d.,]+\s?%?\s*\)")
_PLAIN = re.compile(r"(?P<open>\()?(?P<minus>[-−–])?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?(open)\))")
"""Most cells; reading them as running text takes far longer."""
_PER_PIECE = re.compile(r"\bper[\s-](?:share|unit|capita|employee|day)|每股|人均", re.IGNORECASE)
"""A table "in millions" gives these in plain units."""
_OTHER_KIND = re.compile(
    r"\b(?:margin|ratio|rate|number of|employees|headcount|shares|years?|age|percentage)\b|率|人数|员工|占比|比例",
    re.IGNORECASE,
)
"""Rows whose numbers are not in the table's unit of money."""


_Label = tuple[str, Sequence[Word]]
"""A text in search form and its words."""


@dataclass(frozen=True)
class Fact:
    """One value with what names it, each label with its own words. Large tables have many that nobody looks at."""

    labels: tuple[_Label, ...]
    regions: tuple[Region, ...]
    estimated: bool = False

    @cached_property
    def text(self) -> str:
        """The labels and the value, set apart."""
        return _APART.join(text for text, _ in self.labels)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of `text`."""
        found: list[Word] = []
        offset = 0
        for text, words in self.labels:
            found += [_shifted(word, offset) for word in words] if offset else words
            offset += len(text) + len(_APART)
        return tuple(found)

    @property
    def unplaced(self) -> Iterator[Word]:
        """The words of `text` by themselves, which is quicker."""
        for _, words in self.labels:
            yield from words


def chart_facts(reading: ChartReading | None) -> Iterator[Fact]:
    """The chart's title, then each of its values with category and series."""
    if reading is None:
        return
    if reading.title or reading.subtitle:
        text = f"{reading.title}\n{reading.subtitle}"
        yield Fact((_label(text),), ())
    measure = _axis_measure(reading)
    for value in reading.values:
        cell = with_unit(value.number, value.unit)
        estimated = value.how == "estimated"
        printed = _measured(cell, measure)
        named = (search_form(cell), _loosened(printed) if estimated else printed)
        labels = (_names(value.category), _names(value.series), named)
        yield Fact(tuple(label for label in labels if label[0]), (value.region,), estimated)


def table_facts(table: Table | None) -> Iterator[Fact]:
    """Each cell that holds a number, with its row's label and its column's name."""
    if table is None:
        return
    parents, columns = parents_of(table), table.column_names()
    whole = told_measure(f"{table.units} {table.title}")
    headers = [(_names(name), _Kind.of(name)) for name in columns]
    for index, row in enumerate(table.rows[table.header_rows :], start=table.header_rows):
        label = f"{parents[index]} {row[0]}".strip()
        row_label, label_kind = _names(label), _Kind.of(label)
        for column, cell in enumerate(row[1:], start=1):
            if any(map(str.isdigit, cell)):
                name, header = headers[column]
                measure = _most_specific(label_kind, header, whole)
                labels = (row_label, name, (search_form(cell), _measured(cell, measure)))
                region = table.boxes[index][column] if table.boxes else None
                yield Fact(tuple(label for label in labels if label[0]), (region,) if region else ())


class _Kind(NamedTuple):
    """What a row's or column's name tells about its numbers."""

    measure: Measure
    per_piece: bool
    other: bool

    @classmethod
    def of(cls, name: str) -> _Kind:
        return cls(told_measure(name), bool(_PER_PIECE.search(name)), bool(_OTHER_KIND.search(name)))


def _most_specific(label: _Kind, header: _Kind, whole: Measure) -> Measure:
    """The unit that stands nearest; the table's own is not that of a ratio or a head count."""
    for near in (label.measure, header.measure):
        if near.unit and near.unit not in CURRENCIES:
            return near
    unit = label.measure.unit or header.measure.unit
    if label.per_piece or header.per_piece:
        return Measure(1.0, unit or whole.unit)
    if (label.other or header.other) and whole.unit in CURRENCIES:
        return Measure()
    scale = label.measure.scale if label.measure.scale != 1.0 else header.measure.scale
    return Measure(scale if scale != 1.0 else whole.scale, unit or whole.unit)


def _axis_measure(reading: ChartReading) -> Measure:
    axes = " ".join(f"{axis.title} {axis.unit}" for axis in (reading.y_axis, reading.x_axis) if axis is not None)
    told = told_measure(axes)
    return told if told != Measure() else told_measure(f"{reading.title} {reading.subtitle}")


def _measured(cell: str, measure: Measure) -> tuple[Word, ...]:
    """The cell's words, its bare numbers with the unit and scale that are told elsewhere."""
    plain = _PLAIN.fullmatch(cell)
    if plain is not None:
        value = float(plain["digits"].replace(",", ""))
        step = 10.0 ** -len(plain["digits"].partition(".")[2])
        told = _bare(-value if plain["minus"] else value, step, len(cell), measure, minus=bool(plain["open"]))
        return (Word("#", "quantity", 0, len(cell), 0, 0, told),)
    minus = _BRACKETED.fullmatch(cell.strip()) is not None
    return tuple(
        replace(word, quantity=_told(word.quantity, measure, minus=minus)) if word.quantity else word
        for word in words_of(cell)
    )


def _told(quantity: Quantity, measure: Measure, *, minus: bool) -> Quantity:
    value = -abs(quantity.value) if minus else quantity.value
    if quantity.unit == "year" or (quantity.unit == "" and quantity.step == 1.0 and 1600 <= value < 2100):
        quantity = replace(quantity, unit="", others=((value, "year"),))  # four digits may be either
    if quantity.unit in TIME or quantity.unit.startswith(("range", "ordinal", "ratio")):
        return quantity
    if quantity.unit not in {"", *CURRENCIES}:
        return replace(quantity, value=value)
    scale, unit = _scaled(quantity.step, measure)
    others = (*quantity.others, (value, ""))
    return replace(
        quantity,
        value=float(f"{value * scale:.15g}"),
        unit=quantity.unit or unit,
        step=quantity.step * scale,
        others=others,
    )


def _bare(value: float, step: float, end: int, measure: Measure, *, minus: bool) -> Quantity:
    """As `_told` of a number without a unit: most cells hold one, and `replace` takes long."""
    value = -abs(value) if minus else value
    year = ((value, YEAR),) if step == 1.0 and 1600 <= value < 2100 else ()
    scale, unit = _scaled(step, measure)
    return Quantity(
        float(f"{value * scale:.15g}") if scale != 1.0 else value,
        unit,
        0,
        end,
        step * scale,
        others=(*year, (value, "")),
    )


def _scaled(step: float, measure: Measure) -> tuple[float, str]:
    """The scale and unit of a number that has no unit of its own."""
    scale = measure.scale if step <= 1.0 else 1.0
    return scale, measure.unit or (OPEN if scale == 1.0 else "")


def _label(text: str) -> _Label:
    return search_form(text), words_of(text)


def _names(label: str) -> _Label:
    """A label with its words, but for those that tell the unit."""
    form = search_form(label)
    return form, words_of(without_measure(form))


def _loosened(words: Sequence[Word]) -> tuple[Word, ...]:
    """Read off a chart's geometry: right to about 3 %."""
    return tuple(
        replace(w, quantity=replace(w.quantity, step=max(w.quantity.step, abs(w.quantity.value) * 0.06), below=1e-9))
        if w.quantity and w.quantity.unit not in TIME
        else w
        for w in words
    )


def _shifted(word: Word, offset: int) -> Word:
    # Tables have many cells; `dataclasses.replace` takes ten times as long.
    w = word
    return Word(
        w.stem, w.kind, w.start + offset, w.end + offset, w.position, w.clause, w.quantity, w.pole, initial=w.initial
    )
