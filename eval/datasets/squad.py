"""SQuAD 1.1 and 2.0 (Rajpurkar et al., EMNLP 2016 and ACL 2018), and sets of their form, such as CMRC 2018.

One JSON object, `{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}],
"is_impossible"}]}]}]}`. Each paragraph is a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from ...errors import InvalidDataset
from .imported import Imported, TextDocument
from .item import Item, Relevant
from .json_lines import json_file

_HINT = (
    'It is {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}], '
    '"is_impossible"}]}]}]}.'
)


class _Reader:
    """Walks the file; `where` says how far it got, for complaints."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.documents: list[TextDocument] = []
        self._seen: dict[str, str] = {}

    def items(self) -> Iterator[Item]:
        whole = json_file(self._path, _HINT)
        articles = self._list(whole, "data", "the file")
        for number, article in enumerate(articles):
            place = f"data[{number}]"
            for index, paragraph in enumerate(self._list(article, "paragraphs", place)):
                where = f"{place}.paragraphs[{index}]"
                name = f"{self._path.stem}-{number:04}-{index:04}.txt"
                self.documents.append(TextDocument(name, self._text(paragraph, "context", where) + "\n"))
                for question, entry in enumerate(self._list(paragraph, "qas", where)):
                    yield self._item(entry, name, article.get("title"), f"{where}.qas[{question}]")

    def _item(self, entry: Any, document: str, title: object, where: str) -> Item:  # noqa: ANN401 - JSON
        id_ = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(id_, str | int) or isinstance(id_, bool):
            self._refuse(where, 'has no "id"')
        if str(id_) in self._seen:
            self._refuse(where, f"repeats the id {str(id_)!r} of {self._seen[str(id_)]}")
        self._seen[str(id_)] = where
        question = self._text(entry, "question", where)
        impossible = entry.get("is_impossible", False)
        answers = tuple(dict.fromkeys(self._text(one, "text", where) for one in self._list(entry, "answers", where)))
        if impossible is not True and not answers:
            self._refuse(where, "has no answer and is not impossible")
        if impossible is True and answers:
            self._refuse(where, "contradicts itself: it has answers and is impossible")
        metadata = {"title": title} if isinstance(title, str) else {}
        relevant = () if impossible is True else (Relevant(document, node="text"),)
        return Item(str(id_), question, answers, relevant, impossible is not True, metadata)

    def _list(self, entry: Any, key: str, where: str) -> list[Any]:  # noqa: ANN401 - JSON
        value = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(value, list):
            self._refuse(where, f'has no list "{key}"')
        return value

    def _text(self, entry: Any, key: str, where: str) -> str:  # noqa: ANN401 - JSON
        value = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(value, str) or not value.strip():
            self._refuse(where, f'has no text "{key}"')
        return value

    def _refuse(self, where: str, what: str) -> NoReturn:
        raise InvalidDataset(f"{self._path}: {where} {what}.", hint=_HINT)


def import_squad(path: Path) -> Imported:
    """Import a file. Raises `InvalidDataset`."""
    reader = _Reader(path)
    items = tuple(reader.items())
    if not items:
        raise InvalidDataset(f"{path} has no questions.", hint=_HINT)
    return Imported(items, tuple(reader.documents))
