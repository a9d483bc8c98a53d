"""Entries that were taken for one because they stand close: cut where the columns of the table tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .lines import Line
from .rows import Row

Interval = tuple[float, float]


def split_entries(row: Row, columns: Sequence[Interval]) -> Row:
    """The row with each entry cut that has one piece for each of several columns."""
    cells = [piece for cell in row.cells for piece in (_pieces(cell, columns) if cell.breaks else [cell])]
    return Row(cells, row.figure) if len(cells) > len(row.cells) else row


def _pieces(line: Line, columns: Sequence[Interval]) -> list[Line]:
    covered = [i for i, (start, end) in enumerate(columns) if min(end, line.x1) - max(start, line.x0) > 2]
    if len(covered) < 2:
        return [line]
    pieces: list[Line] = []
    rest = line
    for mark in reversed(line.breaks):
        left, right = cut(rest, mark.offset, mark.left, mark.right)
        pieces.insert(0, right)
        rest = left
    pieces.insert(0, rest)
    merged: list[tuple[int, Line]] = []
    for piece in pieces:
        column = _nearest(piece, columns)
        if merged and merged[-1][0] == column:
            before = merged[-1][1]
            merged[-1] = (column, _between(line, before, piece))
        else:
            merged.append((column, piece))
    # A heading over several columns is not one piece for each of them.
    return [piece for _, piece in merged] if [column for column, _ in merged] == covered else [line]


def cut(line: Line, offset: int, left: float, right: float) -> tuple[Line, Line]:
    """The line in two: characters up to `offset`, which end at `left`, and the others, which begin at `right`."""
    before, after = line.text[:offset].rstrip(), line.text[offset:]
    words = len(before.split())
    return (
        replace(line, text=before, x1=left, words=words, hyphenated=False, breaks=()),
        replace(line, text=after, x0=right, words=max(line.words - words, 1), breaks=()),
    )


def _between(line: Line, first: Line, last: Line) -> Line:
    start = line.text.index(first.text)
    end = line.text.index(last.text, start + len(first.text)) + len(last.text)
    return replace(last, text=line.text[start:end], x0=first.x0, words=first.words + last.words)


def _nearest(piece: Line, columns: Sequence[Interval]) -> int:
    def distance(column: Interval) -> float:
        common = min(column[1], piece.x1) - max(column[0], piece.x0)
        return common if common < 0 else min(common, 1.0) + 1 / (1 + abs(sum(column) - piece.x0 - piece.x1))

    return max(range(len(columns)), key=lambda i: (distance(columns[i]), -i))
