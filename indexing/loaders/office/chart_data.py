"""The numbers and names behind a native chart: as the chart keeps them, else from the cells that it refers to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .number_formats import Value, format_number, general, is_date_format
from .xml import Element, child, tag

Cell = tuple[Value | str | None, str]
"""The value of a cell and the code of its number format."""

Resolve = Callable[[str], Sequence[Sequence[Cell]]]
"""Gives the cells of a reference such as `Sheet1!$B$2:$B$9`, row by row; none where it leads nowhere."""

_LEVELS = ": "


@dataclass(frozen=True, slots=True)
class Point:
    """A number or a name of a series. `number` is None for text, `code` the format that the number is kept with."""

    text: str
    number: float | None = None
    code: str = "General"

    @property
    def is_date(self) -> bool:
        """Whether the number is a day or time."""
        return self.number is not None and is_date_format(self.code)


Points = Mapping[int, Point]
"""By position; positions without a value are missing."""


class ChartData:
    """Reads the data references of one chart. `resolve` is asked where the chart keeps no copy of the data."""

    def __init__(self, resolve: Resolve | None, *, epoch_1904: bool) -> None:
        self._resolve = resolve
        self._epoch_1904 = epoch_1904

    def points(self, element: Element | None) -> Points:
        """What `c:cat`, `c:val`, `c:tx` and their like hold."""
        if element is None:
            return {}
        kept = self._kept(element)
        reference = next(element.iter(tag("c:f")), None)
        if not kept and reference is not None and reference.text and self._resolve:
            return self._from_cells(self._resolve(reference.text.strip()))
        return kept

    def text(self, element: Element | None) -> str:
        """The points as one text: the name of a series."""
        return " ".join(point.text for _, point in sorted(self.points(element).items()) if point.text)

    def levels(self, dimension: Element, *, numbers: bool) -> Points:
        """What `cx:strDim` and `cx:numDim` hold, the innermost level first."""
        levels = dimension.findall(tag("cx:lvl"))
        read = [self._level(level, level.get("formatCode") or "General", numbers=numbers) for level in levels]
        return _joined(read) if len(read) > 1 else read[0] if read else {}

    def _kept(self, element: Element) -> Points:
        if (levels := element.findall(f".//{tag('c:lvl')}")) != []:
            return _joined([self._level(level, "") for level in levels])
        for name in ("c:numCache", "c:numLit", "c:strCache", "c:strLit"):
            cache = next(element.iter(tag(name)), None)
            if cache is not None:
                return self._level(cache, cache.findtext(tag("c:formatCode")) or "General", numbers="num" in name)
        plain = child(element, "c:v")
        return {0: Point(plain.text.strip())} if plain is not None and plain.text else {}

    def _level(self, cache: Element, code: str, *, numbers: bool = False) -> dict[int, Point]:
        points: dict[int, Point] = {}
        for element in (*cache.findall(tag("c:pt")), *cache.findall(tag("cx:pt"))):
            text = (element.findtext(tag("c:v")) or element.text or "").strip()
            index = element.get("idx", "")
            if not text or not index.isdecimal():
                continue
            point = self._number(text, element.get("formatCode") or code) if numbers else Point(" ".join(text.split()))
            if point:
                points[int(index)] = point
        return points

    def _number(self, text: str, code: str) -> Point | None:
        try:
            number = float(text)
        except ValueError:  # "#N/A"
            return None
        return self._point(number, code) if math.isfinite(number) else None

    def _point(self, number: float, code: str) -> Point:
        return Point(format_number(number, code, epoch_1904=self._epoch_1904), number, code)

    def _from_cells(self, rows: Sequence[Sequence[Cell]]) -> Points:
        """Cells in one row or column are points; in a block of them, the last column is the innermost level."""
        if len(rows) > 1 and len(rows[0]) > 1:
            return _joined([self._of_cells([row[column] for row in rows]) for column in reversed(range(len(rows[0])))])
        return self._of_cells([cell for row in rows for cell in row])

    def _of_cells(self, cells: Sequence[Cell]) -> dict[int, Point]:
        points: dict[int, Point] = {}
        for index, (value, code) in enumerate(cells):
            if isinstance(value, bool) or value is None or value == "":
                continue
            if isinstance(value, int | float):
                points[index] = self._point(value, code)
            elif isinstance(value, str):
                points[index] = Point(" ".join(value.split()))
            else:
                points[index] = Point(format_number(value, code) or general(value))
        return points


def _joined(levels: Sequence[Mapping[int, Point]]) -> Points:
    """Categories of several levels, innermost first, as `2024: Q1`; an outer name holds until the next one."""
    joined: dict[int, Point] = {}
    for index in sorted({index for level in levels for index in level}):
        names = []
        for depth, level in enumerate(levels):
            place = index if depth == 0 else max((i for i in level if i <= index), default=-1)
            if place in level and level[place].text:
                names.append(level[place].text)
        joined[index] = Point(_LEVELS.join(reversed(names)))
    return joined
