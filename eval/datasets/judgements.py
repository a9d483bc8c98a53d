"""Queries and relevance judgements of a test collection (BEIR, TREC), put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InvalidDataset
from .imported import document_name
from .item import Item, Relevant
from .json_lines import refuse, text_lines


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line: the grade of a document for a query; below 0 is judged to be rubbish, which counts as 0."""

    query: str
    document: str
    grade: int
    line: int


def tab_separated(path: Path, columns: int, hint: str) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line, of which there must be `columns`. Raises `InvalidDataset`."""
    for number, line in text_lines(path):
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) != columns:
            refuse(path, number, f"has {len(fields)} columns separated by tabs, not {columns}", hint)
        yield number, fields


def grade_of(text: str, path: Path, number: int, hint: str) -> int:
    """A whole number, which some sets write as "1.0". Raises `InvalidDataset`."""
    try:
        grade = float(text)
    except ValueError:
        grade = 0.5
    if not grade.is_integer():
        refuse(path, number, f"has {text!r} as a grade, which is a whole number", hint)
    return max(0, int(grade))


def judged_items(
    queries: Mapping[str, str],
    judgements: Sequence[Judgement],
    documents: frozenset[str] | None,
    path: Path,
    hint: str,
) -> tuple[Item, ...]:
    """An item for each query that was judged, in the order of the queries.

    `documents` are the ids of the corpus, None where there is none. Raises `InvalidDataset` naming the line of `path`
    for a judgement of an unknown query or document and for one that comes twice.
    """
    by_query: dict[str, dict[str, Relevant]] = {}
    for one in judgements:
        if one.query not in queries:
            refuse(path, one.line, f"judges the unknown query {one.query!r}", hint)
        if documents is not None and one.document not in documents:
            refuse(path, one.line, f"judges the unknown document {one.document!r}", hint)
        relevant = by_query.setdefault(one.query, {})
        if one.document in relevant:
            refuse(path, one.line, f"judges {one.document!r} for the query {one.query!r} again", hint)
        relevant[one.document] = Relevant(document_name(one.document), grade=one.grade)
    if not by_query:
        raise InvalidDataset(f"{path} has no judgements.", hint=hint)
    return tuple(
        Item(id_, text, relevant=tuple(by_query[id_].values())) for id_, text in queries.items() if id_ in by_query
    )
