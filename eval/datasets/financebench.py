"""FinanceBench (Islam et al., 2023): questions about filings, with the page of the evidence.

Lines are the set's own, `{"financebench_id", "question", "answer", "doc_name", "evidence": [{"doc_name",
"evidence_page_num", …}]}`, whose pages count from 0, or `{"id", "question", "answer", "evidence": [{"source", "page",
…}]}`, whose pages count from 1. A folder holds such lines in `items.jsonl`. The documents are the set's PDF files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import InvalidDataset
from .imported import Imported
from .item import Item, Relevant
from .json_lines import WrongLine, by_id, item_id, json_lines

_HINT = (
    'Lines are {"financebench_id", "question", "answer", "evidence": [{"doc_name", "evidence_page_num"}]}, '
    'or {"id", "question", "answer", "evidence": [{"source", "page"}]}.'
)
_KEPT = ("company", "doc_name", "question_type", "question_reasoning")


def import_financebench(path: Path) -> Imported:
    """Import a file or folder. Raises `InvalidDataset`."""
    file = path / "items.jsonl" if path.is_dir() else path
    items = tuple(item for _, item in by_id(file, json_lines(file, _HINT), _item, _HINT))
    if not items:
        raise InvalidDataset(f"{file} has no items.", hint=_HINT)
    return Imported(items)


def _item(line: dict[str, Any]) -> tuple[str, Item]:
    id_ = item_id(line, "financebench_id" if "financebench_id" in line else "id")
    question, answer, evidence = line.get("question"), line.get("answer"), line.get("evidence")
    for key, value in (("question", question), ("answer", answer)):
        if not isinstance(value, str) or not value.strip():
            raise WrongLine(f'wants a string under "{key}"')
    if not isinstance(evidence, list) or not evidence:
        raise WrongLine('wants a list of one or more under "evidence"')
    relevant = tuple(dict.fromkeys(_relevant(entry, line.get("doc_name")) for entry in evidence))
    metadata = {key: line[key] for key in _KEPT if isinstance(line.get(key), str)}
    return id_, Item(id_, str(question), (str(answer),), relevant, metadata=metadata)


def _relevant(entry: Any, document: object) -> Relevant:  # noqa: ANN401 - JSON
    if not isinstance(entry, dict):
        raise WrongLine('wants objects under "evidence"')
    if "source" in entry:
        source, page, first = entry["source"], entry.get("page"), 1
    else:
        name = entry.get("evidence_doc_name", entry.get("doc_name", document))
        source = f"{name}.pdf" if isinstance(name, str) else None
        page, first = entry.get("evidence_page_num"), 0
    if not isinstance(source, str) or not source.strip():
        raise WrongLine('has evidence without the document that it stands in ("doc_name" or "source")')
    if isinstance(page, bool) or not isinstance(page, int) or page < first:
        raise WrongLine(f"has {page!r} as the page of its evidence, which counts from {first}")
    return Relevant(source, page + 1 - first)
