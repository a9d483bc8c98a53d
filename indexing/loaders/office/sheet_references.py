"""References to cells, as charts and sheets write them: `'Sheet 1'!$B$2:$B$9`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)", re.DOTALL)
MAX_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class CellRange:
    """A block of cells; rows and columns count from 1, both ends belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def size(self) -> int:
        """The number of cells."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def __contains__(self, cell: tuple[int, int]) -> bool:
        row, column = cell
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


def parse_range(text: str) -> CellRange | None:
    """`B2:C9` or `B2` as a range; None for what is neither."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    columns = sorted((_column(match[1]), _column(match[3] or match[1])))
    rows = sorted((int(match[2]), int(match[4] or match[2])))
    return CellRange(rows[0], columns[0], rows[1], columns[1])


def parse_reference(text: str) -> tuple[str, CellRange] | None:
    """Sheet and range of a reference; None for names, several ranges at once, other files, and blocks too large."""
    match = _SHEET.fullmatch(text.strip().strip("()"))
    if match is None:
        return None
    found = parse_range(match[3])
    if found is None or found.size > MAX_CELLS:
        return None
    return (match[1] or match[2]).replace("''", "'"), found


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
