"""From where to where: a claim whose words are the evidence's, but with "from" and "to" exchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...indexing.chinese_kinds import kind_of
from .arrangement import is_amount
from .association import key_of
from .quantity import comparable
from .stems import stem
from .words import Word

_SOURCES = frozenset({"from", "从", "由", "自"})
_GOALS = frozenset({"to", "into", "toward", "towards", "until", "till", "到", "至", "往", "向"})
_BEFORE_NO_GOAL = """
due owing owed thanks compared relative according prior subject next close similar equal identical equivalent attributed
attributable linked related tied contrast comparison addition regard respect
"""
_NO_GOAL_BEHIND = frozenset(map(stem, _BEFORE_NO_GOAL.split()))
"""With "to" behind them they tell a cause, a likeness or a base: "compared to 2019" is "from 2019"."""
_GOAL_ENDINGS = ("至", "往", "到", "为")
"""Of Chinese verbs such as 升至 and 迁往."""
_ONTO = 3
"""Content words behind a preposition that it may hold for."""


def exchanged_ends(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """(word of the claim, the same of the evidence): where one says "from" and the other "to"."""
    there: dict[str, list[tuple[int, Word]]] = {}
    for word, end in _ends(passage):
        there.setdefault(key_of(word), []).append((end, word))
    if not there:
        return
    for word, end in _ends(claim):
        same = there.get(key_of(word), [])
        if same and all(other == -end for other, _ in same):
            yield word, same[0][1]


def told_ends(words: Sequence[Word]) -> int:
    """Whether a sentence goes from a number up to a higher (1) or down to a lower one (-1); 0 where it tells no two."""
    ends = [(end, word.quantity) for word, end in _ends(words) if word.quantity is not None]
    amounts = [(end, quantity) for end, quantity in ends if is_amount(quantity)]
    if len(amounts) != 2 or amounts[0][0] == amounts[1][0] or not comparable(amounts[0][1], amounts[1][1]):
        return 0
    (_, low), (_, high) = sorted(amounts, key=lambda one: one[0])
    return (high.value > low.value) - (high.value < low.value)


def _ends(words: Sequence[Word]) -> Iterator[tuple[Word, int]]:
    """Words that something goes from (-1) or to (1)."""
    end = left = 0
    clause = -1
    for before, word in zip(("", *(word.stem for word in words)), words, strict=False):
        if word.clause != clause:
            end, clause = 0, word.clause
        if not word.is_content:
            marked = -1 if word.stem in _SOURCES else 1 if word.stem in _GOALS else 0
            if marked and not (word.stem == "to" and before in _NO_GOAL_BEHIND):
                end, left = marked, _ONTO
            elif word.stem not in _TRANSPARENT or (word.stem in _ABOUT and left < _ONTO):
                end = 0
            continue
        if not word.stem.isascii() and kind_of(word.stem) == "verb":
            end = 0  # what 由 and 向 go with ends at the verb
        if end and left:
            yield word, end
            left -= 1
        if not word.stem.isascii() and len(word.stem) > 1 and word.stem.endswith(_GOAL_ENDINGS):
            end, left = 1, _ONTO


_ABOUT = frozenset({"about", "约"})
"""Only before a number; "a complaint from customers about the bank" does not come from the bank."""
_TRANSPARENT = _ABOUT | frozenset({"the", "a", "an", "its", "their", "his", "her", "our", "的"})
"""May stand between a preposition and its word."""
