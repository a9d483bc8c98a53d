"""Evidence as a model reads it: a fenced, numbered block of lines, each of which stands or falls as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from ...indexing.charts.numbers import with_unit
from ...indexing.documents import Axis, ChartReading, ChartValue, Table
from ...indexing.language import detect_language
from ...indexing.sentences import split_sentences
from ...indexing.table_rows import parents_of
from ...retrieval.evidence import Evidence
from .instructions import Wording
from .neutral import neutral, on_one_line


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of evidence: what must stand before it, its units (sentences, rows, values), and what closes it."""

    head: str
    units: tuple[str, ...]
    tail: str

    def text(self, count: int | None = None, mark: str = "") -> str:
        """The block with its first `count` units, and `mark` where some are left out."""
        kept = self.units[:count]
        shortened = f"{mark}\n" if len(kept) < len(self.units) else ""
        return f"{self.head}{''.join(kept).rstrip()}\n{shortened}{self.tail}"


def block_of(number: int, evidence: Evidence, words: Wording) -> Block:
    """Evidence number `number`, its text neutralised: nothing in it can close the fence."""
    where = on_one_line(PurePosixPath(evidence.source).name)
    if evidence.page is not None:
        where += f", {words.page.format(evidence.page)}"
    about = [
        (words.source, where),
        (words.headings, " > ".join(map(on_one_line, evidence.headings))),
        (words.caption, on_one_line(evidence.caption)),
    ]
    head, units = _content(evidence, words)
    lines = [*(f"{name}: {text}" for name, text in about if text), *head]
    opening = f'<evidence number="{number}" kind="{evidence.kind}">\n'
    return Block(opening + "".join(f"{line}\n" for line in lines), tuple(units or ["\n"]), "</evidence>")


def _content(evidence: Evidence, words: Wording) -> tuple[list[str], list[str]]:
    """What must stand before the units, and the units."""
    if evidence.table is not None and evidence.table.rows:
        return _table(evidence.table, words)
    if evidence.reading is not None and evidence.reading.values:
        head, values = _chart(evidence.reading, words)
        return head, [*values, *_other_labels(evidence, "".join([*head, *values]))]
    if evidence.kind == "text":
        return [], list(_sentences(neutral(evidence.text)))
    return [], [f"{on_one_line(part.text)}\n" for part in evidence.parts]


def _sentences(text: str) -> Iterator[str]:
    for start, end in split_sentences(text, detect_language(text)):
        yield text[start:end]


def _table(table: Table, words: Wording) -> tuple[list[str], list[str]]:
    head = _named((words.title, table.title), (words.units, table.units))
    names = table.column_names()
    if any(names):
        head += [_row(names), _row("---" for _ in names)]
    parents = parents_of(table)
    rows = []
    for index, row in enumerate(table.rows[table.header_rows :], start=table.header_rows):
        label = f"{parents[index]}: {row[0]}" if parents[index] else row[0]
        rows.append(_row((label, *row[1:])) + "\n")
    return head, [*rows, *(f"{on_one_line(note)}\n" for note in table.footnotes)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(on_one_line(cell).replace('|', '/') for cell in cells)} |"


def _chart(reading: ChartReading, words: Wording) -> tuple[list[str], list[str]]:
    head = _named(
        (words.title, reading.title),
        (words.title, reading.subtitle),
        *((words.axis, _axis(axis)) for axis in (reading.x_axis, reading.y_axis) if axis),
        (words.legend, ", ".join(reading.legend)),
    )
    notes = [f"{on_one_line(reading.source_note)}\n"] if reading.source_note else []
    return head, [*(_value(value, words) for value in reading.values), *notes]


def _other_labels(evidence: Evidence, told: str) -> Iterator[str]:
    """What else is printed on a chart: a value that was not understood still stands there for the model to read."""
    known = set(re.findall(r"\w+", told))
    for part in evidence.parts:
        line = on_one_line(part.text)
        if not known.issuperset(re.findall(r"\w+", line)):
            yield f"{line}\n"


def _axis(axis: Axis) -> str:
    return f"{axis.title} ({axis.unit})" if axis.title and axis.unit else axis.title or axis.unit


def _value(value: ChartValue, words: Wording) -> str:
    """`Series | Category | 41 % (printed on the chart)`; an estimate is marked twice, since models skip remarks."""
    printed = with_unit(value.number, value.unit)
    told = f"≈ {printed} ({words.estimated})"
    if value.how != "estimated":
        told = f"{printed} ({words.labelled if value.how == 'labelled' else words.corrected})"
    return " | ".join(on_one_line(text) for text in (value.series, value.category, told) if text) + "\n"


def _named(*named: tuple[str, str]) -> list[str]:
    return [f"{name}: {on_one_line(text)}" for name, text in named if text]
