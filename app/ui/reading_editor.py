"""A chart's values in a table that can be edited, and what the edited table says as a reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ...errors import QueryError
from ...indexing.corrections import as_printed
from ...indexing.documents import ChartReading, ChartValue, Region

PLACE = "place"
"""Of which value a row is, by its position in the reading; None in a row that was added."""
_MOST_CHARACTERS = 200
_LARGEST = 1e15


class _Names(NamedTuple):
    series: str
    category: str
    unit: str


def editor_rows(reading: ChartReading) -> list[dict[str, Any]]:
    """One row a value: `place`, `series`, `category`, `number`, `unit`, `how`."""
    return [
        {
            PLACE: position,
            "series": value.series,
            "category": value.category,
            "number": value.number,
            "unit": value.unit,
            "how": value.how,
        }
        for position, value in enumerate(reading.values)
    ]


def edited_reading(
    reading: ChartReading, title: str, rows: Sequence[Mapping[str, Any]], bounds: Region
) -> ChartReading:
    """The reading as edited; a row that was added stands for the whole chart, which `bounds` frame.

    Rows without anything in them are left out. Raises `QueryError` for a row without a number.
    """
    values = []
    for line, row in enumerate(rows, start=1):
        names = _Names(*(_text(row.get(name)) for name in ("series", "category", "unit")))
        number = row.get("number")
        if number is None or not math.isfinite(number):
            if not any(names):
                continue
            raise QueryError(f"Row {line} has no number.", hint="Give it one, or delete the row.")
        if abs(number) > _LARGEST:
            raise QueryError(f"The number in row {line} is larger than any chart shows.", hint="Give another one.")
        values.append(_value(reading, row.get(PLACE), float(number), names, bounds))
    return replace(reading, title=_text(title), values=tuple(values))


def _value(reading: ChartReading, place: object, number: float, names: _Names, bounds: Region) -> ChartValue:
    printed = as_printed(number, names.unit)
    was = ChartValue(number, printed, bounds)
    # The table may give whole numbers back as fractions.
    if isinstance(place, int | float) and 0 <= place < len(reading.values):
        was = reading.values[int(place)]
        printed = was.text if (was.number, was.unit) == (number, names.unit) else printed
    return replace(was, number=number, text=printed, series=names.series, category=names.category, unit=names.unit)


def _text(given: object) -> str:
    """One line of what was typed; cells that hold nothing may come as None or as not-a-number."""
    return " ".join(given.split())[:_MOST_CHARACTERS] if isinstance(given, str) else ""
