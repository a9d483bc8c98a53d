"""Whether the rows of tables that answer questions over filings come out whole, each in one part with its headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...indexing.chunking import build_nodes
from ...indexing.documents import Node, Part
from ...indexing.loaders.parsed import Limits
from ...indexing.loaders.pdf.loader import PdfLoader
from .measuring import print_table

_NUMBER = re.compile(r"\(?-?\d[\d,]*(?:\.\d+)?|[—–]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of a table as the text of an item tells it: the last line of its label, and its numbers."""

    source: str
    page: int
    label: str
    numbers: tuple[str, ...]


class _Words:
    """Counts words and signs: no tokenizer is needed to see where rows come out."""

    max_tokens = 510

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def report_evidence(data: Path, filings: Sequence[str] | None = None) -> float:
    """Print the share of evidence rows that come out whole, with the misses; returns the share."""
    rows = [row for row in evidence_rows(data) if not filings or row.source.removesuffix(".pdf") in filings]
    lines: list[list[str]] = []
    misses: list[tuple[EvidenceRow, str]] = []
    for source in dict.fromkeys(row.source for row in rows):
        parsed = PdfLoader().load(data / "pdfs" / source, Limits())
        nodes = [node for node in build_nodes(parsed, _Words(), {}) if node.kind == "table"]
        wanted = [row for row in rows if row.source == source]
        missed = [(row, reason) for row in wanted if (reason := _miss(row, nodes))]
        misses += missed
        lines.append([source, str(len(wanted)), str(len(wanted) - len(missed))])
    share = 1 - len(misses) / max(len(rows), 1)
    print(f"\nEvidence rows of filings in one part of one table node, with headers: {share:.1%}\n")
    print_table(["filing", "rows", "whole"], lines)
    for row, reason in misses:
        print(f"- {row.source} p. {row.page}: {row.label!r} {' '.join(row.numbers)}: {reason}")
    return share


def evidence_rows(data: Path) -> list[EvidenceRow]:
    """Rows of at least two numbers in the evidence of the items, each once."""
    rows: dict[EvidenceRow, None] = {}
    for line in (data / "items.jsonl").read_text(encoding="utf-8").splitlines():
        for evidence in json.loads(line)["evidence"]:
            for label, numbers in _rows_of(evidence["text"]):
                if len(numbers) >= 2 and not all(_YEAR.fullmatch(number) for number in numbers):
                    rows[EvidenceRow(evidence["source"], evidence["page"], label, numbers)] = None
    return list(rows)


def _rows_of(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Labels, each with the numbers that follow it on lines of their own."""
    label, numbers = "", []
    for line in text.splitlines():
        # Numbers with nothing but signs around them fill cells; anything else is a label or prose.
        if not _NUMBER.sub("", line).strip(" $€£%()\t"):
            numbers += _NUMBER.findall(line)
            continue
        if label and numbers:
            yield label, tuple(numbers)
        label, numbers = line.strip(), []
    if label and numbers:
        yield label, tuple(numbers)


def _miss(row: EvidenceRow, nodes: Sequence[Node]) -> str:
    """What is wrong with a row; empty where it came out whole."""
    here = [node for node in nodes if any(region.page == row.page for region in node.regions)]
    labelled = [
        (node, part, following)
        for node in here
        for part, following in zip(node.parts, [*node.parts[1:], Part("")], strict=True)
        if _fold(row.label) in _fold(part.text)
    ]
    if not labelled:
        return "no row of a table has the label"
    whole = [(node, part) for node, part, following in labelled if _holds(part, following, row)]
    if not whole:
        return "not whole: " + labelled[0][1].text[:160]
    if not any(_has_headers(node, row) for node, _ in whole):
        return "columns without headers: " + whole[0][1].text[:160]
    return ""


def _holds(part: Part, following: Part, row: EvidenceRow) -> bool:
    """Whether the row's numbers stand in the part in order. The text of an item does not tell where a row ends: from
    twice as many numbers, the second half may be a sum below it that has no label.
    """
    half = len(row.numbers) // 2
    return _in_order(row.numbers, part) or (
        len(row.numbers) % 2 == 0
        and half > 1
        and _in_order(row.numbers[:half], part)
        and _in_order(row.numbers[half:], following)
    )


def _in_order(numbers: Sequence[str], part: Part) -> bool:
    told = iter(_NUMBER.findall(part.text))
    return all(number in told for number in numbers)


def _has_headers(node: Node, row: EvidenceRow) -> bool:
    """Whether each cell with a number of the row stands in a column with a name."""
    table = node.table
    if table is None:
        return False
    names = table.column_names()
    for cells in table.body:
        if _fold(row.label) in _fold(cells[0]):
            told = [name for name, cell in zip(names[1:], cells[1:], strict=True) if _NUMBER.search(cell)]
            if len(told) >= min(len(row.numbers), len([cell for cell in cells[1:] if cell])) and all(told):
                return True
    return False


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
