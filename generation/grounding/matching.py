"""A word of a claim and the places of the evidence that say it, or something else in its place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...indexing.search_form import search_form
from .arrangement import bindings
from .association import Context, key_of
from .exceptions import Exceptions, excepted
from .passages import Passage
from .polarity import pole_of
from .quantity import agree
from .when import when_of
from .wholes import PartOf, parts_of
from .words import Word

HERE = 0.45
"""Association from which a place in the evidence speaks of the same."""
MARGIN = 0.12
"""By how much another word must be the likelier one in the claim's place to be preferred to its own."""
FACT_MARGIN = 0.02
"""The same between values with their names, where nothing is said by the way."""
ELSEWHERE = 0.25
"""Score of a word that stands in the evidence, but is said of something else there."""
OPEN = 0.8
"""Score of a comparison of which the evidence has neither side."""
DOUBT = 0.5
"""Score of a word that only just loses against another in its place."""
ABSENT = 0.15
FOLLOWS = 0.95
"""Score of a value or comparison that follows from values of the evidence."""
UNTOLD = 0.6
"""Score of an ordinal that the evidence does not have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How a word of the claim fares: `score` in [0, 1], and where it fails, what the evidence has instead.

    `note` says how a value follows that the evidence does not print, `key` which word of the claim that covers.
    """

    word: str
    kind: str
    score: float
    instead: str = ""
    passage: Passage | None = None
    note: str = ""
    key: str = ""

    @property
    def conflicts(self) -> bool:
        """Whether the evidence says another thing of the same."""
        return bool(self.instead)


@dataclass(frozen=True)
class Said:
    """A claim as it is checked: its text in search form and its words."""

    text: str
    words: Sequence[Word]

    def printed(self, word: Word) -> str:
        """The word as it stands in the text."""
        return self.text[word.start : word.end]

    @functools.cached_property
    def keys(self) -> frozenset[str]:
        """What its content words are compared by."""
        return frozenset(key_of(word) for word in self.words if word.is_content)

    @functools.cached_property
    def excepted(self) -> Exceptions:
        """What it leaves out itself."""
        return excepted(self.words, self.text)

    @functools.cached_property
    def falling(self) -> bool | None:
        """Whether the claim speaks of a fall or a loss (True), of a rise (False), or of neither or both."""
        sides = {word.pole.side for word in self.words if word.pole is not None and word.pole.axis in trends()}
        return next(iter(sides)) < 0 if len(sides) == 1 else None

    @functools.cached_property
    def times(self) -> dict[int, Word]:
        """The position of each number in the text -> the time that goes with it."""
        return {number.start: label for number, label in self._timed}

    @functools.cached_property
    def _timed(self) -> list[tuple[Word, Word]]:
        return bindings(self.words, times=True)

    def is_told_so(self, word: Word, passage: Passage) -> bool:
        """Whether a number, or a time, stands in the sentence with just the time, or number, of the claim.

        Another one there is of another time then: "sales were 5 in 2019 and hit 6 in 2020".
        """
        pairs = [(number.quantity, when_of(self.words, time)) for number, time in self._timed if word in (number, time)]
        return any(
            number is not None and own is not None and own.is_same(time) and agree(number, other)
            for number, time in pairs
            for _, other, own in passage.amounts
        )

    @functools.cached_property
    def parts(self) -> list[PartOf]:
        """Its numbers that are parts of others."""
        return parts_of(self.words, self.text)

    def is_part_so(self, word: Word, passage: Passage) -> bool:
        """Whether a number is the part of another one in the sentence, and the claim says of it what is said there.

        The whole, and what is told of it, is no other value for it then.
        """
        claimed = word.quantity
        return claimed is not None and any(
            one.part.quantity is not None and agree(claimed, one.part.quantity) and one.said & self.keys
            for one in passage.parts
        )


@functools.lru_cache(maxsize=1)
def trends() -> frozenset[int]:
    """The comparisons of which numbers tell which side is right."""
    words = ("increase", "more", "high", "above", "large", "profit", *["增加", "多", "高", "大", "高于", "超过"])
    return frozenset(pole.axis for pole in map(pole_of, words) if pole is not None)


@dataclass(frozen=True, slots=True)
class Best:
    """The place of the evidence that is said of the claim's own matter most, `word` None where there is none."""

    score: float = 0.0
    word: Word | None = None
    passage: Passage | None = None

    @property
    def margin(self) -> float:
        """By how much it must be the likelier one."""
        return FACT_MARGIN if self.passage is not None and self.passage.fact is not None else MARGIN

    @property
    def text(self) -> str:
        """The word as printed."""
        if self.word is None or self.passage is None:
            return ""
        return search_form(self.passage.text)[self.word.start : self.word.end]


def best_of(context: Context, passages: Sequence[Passage], admit: Callable[[Word], bool]) -> Best:
    """The admitted word of the passages that is said of the same as the context most."""
    best = Best()
    for passage in passages:
        for index, word in enumerate(passage.words):
            if admit(word) and not (passage.row and word.quantity is not None):
                best = better(best, passage, index, context)
    return best


def better(best: Best, passage: Passage, index: int, context: Context, factor: float = 1.0) -> Best:
    """`best`, or the word at `index` of the passage where that is said of the same as the context more."""
    word = passage.words[index]
    score = factor * passage.associated(context, index)
    if passage.fact is not None and score > best.score:
        score *= 0.5 + 0.5 * _named(passage, word, context)
    return Best(score, word, passage) if best.word is None or score > best.score else best


def _named(passage: Passage, word: Word, context: Context) -> float:
    """The share of a fact's other names and values that the claim has."""
    own = key_of(word)
    others = len(passage.keys) - (own in passage.keys)
    return sum(key in context for key in passage.keys if key != own) / others if others else 1.0


def judged(printed: str, kind: str, same: Best, other: Best) -> Finding:
    """How a word fares whose own best place in the evidence is `same`, and that of another one in its place `other`."""
    if same.word is None:
        if other.score >= HERE:
            return Finding(printed, kind, ABSENT * (1 - other.score), other.text, other.passage)
        return Finding(printed, kind, ABSENT)
    margin = max(same.margin, other.margin) if other.score else MARGIN
    if other.score > same.score + margin and other.score >= HERE:
        return Finding(printed, kind, DOUBT * (same.score / other.score) ** 2, other.text, other.passage)
    return Finding(printed, kind, 0.5 + 0.5 * same.score, passage=same.passage)
