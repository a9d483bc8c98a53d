"""One question of an evaluation set, with what is known about its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in fractions of it; `page` counts from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Relevant:
    """What holds the answer: a document by its source, whole or one page of it (from 1), or regions on pages.

    `source` is the end of a document's source: a file name or the last parts of a path. `node` names the kind that
    carries it (`text`, `table`, `chart`) where that is known. `grade` is its gain; 0 is judged not relevant.
    """

    source: str
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    node: str | None = None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A question. `answerable` is false where the documents do not tell; `answers` are references, any one is right."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    relevant: tuple[Relevant, ...] = ()
    answerable: bool = True
    metadata: Mapping[str, str | int | float] = field(default_factory=dict)
