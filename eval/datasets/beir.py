"""BEIR (Thakur et al., NeurIPS 2021): a folder of `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`.

Lines of the corpus are `{"_id", "title", "text"}`, of the queries `{"_id", "text"}`; judgements are `query-id`,
`corpus-id` and `score`, separated by tabs, below a line of these names. Each line of the corpus is a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import InvalidDataset
from .imported import Imported, TextDocument, document_name
from .json_lines import WrongLine, by_id, item_id, json_lines
from .judgements import Judgement, grade_of, judged_items, tab_separated

_CORPUS = 'Lines are {"_id", "title", "text"}.'
_QUERIES = 'Lines are {"_id", "text"}.'
_QRELS = "Lines are query-id, corpus-id and score, separated by tabs."
_HEADER = ["query-id", "corpus-id", "score"]


def import_beir(path: Path, *, split: str = "test") -> Imported:
    """Import a folder; the corpus is read again when its documents are written. Raises `InvalidDataset`."""
    qrels = path / "qrels" / f"{split}.tsv"
    if not qrels.is_file():
        found = ", ".join(sorted(file.stem for file in (path / "qrels").glob("*.tsv"))) or "none"
        raise InvalidDataset(f"{path} has no split {split!r}.", hint=f"Splits in its folder qrels: {found}.")
    corpus = path / "corpus.jsonl"
    documents = frozenset(id_ for id_, _ in corpus_documents(corpus))
    items = judged_items(read_queries(path / "queries.jsonl"), list(_judgements(qrels)), documents, qrels, _QRELS)
    return Imported(items, _Documents(corpus))


class _Documents:
    """The documents of a corpus, which may be larger than memory."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus

    def __iter__(self) -> Iterator[TextDocument]:
        for id_, text in corpus_documents(self._corpus):
            yield TextDocument(document_name(id_), text)


def corpus_documents(path: Path) -> Iterator[tuple[str, str]]:
    """Ids and texts, the title above. Raises `InvalidDataset`."""
    return by_id(path, json_lines(path, _CORPUS), _document, _CORPUS)


def read_queries(path: Path) -> dict[str, str]:
    """Questions by id. Raises `InvalidDataset`."""
    return dict(by_id(path, json_lines(path, _QUERIES), _query, _QUERIES))


def _document(line: dict[str, Any]) -> tuple[str, str]:
    title, text = line.get("title") or "", line.get("text")
    if not isinstance(title, str) or not isinstance(text, str):
        raise WrongLine('wants strings under "title" and "text"')
    return item_id(line, "_id"), f"{title}\n\n{text}\n" if title.strip() else f"{text}\n"


def _query(line: dict[str, Any]) -> tuple[str, str]:
    if not isinstance(line.get("text"), str) or not line["text"].strip():
        raise WrongLine('wants a string under "text"')
    return item_id(line, "_id"), line["text"]


def _judgements(path: Path) -> Iterator[Judgement]:
    for number, fields in tab_separated(path, 3, _QRELS):
        if number > 1 or fields != _HEADER:
            yield Judgement(fields[0], fields[1], grade_of(fields[2], path, number, _QRELS), number)
