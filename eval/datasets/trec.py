"""TREC test collections: a folder of topics, judgements and, where it is there, a corpus.

- `queries.tsv` (id and text, separated by a tab), or topics in a file `topics*` with `<top>`, `<num>` and `<title>`.
- `qrels*`: query, iteration, document and grade, separated by spaces or tabs.
- `corpus.tsv` (id and text), `corpus.jsonl` as in BEIR, or files in the folder `corpus` with `<DOC>` and `<DOCNO>`.
  Without one, a document is meant by its id with `.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ...errors import InvalidDataset
from .beir import corpus_documents, read_queries
from .imported import Imported, TextDocument, document_name
from .json_lines import WrongLine, by_id, refuse, text_lines
from .judgements import Judgement, grade_of, judged_items, tab_separated

_TSV = "Lines are an id and a text, separated by a tab."
_QRELS = "Lines are query, iteration, document and grade, separated by spaces."
_TOPICS = "A topic is <top> with <num> and <title>."
_DOCS = "A document is <DOC> with <DOCNO>, then text."
_TOP = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUM = re.compile(r"<num>\s*(?:Number:)?\s*([^<\s]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*([^<]*)", re.IGNORECASE)
_DOC = re.compile(r"<DOC>(.*?)</DOC>", re.DOTALL | re.IGNORECASE)
_DOCNO = re.compile(r"<DOCNO>\s*(\S+?)\s*</DOCNO>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
Documents = Callable[[], Iterator[tuple[str, str]]]
"""Ids and texts, from the beginning each time."""


def import_trec(path: Path) -> Imported:
    """Import a folder. Raises `InvalidDataset`."""
    qrels = _one(path, "qrels*", "judgements")
    documents = _corpus(path)
    ids = None if documents is None else frozenset(id_ for id_, _ in documents())
    items = judged_items(_queries(path), list(_judgements(qrels)), ids, qrels, _QRELS)
    return Imported(items, () if documents is None else _Texts(documents))


class _Texts:
    """The documents, which may be larger than memory."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def __iter__(self) -> Iterator[TextDocument]:
        for id_, text in self._documents():
            yield TextDocument(document_name(id_), f"{text}\n")


def _one(folder: Path, pattern: str, what: str) -> Path:
    files = [file for file in sorted(folder.glob(pattern)) if file.is_file()]
    if len(files) != 1:
        names = ", ".join(file.name for file in files) or "none"
        raise InvalidDataset(f"{folder} must have one file of {what} ({pattern}), and has {names}.", hint=_QRELS)
    return files[0]


def _queries(folder: Path) -> dict[str, str]:
    if (folder / "queries.tsv").is_file():
        return dict(_two_columns(folder / "queries.tsv"))
    if (folder / "queries.jsonl").is_file():
        return read_queries(folder / "queries.jsonl")
    return dict(_topics(_one(folder, "topics*", "topics")))


def _topics(path: Path) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, match in enumerate(_TOP.finditer(_read(path)), start=1):
        id_, title = _NUM.search(match[1]), _TITLE.search(match[1])
        text = " ".join(title[1].split()) if title else ""
        if id_ is None or not text or id_[1] in seen:
            raise InvalidDataset(
                f"{path}, topic {number} has no number or title, or its number comes again.", hint=_TOPICS
            )
        seen.add(id_[1])
        yield id_[1], text


def _corpus(folder: Path) -> Documents | None:
    if (folder / "corpus.jsonl").is_file():
        return lambda: corpus_documents(folder / "corpus.jsonl")
    if (folder / "corpus.tsv").is_file():
        return lambda: _two_columns(folder / "corpus.tsv")
    if (folder / "corpus").is_dir():
        return lambda: _marked_up(folder / "corpus")
    return None


def _marked_up(folder: Path) -> Iterator[tuple[str, str]]:
    seen: dict[str, Path] = {}
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        for number, match in enumerate(_DOC.finditer(_read(path)), start=1):
            id_ = _DOCNO.search(match[1])
            if id_ is None:
                raise InvalidDataset(f"{path}, document {number} has no <DOCNO>.", hint=_DOCS)
            if id_[1] in seen:
                raise InvalidDataset(f"{path}, document {number} repeats the id {id_[1]!r}.", hint=_DOCS)
            seen[id_[1]] = path
            yield id_[1], _TAG.sub(" ", match[1].replace(id_[0], "")).strip()


def _read(path: Path) -> str:
    try:
        # Old collections are Latin-1 or worse; a character that is lost here and there costs no question.
        return path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise InvalidDataset(f"{path} cannot be read: {error}.", hint=_DOCS) from error


def _two_columns(path: Path) -> Iterator[tuple[str, str]]:
    return by_id(path, tab_separated(path, 2, _TSV), _id_and_text, _TSV)


def _id_and_text(fields: list[str]) -> tuple[str, str]:
    if not all(field.strip() for field in fields):
        raise WrongLine("has an empty id or text")
    return fields[0], fields[1]


def _judgements(path: Path) -> Iterator[Judgement]:
    for number, line in text_lines(path):
        fields = line.split()
        if len(fields) != 4:
            refuse(path, number, f"has {len(fields)} columns, not 4", _QRELS)
        yield Judgement(fields[0], fields[2], grade_of(fields[3], path, number, _QRELS), number)
