"""OpenCQA (Kantharaj et al., EMNLP 2022): open questions about charts, answered in sentences.

Read are the set's own files, `{number: [image, title, article, summary, question, abstractive, extractive]}`, and
lines `{"id", "chart", "title", "paragraph", "question", "answer", "answer_extractive"}`, or a folder with such lines
in `items.jsonl`. The abstractive answer is the reference. The paragraph written about a chart is a document of its
own, equal ones the same; chart and paragraph are both relevant. Titles are annotation and are not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import InvalidDataset
from .imported import Imported, TextDocument, document_name
from .item import Item, Relevant
from .json_lines import WrongLine, by_id, item_id, json_file, json_lines

_LINES = 'Lines are {"id", "chart", "paragraph", "question", "answer"}.'
_OWN = "It is an object of [image, title, article, summary, question, abstractive answer, extractive answer] by number."
_FIELDS = 7


@dataclass(frozen=True, slots=True)
class _Chart:
    id: str
    image: str
    paragraph: str
    question: str
    answer: str


def import_opencqa(path: Path) -> Imported:
    """Import a file or folder. Raises `InvalidDataset`."""
    lines = path / "items.jsonl" if path.is_dir() else path
    charts = list(_from_lines(lines) if lines.suffix == ".jsonl" else _from_object(lines))
    if not charts:
        raise InvalidDataset(f"{lines} has no items.", hint=_LINES)
    names: dict[str, str] = {}
    for chart in charts:
        names.setdefault(chart.paragraph, document_name(chart.id))
    items = tuple(
        Item(
            chart.id,
            chart.question,
            (chart.answer,),
            (
                Relevant(PurePosixPath(chart.image).name, node="chart"),
                *([Relevant(names[chart.paragraph], node="text")] if chart.paragraph else []),
            ),
        )
        for chart in charts
    )
    return Imported(items, tuple(TextDocument(name, f"{text}\n") for text, name in names.items() if text))


def _from_lines(path: Path) -> Iterator[_Chart]:
    return (chart for _, chart in by_id(path, json_lines(path, _LINES), _chart, _LINES))


def _chart(line: dict[str, Any]) -> tuple[str, _Chart]:
    id_ = item_id(line)
    image, question, answer = (_text(line, key) for key in ("chart", "question", "answer"))
    paragraph = _text(line, "paragraph") if line.get("paragraph") else ""
    return id_, _Chart(id_, image, paragraph, question, answer)


def _from_object(path: Path) -> Iterator[_Chart]:
    whole = json_file(path, _OWN)
    if not isinstance(whole, dict):
        raise InvalidDataset(f"{path} is no JSON object.", hint=_OWN)
    for id_, fields in whole.items():
        if (
            not isinstance(fields, list)
            or len(fields) < _FIELDS
            or not all(isinstance(field, str) for field in fields[:_FIELDS])
            or not all(fields[index].strip() for index in (0, 4, 5))
        ):
            raise InvalidDataset(f"{path}, item {id_!r} is not of the set's form.", hint=_OWN)
        yield _Chart(id_, fields[0], fields[3].strip(), fields[4], fields[5])


def _text(line: dict[str, Any], key: str) -> str:
    value = line.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WrongLine(f'wants a string under "{key}"')
    return value
