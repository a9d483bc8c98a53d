"""A grid of texts as a reader sees it: signs joined to their numbers, empty columns dropped, notes, units, levels.

For formats that tell the cells but print one entry in several of them ("$", "1,234" and ")" side by side).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..documents import Table
from .row_levels import row_levels
from .table_words import first_units, is_closing_sign, is_opening_sign, note_mark

Rows = tuple[tuple[str, ...], ...]


def refined(table: Table, indents: Sequence[float | None] = (), bold: Sequence[bool] = ()) -> Table:
    """The table with its entries whole, its units, footnotes and levels told. Tables with boxes are left alone.

    `indents` are the left edges of the rows' labels in points, `bold` says which labels are set in bold; both as long
    as the rows, or empty where the format does not tell.
    """
    if table.boxes is not None or not table.rows:
        return table
    rows, notes = _without_notes(table.rows, table.header_rows)
    rows = _joined_columns(rows, table.header_rows)
    count = len(rows)
    levels = row_levels(
        list(indents[:count]) or [None] * count, rows, table.header_rows, list(bold[:count]) or [False] * count
    )
    header = [cell for row in rows[: table.header_rows] for cell in row]
    return replace(
        table, rows=rows, units=first_units([table.title, *header]), footnotes=(*table.footnotes, *notes), levels=levels
    )


def _without_notes(rows: Rows, header_rows: int) -> tuple[Rows, tuple[str, ...]]:
    """Rows at the end that are one note over all columns, told apart."""
    count = len(rows)
    while count > header_rows + 1 and _is_note(rows[count - 1]):
        count -= 1
    return rows[:count], tuple(row[0] for row in rows[count:])


def _is_note(row: Sequence[str]) -> bool:
    spanning = len(row) > 1 and row[0] and all(cell == row[0] or not cell for cell in row[1:])
    return bool(spanning) and note_mark(row[0]) is not None


def _joined_columns(rows: Rows, header_rows: int) -> Rows:
    """Columns of signs joined to their numbers, empty ones left out."""
    header = range(header_rows)
    # A subheading over all columns tells nothing about them.
    body = [i for i in range(header_rows, len(rows)) if len(set(rows[i])) > 1]
    columns = [list(column) for column in zip(*rows, strict=True)]
    index = 1
    while index < len(columns):
        column, before = columns[index], columns[index - 1]
        after = columns[index + 1] if index + 1 < len(columns) else None
        if body and not any(column[i] for i in body) and _has_no_name(column, before, after, header):
            del columns[index]
        elif after is not None and _joins(column, after, header, body, opening=True):
            columns[index : index + 2] = [_join(column, after)]
        elif index > 1 and _joins(before, column, header, body, opening=False):
            columns[index - 1 : index + 1] = [_join(before, column)]
        else:
            index += 1
    return tuple(zip(*columns, strict=True))


def _has_no_name(column: Sequence[str], before: Sequence[str], after: Sequence[str] | None, header: range) -> bool:
    """Whether an empty column has no header of its own."""
    others = [before, after] if after is not None else [before]
    return all(not column[i] or any(column[i] == other[i] for other in others) for i in header)


def _joins(left: Sequence[str], right: Sequence[str], header: range, body: Sequence[int], *, opening: bool) -> bool:
    """Whether one of two columns holds but signs of the other's numbers, or what spans both."""
    if any(left[i] and right[i] and left[i] != right[i] for i in header):
        return False
    sign, own = (is_opening_sign, left) if opening else (is_closing_sign, right)
    if not any(sign(own[i]) for i in body):
        return False
    return all(not own[i] or sign(own[i]) or left[i] == right[i] for i in body)


def _join(left: Sequence[str], right: Sequence[str]) -> list[str]:
    return [a if a == b or not b else a + b for a, b in zip(left, right, strict=True)]
