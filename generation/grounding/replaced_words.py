"""Words of a claim that the evidence has not, and what it has for them: a synonym, a contrary, or another thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .association import key_of
from .contraries import Replaced
from .groups import Pieces
from .matching import Finding, Said, trends
from .passages import Passage
from .words import Word

_CHANGED = 0.8
"""Score of a word that stands where the evidence, otherwise the same, has another: a synonym, or another thing."""
_LEAST_SAME = 3
"""Words that a claim must repeat around a changed one."""
_MOST = 2
"""Words that may be changed; where more are, nothing tells which stands for which."""


def changed_words(said: Said, pieces: Pieces) -> Iterator[Finding]:
    """Words of a claim that repeats a sentence of the evidence word for word, but has others in their places."""
    for word, passage, other in _in_place(said, pieces):
        if word.pole is None and other.pole is None:
            yield Finding(said.printed(word), "word", _CHANGED, passage=passage)


def replaced_words(said: Said, pieces: Pieces, resting: Sequence[Passage]) -> list[Replaced]:
    """The words of a claim that the evidence has not, each with those of the sentences that it may stand for."""
    absent = _absent(said, pieces)
    sentences = [passage for passage in resting if passage.fact is None and not passage.row]
    if not sentences or not 0 < len(absent) <= _MOST:
        return []
    placed = {word: (passage, other) for word, passage, other in _in_place(said, pieces)}
    found = []
    for word in absent:
        printed = said.printed(word)
        if word in placed:
            passage, other = placed[word]
            found.append(Replaced(printed, (passage.printed(other),), in_place=True))
        elif word.pole is None or word.pole.axis not in trends():
            others = [p.printed(w) for p in sentences for w in p.words if _may_stand_for(w, said.keys)]
            found.append(Replaced(printed, tuple(dict.fromkeys(o for o in others if o.isascii() == printed.isascii()))))
    return found


def _absent(said: Said, pieces: Pieces) -> list[Word]:
    """Words that the evidence has not; where it has the other side of a comparison, that is judged as such."""
    return [w for w in said.words if w.kind == "word" and not w.initial and not _known(w, pieces)]


def _known(word: Word, pieces: Pieces) -> bool:
    if word.pole is not None and key_of(replace(word, pole=word.pole.other)) in pieces.keys:
        return True
    return key_of(word) in pieces.keys


def _in_place(said: Said, pieces: Pieces) -> Iterator[tuple[Word, Passage, Word]]:
    """(word of the claim, sentence, the one word that it has between the same two neighbours)."""
    absent = _absent(said, pieces)
    words = [w for w in said.words if w.is_content]
    if not 0 < len(absent) <= _MOST or len(words) - len(absent) < _LEAST_SAME:
        return
    keys = [key_of(w) for w in words]
    for word in absent:
        index = words.index(word)
        before = keys[index - 1] if index else None
        behind = keys[index + 1] if index + 1 < len(words) else None
        for passage in pieces.passages:
            there = [w for w in passage.words if w.is_content] if passage.fact is None else []
            other = _between(there, before, behind, said.keys)
            if other is not None:
                yield word, passage, other
                break


def _between(words: Sequence[Word], before: str | None, behind: str | None, keys: frozenset[str]) -> Word | None:
    """The word, which the claim has not, that stands alone between the two keys, None being an end."""
    if len(words) < _LEAST_SAME:
        return None
    for index, word in enumerate(words):
        left = key_of(words[index - 1]) if index else None
        right = key_of(words[index + 1]) if index + 1 < len(words) else None
        if (left, right) == (before, behind) and _may_stand_for(word, keys):
            return word
    return None


def _may_stand_for(word: Word, keys: frozenset[str]) -> bool:
    return word.kind == "word" and key_of(word) not in keys
