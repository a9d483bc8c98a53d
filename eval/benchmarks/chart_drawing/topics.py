"""The form of the word lists that charts are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """How a number is printed with its unit, and the unit's `name` in the truth ("$bn" for "$1.5bn")."""

    prefix: str
    suffix: str
    name: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted: its usual range, the decimals it is printed with, and how a subtitle tells the unit."""

    name: str
    unit: Unit
    low: float
    high: float
    decimals: int
    told: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """Names that a measure can be broken down by. Of ordered ones neighbours are taken, in their order."""

    name: str
    members: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Templates are filled by `str.format`; `surveys` are shares of a whole: title and answers."""

    language: str
    measures: tuple[Measure, ...]
    surveys: tuple[tuple[str, tuple[str, ...]], ...]
    dimensions: tuple[Dimension, ...]
    series: tuple[Dimension, ...]
    places: tuple[str, ...]
    titles: tuple[str, ...]
    time_titles: tuple[str, ...]
    long_titles: tuple[str, ...]
    subtitles: tuple[str, ...]
    notes: tuple[str, ...]
    months: tuple[str, ...]
    year_label: str
    quarter_label: str
    axis_titles: Mapping[str, str]
