"""Which number or time is said of which part of a sentence: "began in March 2020 and ended in June 2022".

In each part of an enumeration the word next to the number is what it is said of. A claim that puts a number of one part
next to such a word of another, and has no such word of its own, has mixed them up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .arrangement import is_amount, same_number
from .association import key_of
from .quantity import TIME, comparable
from .words import Word

_AND = frozenset({"and", "but", "while", "whereas", "whilst", "or", "和", "与", "而", "但", "并", "且", "及", "以及"})
_MOST_APART = 3
"""Positions from a number to the word that it is said of."""


def of_another_part(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, the one that the evidence has with the claim's word)."""
    told = [(at, number, own) for at, part in enumerate(_parts(passage)) for number, own in _labelled(part)]
    if len({own for _, _, own in told}) < 2:
        return
    said = {key_of(word) for word in claim}
    counts = Counter(key_of(word) for word in passage)
    for part in _parts(claim):
        for word, label in _labelled(part):
            if counts[label] != 1:
                continue
            having = {own: at for at, number, own in told if same_number(word, number)}
            # "Staff grew from 5 to 6" is one part, which tells both of the same.
            rivals = [n for at, n, own in told if own == label and _alike(word, n) and at not in having.values()]
            if (
                having
                and rivals
                and said.isdisjoint(having)
                and not any(same_number(word, number) for number in rivals)
            ):
                yield word, rivals[0]


def _parts(words: Sequence[Word]) -> Iterator[list[Word]]:
    part: list[Word] = []
    clause = -1
    for word in words:
        if part and (word.clause != clause or word.stem in _AND):
            yield part
            part = []
        clause = word.clause
        if word.is_content:
            part.append(word)
    if part:
        yield part


def _labelled(part: Sequence[Word]) -> Iterator[tuple[Word, str]]:
    """Each number or time of a part with the key of the word before it, or else of the first behind it.

    Chinese puts a time before what happens then.
    """
    for index, word in enumerate(part):
        if word.quantity is None:
            continue
        before = [w for w in part[:index] if _may_be_label(w)][-1:]
        behind = [w for w in part[index + 1 :] if _may_be_label(w)][:1]
        first = behind or before if behind and _is_chinese_time(word, behind[0]) else before or behind
        for other in first:
            if abs(other.position - word.position) <= _MOST_APART:
                yield word, key_of(other)


def _may_be_label(word: Word) -> bool:
    """Whether something can be said of it; "sales were 5 and rose to 6" says both of the sales."""
    return word.quantity is None and word.pole is None


def _is_chinese_time(word: Word, other: Word) -> bool:
    return word.quantity is not None and word.quantity.unit in TIME and not other.stem.isascii()


def _alike(claimed: Word, printed: Word) -> bool:
    """Whether the other number could stand in the place of the claimed one."""
    own, other = claimed.quantity, printed.quantity
    if own is None or other is None:
        return False
    if own.unit in TIME or other.unit in TIME:
        return own.unit == other.unit
    return is_amount(own) and is_amount(other) and comparable(own, other)
