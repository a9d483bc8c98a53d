"""A table in the making: cells by row and column, each with its printed lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from .lines import Line, join_texts

Interval = tuple[float, float]


@dataclass(slots=True)
class Cell:
    """One entry with the printed lines it is made of. A spanning entry is one object that stands in several places."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines joined."""
        text = ""
        for line in self.lines:
            text = join_texts(text, line.text)
        return text

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Box in points of the upright page; undefined for an empty cell."""
        return (
            min(line.x0 for line in self.lines),
            min(line.y0 for line in self.lines),
            max(line.x1 for line in self.lines),
            max(line.y1 for line in self.lines),
        )


@dataclass(slots=True)
class Grid:
    """Cells by row and column; the first `header_rows` rows are headers. `columns` are their extents in points."""

    cells: list[list[Cell]]
    header_rows: int
    columns: list[Interval]


def overlap(first: Interval, second: Interval) -> float:
    """Length that two intervals have in common; negative where they lie apart."""
    return min(first[1], second[1]) - max(first[0], second[0])


def union(intervals: list[Interval]) -> list[Interval]:
    """Intervals that overlap joined to one, in order."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
