"""Whether the evidence has a claim's names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .arrangement import bindings
from .association import Context
from .converses import are_converse
from .matching import DOUBT, HERE, MARGIN, Best, Finding, Said, best_of, judged
from .passages import Passage
from .quantity import agree
from .words import Word

_PARTS_OF_A_NAME = 2


def check_name(said: Said, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    """Compare a name with those of the passages and of the headings over them."""
    same = best_of(context, passages, lambda other: other.stem == word.stem)
    if same.word is None:
        same = _titled(word, passages)
    other = best_of(context, passages, lambda other: other.kind == "name" and other.stem != word.stem)
    together = other.word is not None and same.passage is other.passage
    if together and (
        _is_one_name(same.word, other.word)
        or _has_its_number(said, word, same.passage)
        or _tells_the_other_end(said, same.passage)
    ):
        other = Best()
    found = judged(said.printed(word), "name", same, other)
    own = {w.stem for w in said.words}
    if same.word is None and other.word is not None and other.word.stem in own:
        return replace(found, instead="", passage=None)  # the claim has that name as well, in its own place
    return found


def _has_its_number(said: Said, word: Word, passage: Passage | None) -> bool:
    """Whether the passage has the name with the number that the claim has, as in a list of several."""
    if passage is None:
        return False
    here, there = (
        [number.quantity for number, label in bindings(words, times=False) if label.stem == word.stem]
        if sum(w.stem == word.stem for w in words) == 1
        else []
        for words in (said.words, passage.words)
    )
    return any(own is not None and other is not None and agree(own, other) for own in here for other in there)


def _tells_the_other_end(said: Said, passage: Passage | None) -> bool:
    """Whether the two name a deal by its two ends, so that its names change sides: A bought from B, B sold to A."""
    there = passage.words if passage is not None else ()
    return any(are_converse(word.stem, other.stem) for word in said.words for other in there)


def _is_one_name(first: Word | None, second: Word | None) -> bool:
    """Whether two words stand so close that they may be parts of a name: "Iranian President Hassan Rouhani"."""
    return first is not None and second is not None and abs(first.position - second.position) <= _PARTS_OF_A_NAME


def check_initial(said: Said, word: Word, context: Context, passages: Sequence[Passage]) -> Iterator[Finding]:
    """The first word of a claim, which may be a name: where all else is said of another one, it is no other word."""
    if any(word.stem in passage.keys or word.stem in passage.beside for passage in passages):
        return
    other = best_of(context, passages, lambda other: other.position == 0 and (other.initial or other.kind == "name"))
    if other.score >= HERE + MARGIN:
        yield Finding(said.printed(word), "name", DOUBT, other.text, other.passage)


def _titled(word: Word, passages: Sequence[Passage]) -> Best:
    """A name that stands over the passage, in its headings."""
    held = [passage for passage in passages if word.stem in passage.beside]
    return Best(0.5, word, held[0]) if held else Best()
