"""Questions with known evidence, and where that evidence is in a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...indexing.collection import Collection
from ..query import Query
from ..source_names import documents_meant
from .example import KnownQuestion


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence stands: a source, and a page of it or None for the whole."""

    source: str
    page: int | None


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question and the places that hold its evidence, one at least."""

    id: str
    query: Query
    relevant: tuple[Place, ...]


def known_questions(collection: Collection, questions: Sequence[JudgedQuestion], path: Path) -> list[KnownQuestion]:
    """The questions of the file `path` with their evidence found in the collection.

    Raises `InvalidDataset` naming the sources that the collection does not have, or has several of.
    """
    asked: dict[str, str] = {}
    for question in questions:
        for place in question.relevant:
            asked.setdefault(place.source, question.id)
    documents = documents_meant(collection, asked, path)
    groups: dict[Place, frozenset[int]] = {}
    known = []
    for question in questions:
        for place in question.relevant:
            if place not in groups:
                groups[place] = _groups(collection, documents[place.source], place.page)
        evidence = tuple(groups[place] for place in question.relevant)
        held = frozenset(documents[place.source] for place in question.relevant)
        known.append(KnownQuestion(question.id, question.query, evidence, held))
    return known


def _groups(collection: Collection, document: int, page: int | None) -> frozenset[int]:
    nodes = [
        node.id
        for node in collection.nodes_of(document)
        if page is None or page in {node.page, *(region.page for region in node.regions)}
    ]
    return frozenset(collection.groups(nodes).values())
