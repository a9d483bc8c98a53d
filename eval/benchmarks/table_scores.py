"""How well tables that were read agree with the tables that were drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from ...indexing.documents import Table
from .known_tables import KnownTable

_LOOSE = re.compile(r"\s+(?=\W)|(?<=\W)\s+")


@dataclass(slots=True)
class TableScore:
    """Counts over one or more documents. Cells are those of the body that have text; `names` are column names."""

    tables: int = 0
    tables_found: int = 0
    tables_false: int = 0
    cells: int = 0
    cells_right: int = 0
    cells_read: int = 0
    names: int = 0
    names_right: int = 0
    notes: int = 0
    notes_right: int = 0
    units: int = 0
    units_right: int = 0

    def __add__(self, other: TableScore) -> TableScore:
        return TableScore(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def recall(self) -> float:
        """Share of the drawn cells that stand in the right row and column."""
        return self.cells_right / max(self.cells, 1)

    @property
    def precision(self) -> float:
        """Share of the cells read that are right."""
        return self.cells_right / max(self.cells_read, 1) if self.cells_read else 1.0

    @property
    def names_recall(self) -> float:
        """Share of the columns whose whole header is right."""
        return self.names_right / max(self.names, 1)


def score_document(known: Sequence[KnownTable], read: Sequence[Table]) -> TableScore:
    """Compare the tables of one document. A drawn table is held against the read one that has most of its cells."""
    total = TableScore(tables=len(known))
    left = list(read)
    for table in known:
        best = max(left, key=lambda other: cells_in_place(table.rows, other.body), default=None)
        scored = _score(table, best)
        if best is not None and scored.cells_right:
            left.remove(best)
            scored.tables_found = 1
        total += scored
    total.tables_false = len(left)
    total.cells_read += sum(bool(cell) for table in left for row in table.body for cell in row)
    return total


def cells_in_place(known: Sequence[Sequence[str]], read: Sequence[Sequence[str]]) -> int:
    """Most cells with text that agree by column, rows kept in order: one row too many costs that row alone."""
    wanted = [[fold(cell) for cell in row] for row in known]
    best = [0] * (len(wanted) + 1)
    for row in read:
        cells = [fold(cell) for cell in row]
        above = best
        best = [0]
        for index, truth in enumerate(wanted):
            equal = sum(bool(cell) and cell == other for cell, other in zip(truth, cells, strict=False))
            best.append(max(above[index] + equal, above[index + 1], best[index]))
    return best[-1]


def fold(text: str) -> str:
    """White space folded, and none next to punctuation and between Chinese characters: `$ 5 %` is `$5%`."""
    return _LOOSE.sub("", " ".join(text.split()))


def _score(known: KnownTable, read: Table | None) -> TableScore:
    score = TableScore(
        cells=sum(bool(cell) for row in known.rows for cell in row),
        names=len(known.rows[0]),
        notes=len(known.notes),
        units=bool(known.units),
    )
    if read is None:
        return score
    score.cells_right = cells_in_place(known.rows, read.body)
    if not score.cells_right:
        return score
    score.cells_read = sum(bool(cell) for row in read.body for cell in row)
    names = zip(known.column_names(), read.column_names(), strict=False)
    score.names_right = sum(fold(name) == fold(other) for name, other in names)
    footnotes = {fold(note) for note in read.footnotes}
    score.notes_right = sum(fold(note) in footnotes for note in known.notes)
    score.units_right = bool(known.units) and fold(known.units).strip("()（）") in fold(read.units)
    return score
