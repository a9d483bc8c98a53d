"""From evidence that was found, and places that are known to be relevant, to rankings of documents, pages and figures.

The keys of a ranking are only good for `ranking`: what is relevant has the same key in the ranking and the grades.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...indexing.documents import NodeKind
from ...retrieval.source_names import names_source
from ..datasets.item import Box, Relevant
from .region_overlap import best_overlap

Level = Literal["document", "page", "figure"]
LEVELS: tuple[Level, ...] = ("document", "page", "figure")
FIGURES = frozenset({"table", "chart"})
_SAME_FIGURE = 0.5
"""Intersection over union from which a box is that of the relevant figure (as in object detection, PASCAL VOC)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What counts of a piece of evidence. `sources` are several where the same content stands in several documents."""

    sources: tuple[str, ...]
    pages: tuple[int, ...]
    kind: NodeKind
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A ranking of keys, best first, and the grade of each key that was judged."""

    ranked: tuple[str, ...]
    grades: dict[str, int]


def judged(
    relevant: Sequence[Relevant], found: Sequence[Found], level: Level, *, kind: NodeKind | None = None
) -> Judged:
    """The ranking of `found` at a level, and what is relevant at it; with `kind`, of that kind of node alone.

    Where no page (no table or chart) is known to be relevant, the grades of that level are empty: such a question has
    no value there. Evidence takes one place, by its first page, or one for each relevant page that it covers. A figure
    is found where source, kind and page are right and, if its box is known, half of both boxes' union is common.
    """
    if kind is not None:
        relevant = [one for one in relevant if one.node == kind]
        found = [one for one in found if one.kind == kind]
    keys = _keys(relevant, level)
    grades: dict[str, int] = {}
    for one, key in keys:
        grades[key] = max(one.grade, grades.get(key, 0))
    ranked: list[str] = []
    for rank, evidence in enumerate(found):
        hits = [key for one, key in keys if _is_hit(one, evidence, level)]
        ranked += hits or _others(evidence, level, rank)
    return Judged(tuple(dict.fromkeys(ranked)), grades)


def kinds_of(relevant: Iterable[Relevant]) -> frozenset[str]:
    """The kinds of node that carry the answer, where they are known."""
    return frozenset(one.node for one in relevant if one.node is not None and one.grade > 0)


def _keys(relevant: Sequence[Relevant], level: Level) -> list[tuple[Relevant, str]]:
    sources = sorted({one.source for one in relevant}, key=lambda source: (-len(source), source))
    # "2023.pdf" and "reports/2023.pdf" are one document, by the longer name.
    longest = {source: next(other for other in sources if names_source(source, other)) for source in sources}
    if level == "document":
        return [(one, longest[one.source]) for one in relevant]
    if level == "page":
        return [(one, f"{longest[one.source]}#{one.page}") for one in relevant if one.page is not None]
    return [(one, f"{longest[one.source]}#figure {index}") for index, one in enumerate(relevant) if one.node in FIGURES]


def _is_hit(one: Relevant, found: Found, level: Level) -> bool:
    if not any(names_source(one.source, source) for source in found.sources):
        return False
    if level == "document":
        return True
    if one.page is not None and one.page not in found.pages:
        return False
    if level == "page":
        return True
    if one.node != found.kind:
        return False
    return not one.boxes or any(best_overlap(box, found.boxes) >= _SAME_FIGURE for box in one.boxes)


def _others(found: Found, level: Level, rank: int) -> list[str]:
    """Keys of what is not relevant; they differ from those of the judged by the zero byte."""
    source = f"{found.sources[0]}\0"
    if level == "document":
        return [source]
    if level == "page":
        return [f"{source}{found.pages[0] if found.pages else ''}"]
    return [f"{source}{rank}"]
