"""What the commands print for people, and how their `NAME=VALUE` arguments are read.

Text from documents is printed as it is, but control characters are shown, never sent to the terminal.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from ..errors import QueryError
from ..indexing.documents import Document, MetadataValue
from ..indexing.ledger import LedgerEntry
from ..indexing.report import FileEntry, IndexReport
from ..indexing.verification import VerifyReport
from ..retrieval.evidence import Evidence

_CONDITION = re.compile(r"^([\w.-]+)\s*(!=|<=|>=|=|<|>)\s*(.*)$", re.DOTALL)
_EXCERPT = 400
_WIDTH_OF_A_PIPE = 10_000


def console() -> Console:
    """A console on standard output that never interprets text as markup. In a pipe, tables are not folded."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE
    return Console(file=sys.stdout, markup=False, highlight=False, soft_wrap=True, width=width)


def printable(text: str) -> str:
    """The text with control characters other than line breaks replaced by visible ones."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else "�" for c in text)


def parse_where(conditions: Sequence[str]) -> dict[str, object] | None:
    """`["kind=chart", "year>=2020", "year<2023"]` as a filter; equalities of one name are alternatives.

    Raises `QueryError`.
    """
    where: dict[str, dict[str, list[MetadataValue]]] = {}
    for condition in conditions:
        match = _CONDITION.match(condition)
        if match is None:
            raise QueryError(f"The filter {condition!r} is not of the form NAME=VALUE.", hint="Example: kind=chart")
        name, operator, value = match.groups()
        values = where.setdefault(name, {}).setdefault(operator, [])
        values.append(_value(name, value))
        if len(values) > 1 and operator not in {"=", "!="}:
            raise QueryError(f"The filter compares {name!r} with {operator} twice.", hint="Give one of the two.")
    return {name: {op: _one_or_all(values) for op, values in by.items()} for name, by in where.items()} or None


def _one_or_all(values: list[MetadataValue]) -> object:
    return values[0] if len(values) == 1 else values


def parse_metadata(assignments: Sequence[str]) -> dict[str, MetadataValue]:
    """`["year=2023"]` as metadata. Raises `QueryError`."""
    metadata: dict[str, MetadataValue] = {}
    for assignment in assignments:
        name, sign, value = assignment.partition("=")
        if not sign or not name.strip():
            raise QueryError(f"The metadata {assignment!r} is not of the form NAME=VALUE.", hint="Example: year=2023")
        metadata[name.strip()] = _value(name, value)
    return metadata


def _value(name: str, text: str) -> MetadataValue:
    if name in {"source", "title", "kind", "media_type", "language"}:
        return text
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def place(evidence: Evidence) -> str:
    """Where evidence stands: file, page, heading path."""
    page = ""
    if evidence.page is not None and evidence.media_type == "application/pdf":
        page = f", page {evidence.page}"
        if evidence.page_label and evidence.page_label != str(evidence.page):
            page += f" ({evidence.page_label})"
    headings = f" — {' > '.join(evidence.headings)}" if evidence.headings else ""
    return f"{evidence.source}{page}{headings}"


def print_evidence(found: Sequence[Evidence]) -> None:
    """A numbered list of evidence with an excerpt and the matching regions."""
    out = console()
    if not found:
        out.print("Nothing was found.")
    for number, item in enumerate(found, start=1):
        out.print(Text(f"[{number}] {item.kind}  {item.score:.3f}  ", "bold") + Text(printable(place(item))))
        if item.caption:
            out.print(Text(f"    {printable(item.caption)}", "italic"))
        excerpt = item.text if len(item.text) <= _EXCERPT else item.text[:_EXCERPT].rstrip() + " …"
        out.print(Text("    " + printable(excerpt).replace("\n", "\n    ")))
        for region in item.regions[:2]:
            out.print(Text(f"    → {printable(region.text)[:160]}", "green"))
        if item.also_in:
            more = item.found_in - 1 - len(item.also_in)
            names = ", ".join(map(printable, item.also_in)) + (f" and {more} more" if more else "")
            out.print(Text(f"    also in {names}", "dim"))


def print_report(report: IndexReport) -> None:
    """The outcome of a run: totals, then what was skipped, failed or odd."""
    out = console()
    names = ("added", "updated", "unchanged", "skipped", "failed", "deleted")
    entries = {name: [entry for entry in report.entries if entry.status == name] for name in names}
    totals = ", ".join(f"{len(found)} {name}" for name, found in entries.items() if found) or "no files"
    figures = f"; {report.figures_indexed} figures read, {report.figures_skipped} left out"
    out.print(f"{totals}; {report.nodes} nodes{figures}; {report.seconds:.1f} s")
    for name in ("skipped", "failed"):
        _print_entries(out, name, entries[name])
    for entry in report.entries:
        for warning in entry.warnings:
            out.print(Text(f"  warning  {printable(entry.source)}: {printable(warning)}", "yellow"))
    if report.cancelled:
        out.print("Stopped before the end; run the same command to go on.")


def _print_entries(out: Console, name: str, entries: Sequence[FileEntry]) -> None:
    hidden = [entry for entry in entries if entry.code == "hidden"]
    for entry in entries:
        if entry.code != "hidden":
            style = "red" if name == "failed" else "yellow"
            out.print(Text(f"  {name:8} {printable(entry.source)}: {printable(entry.reason)}", style))
    if hidden:
        out.print(f"  skipped  {len(hidden)} hidden files or folders")


def print_documents(documents: Sequence[Document]) -> None:
    """A table of documents."""
    table = RichTable("source", "title", "type", "language", "pages", box=None, pad_edge=False)
    for document in documents:
        table.add_row(
            Text(printable(document.source), overflow="fold"),
            Text(printable(document.title)),
            document.media_type,
            document.language,
            str(len(document.pages) or ""),
        )
    console().print(table)


def print_ledger(entries: Sequence[LedgerEntry]) -> None:
    """One line a file or figure."""
    out = console()
    for entry in entries:
        name = f"{entry.source} [{entry.figure}]" if entry.figure else entry.source
        reason = f": {entry.reason}" if entry.reason else ""
        out.print(Text(f"{entry.status:10} {printable(name)}{printable(reason)}"))


def print_verification(report: VerifyReport) -> None:
    """Counts, then each problem and note."""
    out = console()
    out.print(", ".join(f"{count} {name}" for name, count in report.counts.items()))
    for problem in report.problems:
        out.print(Text(f"  {'repaired' if problem.repaired else 'problem'}: {problem.message}"))
    if not report.problems:
        out.print("Every invariant holds.")
    for note in report.notes:
        out.print(Text(f"  note: {note}"))
