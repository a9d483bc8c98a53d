"""Whether the evidence has the side of a comparison that a claim names, in words or by its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...indexing.search_form import search_form
from .arrangement import other_sides, reversed_poles
from .association import Context, key_of
from .derived import Derived, direction, higher
from .groups import Pieces
from .matching import ELSEWHERE, FOLLOWS, HERE, OPEN, Best, Finding, Said, best_of, judged, trends
from .number_check import following
from .passages import Passage
from .polarity import pole_of
from .prepositions import told_ends
from .quantity import TIME, agree
from .stems import stem
from .superlatives import extreme
from .words import Word

_PREFIX = ("un", "in", "im", "il", "ir", "dis", "non")
_SHORTEST = 4
_IN_WORDS = 0.8
"""Association from which the evidence says the contrary itself: values told elsewhere are of something else."""


def check_comparison(said: Said, word: Word, context: Context, passages: Sequence[Passage], pieces: Pieces) -> Finding:
    """Compare the side that `word` names with the words and values of the passages, which are those near it."""
    pole = word.pole
    assert pole is not None  # noqa: S101 - the caller has looked
    printed = said.printed(word)
    same = best_of(context, passages, lambda other: other.pole == pole)
    other = best_of(
        context,
        passages,
        lambda other: other.pole is not None and other.pole.axis == pole.axis and other.pole.side != pole.side,
    )
    if other.passage is not None:
        there = other.passage
        if reversed_poles(said.words, said.text, there.words, search_form(there.text)):
            return Finding(printed, "comparison", FOLLOWS, passage=there, key=key_of(word))
    unsaid = same.word is None or same.score < HERE
    told = _told_by_extreme(said, word, context, passages, pieces) if unsaid else None
    if told is None and unsaid and pole.axis in trends() and other.score < _IN_WORDS:
        told = _told_by_values(said, word, context, passages)
    if told is not None:
        return told
    if same.word is None and other.score < HERE:
        if _bounds(word, said.words) or _is_sequence(word, passages):
            return Finding(printed, "comparison", 1.0, key=key_of(word))
        return Finding(printed, "comparison", OPEN)  # another word for it, perhaps
    return _compared(said, word, same, other)


def _told_by_extreme(
    said: Said, word: Word, context: Context, passages: Sequence[Passage], pieces: Pieces
) -> Finding | None:
    printed = said.printed(word)
    most = extreme(said, word, context, passages, pieces)
    if most is None:
        return None
    if not most.is_so:
        return Finding(printed, "comparison", ELSEWHERE, most.holder.text, most.holder, key=key_of(word))
    note = f"{most.value.quantity.value:,.10g} is the {printed} of {most.among}"
    return Finding(printed, "comparison", FOLLOWS, passage=most.holder, note=note, key=key_of(word))


def _compared(said: Said, word: Word, same: Best, other: Best) -> Finding:
    pole, printed = word.pole, said.printed(word)
    found = judged(printed, "comparison", same, other)
    if found.conflicts and pole is not None and pole.axis in trends() and told_ends(said.words) == pole.side:
        return Finding(printed, "comparison", 1.0, key=key_of(word))  # its own numbers, which are judged by themselves
    # The evidence speaks of it, if otherwise.
    return replace(found, key=key_of(word)) if found.conflicts else found


def check_prefix(said: Said, word: Word, context: Context, passages: Sequence[Passage]) -> Iterator[Finding]:
    """Finds "unpopular" where the evidence has "popular", or the other way round, and neither is denied."""
    printed = said.printed(word).lower()
    others = {stem(prefix + printed): prefix + printed for prefix in _PREFIX} | {
        stem(printed[len(prefix) :]): printed[len(prefix) :]
        for prefix in _PREFIX
        if printed.startswith(prefix) and len(printed) - len(prefix) >= _SHORTEST
    }
    if not printed.isascii() or any(word.stem in passage.keys for passage in passages):
        return
    for passage in passages:
        found = others.keys() & passage.keys
        denied = any(w.kind == "negation" for w in (*passage.words, *said.words))
        if found and not denied and len(context.keys() & passage.keys) >= len(context) / 2:
            yield Finding(said.printed(word), "comparison", ELSEWHERE, others[min(found)], passage)
            return


def _bounds(word: Word, words: Sequence[Word]) -> bool:
    """Whether the word makes a bound of the number behind it ("over 50 %"), with which it is judged."""
    return any(w.quantity is not None and not w.quantity.exact and 0 < w.position - word.position <= 1 for w in words)


def _is_sequence(word: Word, passages: Sequence[Passage]) -> bool:
    """Whether before and after only put values of a table one after the other: "410 in 2023 after 395 in 2022"."""
    before = pole_of("before")
    return (
        word.pole is not None
        and before is not None
        and word.pole.axis == before.axis
        and any(passage.fact is not None for passage in passages)
    )


def _told_by_values(said: Said, word: Word, context: Context, passages: Sequence[Passage]) -> Finding | None:
    """Which side of a comparison values of charts, tables and sentences tell."""
    # "By 6 points" is no name.
    matter = Context({key: value for key, value in context.items() if not key[0].isdigit()})
    told = _side(said, matter, passages)
    if told is None or word.pole is None:
        return None
    side, follows = told
    if side == word.pole.side:
        return following(said.printed(word), "comparison", follows, key_of(word))
    against = follows.values[0].passage
    return Finding(said.printed(word), "comparison", ELSEWHERE, follows.reason, against, key=key_of(word))


def _side(said: Said, context: Context, passages: Sequence[Passage]) -> tuple[int, Derived] | None:
    sides = other_sides(said.words, said.text)
    if sides is None:
        return direction(said.words, context, passages)
    twice = {key for key, count in Counter(map(key_of, said.words)).items() if count > 1}
    before, behind = ([word for word in side if key_of(word) not in twice] for side in sides)
    return higher(before, behind, context, [passage for passage in passages if _tells_of(passage, said)])


def _tells_of(passage: Passage, said: Said) -> bool:
    """Whether the numbers of a sentence may be of what the claim compares: at its time, and of those who favour it
    where the claim says that they favour it.
    """
    if passage.fact is not None:
        return True
    own = {word.pole for word in said.words}
    turned = any(word.pole not in own and word.pole.axis not in trends() for word in passage.words if word.pole)
    denied, denies = (any(word.kind == "negation" for word in words) for words in (passage.words, said.words))
    times = [word.quantity for word in said.words if word.quantity is not None and word.quantity.unit in TIME]
    then = not times or any(agree(time, other) for time in times for other in passage.times)
    return then and not turned and denied == denies
