"""CSV and TSV files: one table each."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ...errors import DamagedFile, LimitExceeded
from ..documents import Table
from .flow import Flow
from .header_detection import first_row_is_header
from .parsed import Limits, ParsedDocument
from .text_decoding import read_text

_DELIMITERS = "\t;|,"
"""Where two fit equally well the earlier counts: a comma is often part of a number or a sentence."""

_SAMPLE_CHARACTERS = 65_536
_MAX_CELLS = 10_000_000


class CsvLoader:
    """Reads values separated by comma, semicolon, tab or `|`, in quotes or not.

    Short rows are filled up with empty cells, so that no column is lost; blank lines are left out. The first row is
    the header where it looks like one. The table's title is the file's name without its extension.
    """

    media_types = ("text/csv", "text/tab-separated-values")

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the CSV file at `path`."""
        decoded = read_text(path, limits)
        text, stated = _without_separator_line(decoded.text)
        delimiter = stated or _delimiter(text)
        rows, warning = _rows(text, delimiter, path, limits)
        flow = Flow(1)
        if rows:
            width = max(map(len, rows))
            if width * len(rows) > _MAX_CELLS:
                raise LimitExceeded(
                    f"{path} has {len(rows):,} rows and a row of {width:,} cells, too large for a table.",
                    hint="Check its delimiter, or split the file.",
                )
            grid = tuple(tuple(row + [""] * (width - len(row))) for row in rows)
            flow.add_table(Table(grid, int(first_row_is_header(grid)), path.stem), 0, 1)
        media_type = "text/tab-separated-values" if delimiter == "\t" else "text/csv"
        return flow.document(media_type, "", [decoded.warning, warning])


def _without_separator_line(text: str) -> tuple[str, str]:
    """Excel's first line `sep=;` states the delimiter and is no data."""
    first, _, rest = text.partition("\n")
    stated = first.strip().removeprefix("sep=") if first.lower().startswith("sep=") else ""
    return (rest, stated) if len(stated) == 1 and stated not in '"\r\n ' else (text, "")


def _delimiter(text: str) -> str:
    """The delimiter that splits most rows of a sample into the same number of cells, more than one.

    `csv.Sniffer` is not used: it fails on one column, is misled by text with quotes, and takes letters for delimiters.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _agreement(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _agreement(sample: str, delimiter: str) -> float:
    """The share of rows that have the most frequent number of cells above one; half of it where quotes do not fit."""
    for strict, weight in ((True, 1.0), (False, 0.5)):
        try:
            reader = csv.reader(io.StringIO(sample), delimiter=delimiter, strict=strict)
            lengths = [len(row) for row in reader if row]
        except csv.Error:
            continue
        counts = Counter(length for length in lengths if length > 1)
        return weight * max(counts.values(), default=0) / max(len(lengths), 1)
    return 0.0


def _rows(text: str, delimiter: str, path: Path, limits: Limits) -> tuple[list[list[str]], str]:
    """The rows that are not blank, and a warning where quotes had to be taken for plain characters."""
    try:
        return _read(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), path, limits), ""
    except csv.Error:
        # An opening quote that is never closed would swallow all rows below it into one cell.
        plain = csv.reader(io.StringIO(text), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    try:
        return _read(plain, path, limits), "Its quotes do not pair up, so they were read as plain characters."
    except csv.Error as error:
        raise DamagedFile(f"{path} is no readable CSV: {error}.", hint="Check its quotes and delimiters.") from error


def _read(reader: Iterable[list[str]], path: Path, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            rows.append(cells)
        if len(rows) > limits.max_table_rows:
            raise LimitExceeded(
                f"{path} has more than {limits.max_table_rows:,} rows.",
                hint="Split the file, or raise the setting `index.max_table_rows`.",
            )
    return rows
