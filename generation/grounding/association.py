"""What a word of a claim is said of, and whether a place in the evidence says it of the same.

A number, a name or a comparison is right only in its place: "57 % of Black and 46 % of Hispanic adults" with the two
changed over holds no wrong number. So each of these is compared by the words around it, the nearer ones more, with
more credit for those on the same side of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

from .quantity import TIME
from .words import Word

REACH = 8
"""Content words on either side that tell what a word is said of."""
FADING = 0.85
"""Weight of a word as against the one that is a step nearer."""
ACROSS = 0.6
"""The same for each comma or the like between them."""
OTHER_SIDE = 0.5
"""Credit for a word that stands on the other side of it."""


class Context(dict[str, tuple[float, int]]):
    """What stands around a word: its key -> (weight, side: -1 before, 1 behind). Nobody changes it once it is made."""

    @cached_property
    def total(self) -> float:
        """The sum of the weights, to the last bit: those of some of the keys, summed in any order, are never more."""
        return math.fsum(weight for weight, _ in self.values())


def matter_of(context: Context) -> Context:
    """The context without the sides of comparisons, which tell nothing of what a word is said of."""
    return Context({key: value for key, value in context.items() if not key.startswith("pole ")})


def context_of(words: Sequence[Word], index: int, beside: Iterable[str] = ()) -> Context:
    """The context of `words[index]`. `beside` are keys that hold for all words alike, such as those of a heading."""
    here = words[index].position
    found = Context()
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(words):
            word = words[at]
            distance = abs(word.position - here)
            if distance > REACH + 1:
                break
            if word.is_content:
                weight = FADING ** max(0, distance - 1) * ACROSS ** abs(word.clause - words[index].clause)
                if weight > found.get(key_of(word), (0.0, 0))[0]:
                    found[key_of(word)] = weight, step
            at += step
    for key in beside:
        found.setdefault(key, (1.0, 0))
    return found


def key_of(word: Word) -> str:
    """What a word is compared by: a quantity with its value, and where it says when, its unit; a side of a comparison
    as such.
    """
    if word.quantity is not None:
        return f"{word.quantity.value:g}{word.quantity.unit if word.quantity.unit in TIME else ''}"
    return f"pole {word.pole.axis} {word.pole.side}" if word.pole is not None else word.stem


def association(claimed: Context, printed: Context) -> float:
    """How much of the context in the claim the place in the evidence has, in [0, 1]; 1 for an empty context."""
    if not claimed.total:
        return 1.0
    shared = math.fsum(
        weight * (1.0 if side == (other := printed[key][1]) or 0 in (side, other) else OTHER_SIDE)
        for key, (weight, side) in claimed.items()
        if key in printed
    )
    return shared / claimed.total
