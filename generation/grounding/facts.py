"""The values of charts and tables as facts: each with its names, its unit and scale, and its place.

What a table says about all its figures ("in millions of dollars"), a column's header ("Revenue, $m"), a row's label
("Margin (%)") or a chart's axis gives a bare number its unit and scale; the number as printed stays another reading of
it. Where none tells, unit and scale are open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...indexing.documents import ChartReading, ChartValue, Region, Table
from ...indexing.search_form import search_form
from ...indexing.table_rows import parents_of
from .quantity import TIME, Quantity
from .units import CURRENCIES, OPEN, Measure, told_measure, without_measure
from .words import Word, words_of

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


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: `text` names and prints it, `words` are those of the text, `names` the ones beside the value."""

    text: str
    words: tuple[Word, ...]
    regions: tuple[Region, ...]
    estimated: bool = False


def chart_facts(reading: ChartReading | None) -> Iterator[Fact]:
    """The chart's title, then each of its values with category and series."""
    if reading is None:
        return
    if reading.title or reading.subtitle:
        text = f"{reading.title}\n{reading.subtitle}"
        yield Fact(text, words_of(text), ())
    measure = _axis_measure(reading)
    for value in reading.values:
        cell = _printed(value)
        text, words = _joined(
            (value.category, _names(value.category)),
            (value.series, _names(value.series)),
            (cell, _measured(cell, measure)),
        )
        estimated = value.how == "estimated"
        yield Fact(text, _loosened(words) if estimated else words, (value.region,), estimated)


def table_facts(table: Table | None) -> Iterator[Fact]:
    """Each cell that holds a number, with its row's label and its column's name."""
    if table is None:
        return
    parents, columns = parents_of(table), table.column_names()
    whole = told_measure(f"{table.units} {table.title}")
    headers = [(name, _names(name), told_measure(name)) for name in columns]
    for index, row in enumerate(table.rows[table.header_rows :], start=table.header_rows):
        label = f"{parents[index]} {row[0]}".strip()
        label_words, label_measure = _names(label), told_measure(label)
        for column, cell in enumerate(row[1:], start=1):
            if any(map(str.isdigit, cell)):
                name, name_words, name_measure = headers[column]
                measure = _most_specific(f"{label} {name}", label_measure, name_measure, whole)
                text, words = _joined((label, label_words), (name, name_words), (cell, _measured(cell, measure)))
                region = table.boxes[index][column] if table.boxes else None
                yield Fact(text, words, (region,) if region else ())


def _most_specific(names: str, label: Measure, header: Measure, whole: Measure) -> Measure:
    """The unit that stands nearest; the table's own is not that of a ratio or a head count."""
    for near in (label, header):
        if near.unit and near.unit not in CURRENCIES:
            return near
    if _PER_PIECE.search(names):
        return Measure(1.0, label.unit or header.unit or whole.unit)
    if _OTHER_KIND.search(names) and whole.unit in CURRENCIES:
        return Measure()
    unit = label.unit or header.unit or whole.unit
    return Measure(next((m.scale for m in (label, header, whole) if m.scale != 1.0), 1.0), unit)


def _axis_measure(reading: ChartReading) -> Measure:
    axes = " ".join(f"{axis.title} {axis.unit}" for axis in (reading.y_axis, reading.x_axis) if axis is not None)
    told = told_measure(axes)
    return told if told != Measure() else told_measure(f"{reading.title} {reading.subtitle}")


def _printed(value: ChartValue) -> str:
    """The number with its unit, as it would stand in a sentence."""
    if value.unit.startswith("$"):
        return f"{'-' if value.number < 0 else ''}${abs(value.number):,.10g}{value.unit[1:]}"
    number = f"{value.number:,.10g}"
    return f"{number} {value.unit}" if value.unit else number


def _measured(cell: str, measure: Measure) -> tuple[Word, ...]:
    """The cell's words, its bare numbers with the unit and scale that are told elsewhere."""
    plain = _PLAIN.fullmatch(cell)
    if plain is not None:
        value = float(plain["digits"].replace(",", ""))
        step = 10.0 ** -len(plain["digits"].partition(".")[2])
        quantity = Quantity(-value if plain["minus"] else value, "", 0, len(cell), step)
        return (Word("#", "quantity", 0, len(cell), 0, 0, _told(quantity, measure, minus=bool(plain["open"]))),)
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
    scale = measure.scale if quantity.step <= 1.0 else 1.0
    unit = quantity.unit or measure.unit or (OPEN if scale == 1.0 else "")
    others = (*quantity.others, (value, ""))
    return replace(quantity, value=float(f"{value * scale:.15g}"), unit=unit, step=quantity.step * scale, others=others)


def _names(label: str) -> tuple[Word, ...]:
    """The words of a label, without those that tell the unit."""
    return words_of(without_measure(search_form(label)))


def _loosened(words: Sequence[Word]) -> tuple[Word, ...]:
    """Read off a chart's geometry: right to about 3 %."""
    return tuple(
        replace(w, quantity=replace(w.quantity, step=max(w.quantity.step, abs(w.quantity.value) * 0.06), below=1e-9))
        if w.quantity and w.quantity.unit not in TIME
        else w
        for w in words
    )


def _joined(*pieces: tuple[str, Sequence[Word]]) -> tuple[str, tuple[Word, ...]]:
    """The pieces' texts, set apart, and their words with the offsets that they have there."""
    texts: list[str] = []
    words: list[Word] = []
    offset = 0
    for text, own in pieces:
        form = search_form(text)
        if not form:
            continue
        words += [_shifted(word, offset) for word in own] if offset else own
        texts.append(form)
        offset += len(form) + 3
    return " | ".join(texts), tuple(words)


def _shifted(word: Word, offset: int) -> Word:
    # Tables have many cells; `dataclasses.replace` takes ten times as long.
    w = word
    return Word(
        w.stem, w.kind, w.start + offset, w.end + offset, w.position, w.clause, w.quantity, w.pole, initial=w.initial
    )
