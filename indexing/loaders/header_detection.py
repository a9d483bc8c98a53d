"""Whether the first row of a bare grid names its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = re.compile(r"[(\-+−]?\s*[$€£¥]?\s*[\d.,\u00a0 '’]*\d[\d.,]*\s*(?:[%‰)]|[a-zA-Z]{1,3})?\)?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d[EeFfAa]?年?")
_SAMPLE_ROWS = 50
_LONGEST_VALUE = 40


def first_row_is_header(rows: Sequence[Sequence[str]]) -> bool:
    """True where the first of two or more rows has text in every column but perhaps the first, no value twice, and
    neither numbers nor dates, years in a row excepted ("Region, 2021, 2022, 2023").
    """
    if len(rows) < 2:
        return False
    cells = [cell.strip() for cell in rows[0]]
    named = cells[1:] if len(cells) > 1 else cells
    if not all(named) or len(set(cells)) < len(cells):
        return False
    values = [cell for cell in cells if is_value(cell)]
    if not values:
        return _differs(cells, rows[1 : 1 + _SAMPLE_ROWS])
    years = [int(re.sub(r"\D", "", cell)) for cell in values if _YEAR.fullmatch(cell)]
    is_series = len(years) == len(values) >= 2 and len({a < b for a, b in pairwise(years)}) == 1
    return is_series and not is_value(cells[0])


def names_columns(cells: Sequence[str]) -> bool:
    """Whether a row below a header that spans columns goes on with it: two names or years at least, and no values."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) >= 2 and all(_YEAR.fullmatch(cell) or not is_value(cell) for cell in filled)


def is_value(cell: str) -> bool:
    """Whether a cell holds a number, an amount of money, a share or a date."""
    return len(cell) <= _LONGEST_VALUE and bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def _differs(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """No column holds its own name once more: names of columns are not among their values."""
    return not any(cell and cell == row[column].strip() for row in body for column, cell in enumerate(header))
