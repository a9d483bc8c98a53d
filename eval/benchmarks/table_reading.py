"""Tables read from PDFs against the tables that were drawn into them; and the evidence rows of real filings.

    python -m chartwell.eval.benchmarks.table_reading [--held-out] [--data FOLDER]

Draws documents of every kind from development seeds (or held-out ones) with reportlab, reads them with the PDF
loader, and prints per kind the share of cells in the right row and column. With `--data` (a folder of FinanceBench
items and filings) it also looks for the evidence rows of the questions, and measures the time that tables take.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ...indexing.loaders.parsed import Limits, TableBlock
from ...indexing.loaders.pdf.loader import PdfLoader
from ..machine import describe
from .measuring import print_table
from .table_drawing import KINDS, draw
from .table_evidence import report_evidence
from .table_scores import TableScore, score_document
from .table_speed import report_speed

_HELD_OUT = 10_000
_MODULE = "chartwell.eval.benchmarks.table_reading"


def main() -> None:
    """Parse the command line, read, score, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=12, help="documents a kind")
    parser.add_argument("--held-out", action="store_true", help="seeds that were not looked at while tuning")
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    parser.add_argument("--data", type=Path, help="folder with items.jsonl and pdfs/")
    parser.add_argument("--filings", nargs="*", help="names of filings, without .pdf; all of them by default")
    arguments = parser.parse_args()
    start = _HELD_OUT if arguments.held_out else 0
    print(f"{describe()}\npython -m {_MODULE} --documents {arguments.documents}" + " --held-out" * arguments.held_out)
    report_drawn(arguments.kinds, range(start, start + arguments.documents))
    if arguments.data:
        report_evidence(arguments.data, arguments.filings)
        report_speed(arguments.data, arguments.filings)


def report_drawn(kinds: Iterable[str], seeds: range) -> TableScore:
    """Score documents of the given kinds and print a line for each kind; returns the sum."""
    rows: list[list[str]] = []
    total = TableScore()
    for kind in kinds:
        score = TableScore()
        for seed in seeds:
            score += score_drawn(kind, seed)
        total += score
        rows.append(_line(kind, score))
    rows.append(_line("all", total))
    header = ["kind", "tables found", "false", "cells right", "precision", "column names", "notes kept", "units"]
    print()
    print_table(header, rows)
    return total


def score_drawn(kind: str, seed: int) -> TableScore:
    """Draw one document, read it, compare."""
    data, known = draw(kind, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.pdf"
        path.write_bytes(data)
        parsed = PdfLoader().load(path, Limits())
    return score_document(known, [block.table for block in parsed.blocks if isinstance(block, TableBlock)])


def _line(kind: str, score: TableScore) -> list[str]:
    return [
        kind,
        f"{score.tables_found}/{score.tables}",
        str(score.tables_false),
        f"{score.recall:.1%}" if score.cells else "",
        f"{score.precision:.1%}",
        f"{score.names_recall:.1%}" if score.names else "",
        f"{score.notes_right}/{score.notes}",
        f"{score.units_right}/{score.units}",
    ]


if __name__ == "__main__":
    main()
