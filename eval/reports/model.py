"""What a report is made of, before it is HTML or Markdown: all text in it is plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?(?: (?:ms|s))?$")
_NUMBER_OR_DASH = re.compile(f"{_NUMBER.pattern}|^–$")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are shown; columns of numbers can be sorted. `note` stands below."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    note: str = ""

    @property
    def numeric(self) -> Sequence[bool]:
        """For each column whether it holds numbers: all its cells are, or a dash."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.header)
        return [any(map(_NUMBER.match, cells)) and all(map(_NUMBER_OR_DASH.match, cells)) for cells in columns]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot, in [0, 1], with the ends of its interval."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class BarPlot:
    """Horizontal bars from 0 to 1."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in the unit square, joined, with a level to compare with."""

    title: str
    x_label: str
    y_label: str
    points: Sequence[tuple[float, float]]
    level: float | None = None
    level_label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    title: str
    text: str = ""
    tables: Sequence[Table] = ()
    plots: Sequence[BarPlot | Curve] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline figure."""

    name: str
    value: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim with its verdict and the reason."""

    text: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Evidence as it looks, as a data address; of documents without pages its `text` instead."""

    caption: str
    address: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that went badly: what was asked, known, answered and shown, and where it was lost."""

    item: str
    question: str
    references: Sequence[str]
    answer: str
    outcome: str
    scores: Sequence[tuple[str, str]]
    lost: str
    claims: Sequence[ClaimShown]
    found: Sequence[str]
    pictures: Sequence[Picture] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `questions` has a row for every question."""

    title: str
    facts: Sequence[tuple[str, str]]
    warnings: Sequence[str]
    tiles: Sequence[Tile]
    sections: Sequence[Section]
    failures: Sequence[Failure]
    failures_by: str
    questions: Table
