"""Single checks of a claim's numbers, names, comparisons and negations against passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...indexing.search_form import search_form
from .association import Context, association, context_of, key_of
from .passages import Passage
from .quantities import YEAR, agree, comparable
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


@dataclass(frozen=True, slots=True)
class Finding:
    """How a word of the claim fares: `score` in [0, 1], and where it fails, what the evidence has instead."""

    word: str
    kind: str
    score: float
    instead: str = ""
    passage: Passage | None = None

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
        return FACT_MARGIN if self.passage is not None and self.passage.fact else MARGIN

    @property
    def text(self) -> str:
        if self.word is None or self.passage is None:
            return ""
        return search_form(self.passage.text)[self.word.start : self.word.end]


def findings(text: str, words: Sequence[Word], passages: Sequence[Passage]) -> Iterator[Finding]:
    """Check each number, name, comparison and negation of a claim; `passages` are those that it may rest on."""
    for index, word in enumerate(words):
        context = context_of(words, index)
        printed = text[word.start : word.end]
        if word.quantity is not None:
            yield _number(printed, word, context, passages)
        elif word.kind == "negation":
            yield _negation(printed, context, passages)
        elif word.pole is not None:
            yield _comparison(printed, word, context, passages)
        elif word.kind == "name":
            yield _name(printed, word, context, passages)
    yield from _lost_negations(words, passages)


def _number(printed: str, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    claimed = word.quantity
    assert claimed is not None  # noqa: S101 - the caller has looked
    kind = "year" if claimed.unit == YEAR else "number"
    same = _best(context, passages, lambda other: other.quantity is not None and agree(claimed, other.quantity))
    other = _best(
        context,
        passages,
        lambda other: (
            other.quantity is not None
            and (comparable(claimed, other.quantity) or claimed.unit != YEAR != other.quantity.unit)
            and not agree(claimed, other.quantity)
        ),
    )
    return _judged(printed, kind, same, other)


def _name(printed: str, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    same = _best(context, passages, lambda other: other.stem == word.stem)
    if same.word is None:
        same = _titled(word, passages)
    other = _best(context, passages, lambda other: other.kind == "name" and other.stem != word.stem)
    return _judged(printed, "name", same, other)


def _comparison(printed: str, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    pole = word.pole
    assert pole is not None  # noqa: S101 - the caller has looked
    same = _best(context, passages, lambda other: other.pole == pole)
    other = _best(
        context,
        passages,
        lambda other: other.pole is not None and other.pole.axis == pole.axis and other.pole.side != pole.side,
    )
    if same.word is None and other.score < HERE:
        return Finding(printed, "comparison", OPEN)  # another word for it, perhaps
    return _judged(printed, "comparison", same, other)


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
            alike = max((association(context, passage.places[scope][1]) for context in said), default=0.0)
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
    places = enumerate(passage.places)
    return max((association(context, c) for at, (w, c) in places if at != scope and w.stem == stem), default=0.0)


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
        for word, place in passage.places:
            if admit(word) and not (passage.row and word.quantity is not None):
                score = association(context, place)
                if passage.fact:
                    score *= 0.5 + 0.5 * _named(passage, word, context)
                if best.word is None or score > best.score:
                    best = _Best(score, word, passage)
    return best


def _named(passage: Passage, word: Word, context: Context) -> float:
    """The share of a fact's other names and values that the claim has."""
    own = [key for key in passage.keys if key != key_of(word)]
    return sum(key in context for key in own) / len(own) if own else 1.0
