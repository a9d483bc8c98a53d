"""Numbers told one by one of a list: "revenue and net income rose by 9 % and 5 %, respectively", 收入和净利润分别增长.

Nothing but their order says which is whose.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from .arrangement import is_amount, same_number
from .association import key_of
from .words import Word

RESPECTIVE = re.compile(r"\brespectively\b|分别", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:(?:[,，、;；]|\band\b|[和与及])\s*)+", re.IGNORECASE)
"""What stands between the things of a list; a comma inside a number is none."""

_Things = list[list[Word]]


def exchanged_in_lists(claim: Sequence[Word], passage: Sequence[Word], text: str) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, word of the thing whose number it is), where the claim says it of another of the list."""
    keys = {key_of(word) for word in claim}
    for numbers, things in _lists(passage, text):
        own = _telling(things)
        said_of = [at for at, mine in enumerate(own) if 2 * len(mine & keys) >= max(1, len(mine))]
        for word in claim:
            holding = [at for at, number in enumerate(numbers) if same_number(word, number)]
            if len(said_of) == 1 and len(holding) == 1 and holding != said_of and not own[holding[0]] & keys:
                yield word, things[holding[0]][0]


def _telling(things: _Things) -> list[set[str]]:
    """What tells each thing from the others; of the first its last word: what stands before may be said of all."""
    names = [{key_of(word) for word in thing} for thing in things]
    own = [mine - set().union(*(theirs for theirs in names if theirs is not mine)) for mine in names]
    return [set([key_of(w) for w in things[0] if key_of(w) in own[0]][-1:]), *own[1:]]


def _lists(words: Sequence[Word], text: str) -> Iterator[tuple[list[Word], _Things]]:
    """Each list of numbers with the list of as many things, told before or behind it, that it is of."""
    marks = list(RESPECTIVE.finditer(text))
    for numbers in _runs(words, text) if marks else ():
        first, last = numbers[0].start, numbers[-1].end
        before = [mark.start() for mark in marks if mark.end() <= first]
        behind = [mark.start() for mark in marks if mark.start() >= last]
        found = _things(words, text, last, behind[0], len(numbers)) if behind and not before else []
        found = found or _things(words, text, 0, before[-1] if before else first, len(numbers))
        if found:
            yield numbers, found


def _runs(words: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Numbers with nothing but commas and "and" between them."""
    run: list[Word] = []
    for word in [w for w in words if _is_amount(w)]:
        if run and not _BETWEEN.fullmatch(text[run[-1].end : word.start]):
            if len(run) > 1:
                yield run
            run = []
        run.append(word)
    if len(run) > 1:
        yield run


def _things(words: Sequence[Word], text: str, start: int, end: int, count: int) -> _Things:
    """The last `count` things of a list that stands between two places of the text, fewer where it has not so many."""
    places = [start, *(match.end() for match in _BETWEEN.finditer(text, start, end)), end]
    things = [
        [w for w in words if left <= w.start < right and w.is_content and w.pole is None and not _is_amount(w)]
        for left, right in itertools.pairwise(places)
    ]
    things = [thing for thing in things if thing]
    return things[-count:] if len(things) >= count else []


def _is_amount(word: Word) -> bool:
    return word.quantity is not None and is_amount(word.quantity)
