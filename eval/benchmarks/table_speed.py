"""The time that tables take of reading filings: the table code's own share, beside that of the whole page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import ParamSpec, TypeVar
from unittest.mock import patch

from ...indexing.loaders.parsed import Limits
from ...indexing.loaders.pdf import assembly, flow, pages
from ...indexing.loaders.pdf.loader import PdfLoader
from .measuring import print_table

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TABLE_CODE = (
    (pages, "rules_of"),
    (pages, "find_lattices"),
    (flow, "ruled_table"),
    (flow, "_tables_of"),
    (assembly, "join_continued"),
    (assembly, "table_block"),
)
"""Where the loader calls the table code: the functions are timed as these modules know them."""


class _Clock:
    """Sums up the time of wrapped functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[_P, _T]) -> Callable[_P, _T]:
        """The function, its processor time counted."""

        def timed(*arguments: _P.args, **options: _P.kwargs) -> _T:
            started = time.process_time()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds += time.process_time() - started

        return timed


def report_speed(data: Path, filings: Sequence[str] | None = None) -> float:
    """Print milliseconds (of processor time) a page for tables and for the whole page; returns those for tables."""
    lines: list[list[str]] = []
    pages = 0
    tables = whole = 0.0
    for path in sorted((data / "pdfs").glob("*.pdf")):
        if filings and path.stem not in filings:
            continue
        clock = _Clock()
        with ExitStack() as stack:
            for module, name in _TABLE_CODE:
                stack.enter_context(patch.object(module, name, clock.around(getattr(module, name))))
            started = time.process_time()
            count = len(PdfLoader().load(path, Limits()).pages)
            seconds = time.process_time() - started
        lines.append(_line(path.stem, count, clock.seconds, seconds))
        pages, tables, whole = pages + count, tables + clock.seconds, whole + seconds
    lines.append(_line("all", pages, tables, whole))
    print("\nProcessor time\n")
    print_table(["filing", "pages", "tables, ms/page", "whole page, ms/page"], lines)
    return 1000 * tables / max(pages, 1)


def _line(name: str, pages: int, tables: float, whole: float) -> list[str]:
    return [name, str(pages), f"{1000 * tables / max(pages, 1):.2f}", f"{1000 * whole / max(pages, 1):.1f}"]
