"""A claim that repeats a sentence of the evidence, but with its numbers in each other's places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from .arrangement import is_amount, same_number
from .association import key_of
from .quantity import agree, comparable
from .words import Word

_REPEATED = 0.75
"""Share of a claim's other words that must stand in the sentence, in the same order."""
_LEAST = 3
_LONGEST = 120
"""Words of a sentence that is compared word by word."""


def out_of_place(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, the one that the sentence has in its place), where the sentence has both."""
    own, there = _Words(claim), _Words(passage)
    if len(own.amounts) < 1 or len(there.amounts) < 2 or max(len(own.keys), len(there.keys)) > _LONGEST:
        return
    blocks = SequenceMatcher(None, own.keys, there.keys, autojunk=False).get_matching_blocks()
    pairs = [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]
    if len(pairs) < max(_LEAST, _REPEATED * len(own.keys)):
        return
    claimed = own.slots([a for a, _ in pairs])
    printed = there.slots([b for _, b in pairs])
    for slot, numbers in claimed.items():
        others = printed.get(slot, [])
        if len(others) != len(numbers):
            continue
        for number, other in zip(numbers, others, strict=True):
            if _rival(number, other) and any(same_number(number, word) for word in there.amounts):
                yield number, other


class _Words:
    """The words of a sentence other than its numbers, and between which of them each number stands."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.keys: list[str] = []
        self.amounts: list[Word] = []
        self._before: list[int] = []
        for word in words:
            if word.quantity is not None and is_amount(word.quantity):
                self.amounts.append(word)
                self._before.append(len(self.keys))
            elif word.is_content:
                self.keys.append(key_of(word))

    def slots(self, anchors: Sequence[int]) -> dict[int, list[Word]]:
        """The numbers between each two anchors, by the number of anchors before them."""
        found: dict[int, list[Word]] = defaultdict(list)
        for word, before in zip(self.amounts, self._before, strict=True):
            found[sum(anchor < before for anchor in anchors)].append(word)
        return found


def _rival(claimed: Word, printed: Word) -> bool:
    """Whether the other number could stand in the place of the claimed one, and is another."""
    own, other = claimed.quantity, printed.quantity
    return own is not None and other is not None and comparable(own, other) and not agree(own, other)
