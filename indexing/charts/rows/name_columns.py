"""Panels side by side in which the rows have names of their own: columns of names."""

from __future__ import annotations

from collections.abc import Sequence

from ..extent import Extent

MANY = 0.5
"""Times as many names as the longest column has that every other one has at least."""


def name_columns(names: Sequence[Extent], values: Sequence[Extent]) -> list[float]:
    """Where each panel with a column of names begins, from left to right: where the numbers before it have ended.

    One or none where the rows have one name each.
    """
    columns: list[list[Extent]] = []
    for name in sorted(names, key=lambda n: n.x0):
        if columns and name.x0 < max(other.x1 for other in columns[-1]):
            columns[-1].append(name)
        else:
            columns.append([name])
    fewest = max(2.0, MANY * max(map(len, columns), default=0))
    starts = [column[0].x0 for column in columns if len(column) >= fewest]
    ends = [max((value.x1 for value in values if value.cx < start), default=start) for start in starts]
    return [min(start, end) for start, end in zip(starts, ends, strict=True)]


def panel_of(extent: Extent, columns: Sequence[float]) -> int:
    """The number of the panel that the middle of something lies in."""
    return max((number for number, start in enumerate(columns) if start <= extent.cx), default=0)


def is_over_panel(heading: Extent, number: int, columns: Sequence[float]) -> bool:
    """Whether a heading stands in one of the panels, or goes on into it from one at the left."""
    first = panel_of(heading, columns)
    return first == number or (first < number and columns[number] < heading.x1)
