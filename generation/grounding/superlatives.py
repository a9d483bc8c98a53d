"""Which value of a chart or table is the highest or lowest, for claims that say so: "Services is the largest segment".

A value has a name in each dimension: a bar its category and series, a cell its row and column. What a claim calls the
highest is so among the values that differ from it in one of them: among the years where it says "highest in 2022" or
"its highest", among the things where it says "the highest". Where it does not say, all must tell the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .association import Context, key_of, matter_of
from .derived import Value, spoken_of
from .facts import Fact
from .groups import Pieces
from .matching import Said
from .passages import Passage
from .quantity import TIME, Quantity, agree
from .stems import stem
from .words import Word

_SUPERLATIVE = re.compile(r"\w{2,}est|peak(?:ed|s)?|最.+", re.IGNORECASE)
_COUNTED = re.compile(r"the\s(?:most|fewest|least)", re.IGNORECASE)
_OF_FEW = re.compile(
    r"(?:\b(?:second|third|fourth|fifth|\d(?:nd|rd|th)|two|three|four|five|one\sof(?:\sthe)?|among(?:\sthe)?|next|not|n't)\b"
    r"|第[二三四五]|之一|不是|并非)[\s-]*(?:the\s)?$",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|their|his|her|our)\s$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s$", re.IGNORECASE)
_AMONG = re.compile(r"(?:\s(?:level|point))?\s(?:in|during|for|of|at|among|with)\s(?:the\s)?$", re.IGNORECASE)
"""Between a superlative and the one that has it: "highest in 2022", "lowest among women"; "the highest turnout" has
none."""
_TOTALS = frozenset(map(stem, ("total", "overall", "all", "sum", "net", "average"))) | {"合计", "总计", "总数", "平均"}
_BEFORE = 16
"""Characters before a superlative that tell how it is meant."""


class Extreme(NamedTuple):
    """Whether a claim's value is the highest (or lowest) `among` so many, and the holder of that."""

    is_so: bool
    value: Value
    holder: Passage
    among: int


def extreme(said: Said, word: Word, context: Context, passages: Sequence[Passage], pieces: Pieces) -> Extreme | None:
    """What values tell about a superlative of the claim; None where it is none, or they do not tell.

    It is said of a value among `passages`, which are near it; the others may be any of the `pieces`.
    """
    if word.pole is None or not _is_superlative(said, word):
        return None
    near = [passage for passage in passages if passage.fact is not None]
    facts = [passage for passage in pieces.passages if passage.fact is not None]
    values = spoken_of(matter_of(context), near)
    fullest = max((_named(value, said) for value in values), default=None)
    best = [value for value in values if _named(value, said) == fullest]
    found = [one for value in best for one in _extremes(said, word, value, facts, word.pole.side)]
    return found[0] if found and len({one.is_so for one in found}) == 1 else None


def _named(value: Value, said: Said) -> tuple[int, float, int]:
    """How fully a claim names a value: in how many dimensions, by which share of its names, and by how many words."""
    names = _names(value.passage.fact)
    held = [len(keys & said.keys) for keys in names]
    return sum(map(bool, held)), sum(held) / max(1, sum(map(len, names))), sum(held)


def _is_superlative(said: Said, word: Word) -> bool:
    before = said.text[max(0, word.start - _BEFORE) : word.start]
    if _OF_FEW.search(before) or "之一" in said.text[word.end :]:
        return False
    phrase = said.text[max(0, word.start - len("the ")) : word.end]
    return bool(_SUPERLATIVE.fullmatch(said.printed(word)) or _COUNTED.fullmatch(phrase))


def _extremes(said: Said, word: Word, value: Value, facts: Sequence[Passage], side: int) -> Iterator[Extreme]:
    fact = value.passage.fact
    names = _names(fact)
    for dimension in _meant(said, word, names):
        if not names[dimension] & said.keys or names[dimension] & _TOTALS:
            continue
        rivals = [
            (other, quantity)
            for other in facts
            if other.number == value.passage.number and fact and other.fact and _differ_in(fact, other.fact, dimension)
            for quantity in _quantity(other.fact)
            if quantity.unit == value.quantity.unit
        ]
        if not rivals:
            continue
        most = max(rivals, key=lambda rival: side * rival[1].value)
        alike = agree(value.quantity, most[1]) or agree(most[1], value.quantity)
        is_so = alike or side * value.quantity.value > side * most[1].value
        yield Extreme(is_so, value, value.passage if is_so else most[0], len(rivals) + 1)


def _meant(said: Said, word: Word, names: Sequence[frozenset[str]]) -> list[int]:
    """The dimensions among which the claim may mean the highest."""
    times = {key_of(w) for w in said.words if w.quantity is not None and w.quantity.unit in TIME}
    timely = [index for index, keys in enumerate(names) if keys & times]
    before = said.text[max(0, word.start - _BEFORE) : word.start]
    if _ITS.search(before):
        return timely
    behind = next((w for w in said.words if w.start >= word.end and w.is_content), None)
    told = [index for index, keys in enumerate(names) if behind is not None and key_of(behind) in keys]
    if told and behind is not None and _AMONG.match(said.text, word.end, behind.start):
        return told
    left = [index for index in range(len(names)) if index not in told]
    things = [index for index in left if index not in timely]
    return things if things and _THE.search(before) else left


def _names(fact: Fact | None) -> list[frozenset[str]]:
    """The keys of a value's name in each dimension."""
    labels = fact.labels[:-1] if fact is not None else ()
    return [frozenset(key_of(word) for word in words if word.is_content) for _, words in labels]


def _differ_in(fact: Fact, other: Fact, dimension: int) -> bool:
    """Whether two values have the same names but in one dimension, the other one's being no total there."""
    labels, others = fact.labels[:-1], other.labels[:-1]
    differing = [
        index for index, (mine, theirs) in enumerate(zip(labels, others, strict=False)) if mine[0] != theirs[0]
    ]
    return len(labels) == len(others) and differing == [dimension] and not _names(other)[dimension] & _TOTALS


def _quantity(fact: Fact) -> Iterator[Quantity]:
    _, words = fact.labels[-1]
    yield from (word.quantity for word in words if word.quantity is not None)
