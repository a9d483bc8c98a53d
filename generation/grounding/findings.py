"""Single checks of a claim's numbers, names, comparisons and negations against passages."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...indexing.search_form import search_form
from .arrangement import is_amount, other_sides, reversed_poles
from .association import Context, context_of, key_of
from .derived import Derived, derive, direction, higher, spoken_of
from .groups import Pieces
from .passages import Passage
from .polarity import pole_of
from .quantity import TIME, Quantity, agree, comparable
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
"""Score of an ordinal, or of a word that may be a name, which the evidence does not have."""


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


@dataclass(frozen=True, slots=True)
class _Best:
    score: float = 0.0
    word: Word | None = None
    passage: Passage | None = None

    @property
    def margin(self) -> float:
        return FACT_MARGIN if self.passage is not None and self.passage.fact is not None else MARGIN

    @property
    def text(self) -> str:
        if self.word is None or self.passage is None:
            return ""
        return search_form(self.passage.text)[self.word.start : self.word.end]


def findings(text: str, words: Sequence[Word], pieces: Pieces) -> Iterator[Finding]:
    """Check each number, name, comparison and negation of a claim; `pieces` are those that it may rest on."""
    falling = _is_falling(words)
    for index, word in enumerate(words):
        if word.quantity is None and word.kind not in {"negation", "name"} and word.pole is None and not word.initial:
            continue
        context = context_of(words, index)
        printed = text[word.start : word.end]
        passages = pieces.with_any(context)
        if word.quantity is not None:
            yield _number(printed, word, context, passages, text, falling=falling)
        elif word.kind == "negation":
            yield _negation(printed, context, passages)
        elif word.pole is not None:
            yield _comparison(printed, word, context, passages, words, text)
        elif word.kind == "name":
            yield _name(printed, word, context, passages)
        else:
            yield from _maybe_name(printed, word, context, passages)
    yield from _lost_negations(words, pieces.passages)


def _is_falling(words: Sequence[Word]) -> bool | None:
    """Whether the claim speaks of a fall or a loss (True), of a rise (False), or of neither or both."""
    sides = {word.pole.side for word in words if word.pole is not None and word.pole.axis in _trends()}
    return next(iter(sides)) < 0 if len(sides) == 1 else None


@functools.lru_cache(maxsize=1)
def _trends() -> frozenset[int]:
    """The comparisons of which numbers tell which side is right."""
    poles = (
        pole_of(word)
        for word in ("increase", "more", "high", "above", "large", "profit", *"增加 多 高 大 高于".split())
    )
    return frozenset(pole.axis for pole in poles if pole is not None)


def _number(
    printed: str, word: Word, context: Context, passages: Sequence[Passage], text: str, *, falling: bool | None
) -> Finding:
    claimed = word.quantity
    assert claimed is not None  # noqa: S101 - the caller has looked
    kind = "year" if claimed.unit in TIME else "number"
    # A loss of 410 is printed as (410).
    lost = replace(claimed, value=-claimed.value) if falling and claimed.value > 0 else None
    same, other = _Best(), _Best()
    for passage in passages:
        for index, quantity in passage.quantities if not passage.row else ():
            right = agree(claimed, quantity) or (lost is not None and agree(lost, quantity))
            if right:
                same = _better(same, passage, index, context)
            elif _rival(claimed, quantity):
                other = _better(other, passage, index, context)
    if claimed.unit == "ordinal" and same.word is None and other.score < HERE:
        return Finding(printed, kind, UNTOLD)
    found = _judged(printed, kind, same, other)
    if found.score < HERE and is_amount(claimed):
        follows = derive(claimed, text, falling, spoken_of(context, passages))
        if follows is not None:
            return _following(printed, kind, follows)
    return found


def _following(printed: str, kind: str, follows: Derived, key: str = "") -> Finding:
    return Finding(printed, kind, FOLLOWS, passage=follows.values[0].passage, note=follows.reason, key=key)


def _rival(claimed: Quantity, printed: Quantity) -> bool:
    """Whether the other number could stand in the place of the claimed one: both say when, or both how much."""
    if not (is_amount(claimed) and is_amount(printed)):
        return claimed.unit == printed.unit or comparable(claimed, printed)
    return True


def _name(printed: str, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    same = _best(context, passages, lambda other: other.stem == word.stem)
    if same.word is None:
        same = _titled(word, passages)
    other = _best(context, passages, lambda other: other.kind == "name" and other.stem != word.stem)
    return _judged(printed, "name", same, other)


def _maybe_name(printed: str, word: Word, context: Context, passages: Sequence[Passage]) -> Iterator[Finding]:
    """The first word of a claim, which may be a name: where all else is said of another one, it is no other word."""
    if any(word.stem in passage.keys or word.stem in passage.beside for passage in passages):
        return
    other = _best(context, passages, lambda other: other.initial or other.kind == "name")
    if other.score >= HERE + MARGIN:
        yield Finding(printed, "name", DOUBT, other.text, other.passage)


def _comparison(
    printed: str, word: Word, context: Context, passages: Sequence[Passage], words: Sequence[Word], text: str
) -> Finding:
    pole = word.pole
    assert pole is not None  # noqa: S101 - the caller has looked
    same = _best(context, passages, lambda other: other.pole == pole)
    other = _best(
        context,
        passages,
        lambda other: other.pole is not None and other.pole.axis == pole.axis and other.pole.side != pole.side,
    )
    if other.passage is not None and reversed_poles(words, text, other.passage.words, search_form(other.passage.text)):
        return Finding(printed, "comparison", FOLLOWS, passage=other.passage, key=key_of(word))
    if pole.axis in _trends() and (same.word is None or same.score < HERE):
        told = _told_by_values(words, text, context, passages)
        if told is not None:
            side, follows = told
            if side == pole.side:
                return _following(printed, "comparison", follows, key_of(word))
            return Finding(printed, "comparison", ELSEWHERE, follows.reason, follows.values[0].passage)
    if same.word is None and other.score < HERE:
        if _bounds(word, words):  # "over 50 %": judged with the number
            return Finding(printed, "comparison", 1.0, key=key_of(word))
        return Finding(printed, "comparison", OPEN)  # another word for it, perhaps
    return _judged(printed, "comparison", same, other)


def _bounds(word: Word, words: Sequence[Word]) -> bool:
    """Whether the word makes a bound of the number behind it."""
    return any(
        w.quantity is not None and not w.quantity.exact and 0 < w.position - word.position <= 1 for w in words
    )


def _told_by_values(
    words: Sequence[Word], text: str, context: Context, passages: Sequence[Passage]
) -> tuple[int, Derived] | None:
    """Which side of a comparison values of charts, tables and sentences tell, and by which."""
    sides = other_sides(words, text)
    if sides is not None:
        return higher(*sides, context, passages)
    return direction(words, context, passages)


def _negation(printed: str, context: Context, passages: Sequence[Passage]) -> Finding:
    same = _best(context, passages, lambda other: other.kind == "negation")
    plain = _best(context, passages, lambda other: other.is_content)
    if same.score >= plain.score - MARGIN or plain.score < HERE:
        return Finding(printed, "negation", max(same.score, 0.6), passage=same.passage)
    return Finding(printed, "negation", ELSEWHERE, instead="the same without it", passage=plain.passage)


def _lost_negations(words: Sequence[Word], passages: Sequence[Passage]) -> Iterator[Finding]:
    """Negations of the evidence that a claim has not, although it says the like."""
    negated = [word.position for word in words if word.kind == "negation"]
    contexts = [(word, context_of(words, index)) for index, word in enumerate(words) if word.is_content]
    for passage in passages:
        for index, word in enumerate(passage.words):
            scope = _behind(passage.words, index) if word.kind == "negation" else None
            if scope is None:
                continue
            said = [context for w, context in contexts if w.stem == passage.words[scope].stem and _is_plain(w, negated)]
            alike = max((passage.associated(context, scope) for context in said), default=0.0)
            # "did not reduce mortality but reduced pain": the claim may mean the other.
            plain = max((_elsewhere(context, passage, scope) for context in said), default=0.0)
            if alike >= HERE + MARGIN and alike > plain:
                negation = search_form(passage.text)[word.start : word.end]
                yield Finding("", "negation", ELSEWHERE, instead=negation, passage=passage)


def _is_plain(word: Word, negated: Sequence[int]) -> bool:
    return all(abs(word.position - position) > 2 for position in negated)


def _elsewhere(context: Context, passage: Passage, scope: int) -> float:
    """The best association with another place of the word at `scope`."""
    stem = passage.words[scope].stem
    places = (at for at, word in enumerate(passage.words) if at != scope and word.stem == stem)
    return max((passage.associated(context, at) for at in places), default=0.0)


def _behind(words: Sequence[Word], index: int) -> int | None:
    return next((at for at in range(index + 1, len(words)) if words[at].is_content), None)


def _judged(printed: str, kind: str, same: _Best, other: _Best) -> Finding:
    if same.word is None:
        if other.score >= HERE:
            return Finding(printed, kind, ABSENT * (1 - other.score), other.text, other.passage)
        return Finding(printed, kind, ABSENT)
    margin = max(same.margin, other.margin) if other.score else MARGIN
    if other.score > same.score + margin and other.score >= HERE:
        return Finding(printed, kind, DOUBT * (same.score / other.score) ** 2, other.text, other.passage)
    return Finding(printed, kind, 0.5 + 0.5 * same.score, passage=same.passage)


def _titled(word: Word, passages: Sequence[Passage]) -> _Best:
    """A name that stands over the passage, in its headings."""
    held = [passage for passage in passages if word.stem in passage.beside]
    return _Best(0.5, word, held[0]) if held else _Best()


def _best(context: Context, passages: Sequence[Passage], admit: Callable[[Word], bool]) -> _Best:
    best = _Best()
    for passage in passages:
        for index, word in enumerate(passage.words):
            if admit(word) and not (passage.row and word.quantity is not None):
                best = _better(best, passage, index, context)
    return best


def _better(best: _Best, passage: Passage, index: int, context: Context) -> _Best:
    word = passage.words[index]
    score = passage.associated(context, index)
    if passage.fact is not None and score > best.score:
        score *= 0.5 + 0.5 * _named(passage, word, context)
    return _Best(score, word, passage) if best.word is None or score > best.score else best


def _named(passage: Passage, word: Word, context: Context) -> float:
    """The share of a fact's other names and values that the claim has."""
    own = key_of(word)
    others = len(passage.keys) - (own in passage.keys)
    return sum(key in context for key in passage.keys if key != own) / others if others else 1.0
