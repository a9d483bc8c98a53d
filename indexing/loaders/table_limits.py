"""Bounds on tables whose spanning cells are written into each position that they cover."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import LimitExceeded
from .parsed import Limits

_MAX_CELLS = 10_000_000


def require_size(rows: int, columns: int, limits: Limits) -> None:
    """Raise `LimitExceeded` for a table of too many rows or cells, before it is built."""
    if rows > limits.max_table_rows:
        raise LimitExceeded(
            f"A table has {rows:,} rows; the limit is {limits.max_table_rows:,}.",
            hint="Split the table, or raise the setting `index.max_table_rows`.",
        )
    if rows * columns > _MAX_CELLS:
        raise LimitExceeded(f"A table has {rows:,} rows and {columns:,} columns.", hint="Split the table.")


def require_characters(grid: Sequence[Sequence[str]], limits: Limits) -> None:
    """Raise `LimitExceeded` where spanning cells blow a table up beyond `limits.max_characters`."""
    if sum(len(cell) for row in grid for cell in row) > limits.max_characters:
        raise LimitExceeded("A table's spanning cells blow it up beyond all limits.", hint="Remove the table.")
