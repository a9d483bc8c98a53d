"""How many of how many: "1.5 million of the 3 million tickets", which no claim may turn round."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .arrangement import is_amount, same_number
from .association import key_of
from .words import Word

_OF = re.compile(r"\s*(?:\w+\s){0,2}(?:out\s)?of\s(?:the|all|its|their|our|some|these|those)?\s?", re.IGNORECASE)
_LEADING = re.compile(r"(?:^|[,.;]\s)(?:out\s)?of\s(?:the|all|its|their|these|those)?\s?$", re.IGNORECASE)
_AMONG_WHICH = re.compile(
    r",\s(?:of\swh(?:ich|om)|among\s(?:them|which))\b[^,.;]{0,20}$|其中[^，。；]{0,6}$", re.IGNORECASE
)
_HAN_AMONG = re.compile("[^，。；]{0,12}?(?:中|里|当中|之中)[，,]?[^，。；]{0,4}")


class PartOf(NamedTuple):
    """A number that is part of another one, with the keys of what is said of it alone."""

    part: Word
    whole: Word
    said: frozenset[str]


def exchanged_wholes(claim: Sequence[PartOf], passage: Sequence[PartOf]) -> Iterator[tuple[Word, Word]]:
    """(part of the claim, part of the evidence), where one's part is the other one's whole."""
    for part, whole, _ in claim:
        for own, total, _ in passage:
            if (same_number(part, total) or same_number(whole, own)) and not (
                same_number(part, own) and same_number(whole, total)
            ):
                yield part, own
                return


def said_of_wholes(
    words: Sequence[Word], claim: Sequence[PartOf], passage: Sequence[PartOf]
) -> Iterator[tuple[Word, Word]]:
    """(whole in the claim, part of the evidence), where the claim says of the whole what holds of the part."""
    if claim or not passage:
        return
    numbers = [w for w in words if w.quantity is not None and is_amount(w.quantity)]
    keys = {key_of(word) for word in words}
    for part, whole, said in passage:
        # Another number may be the part in other words: "half of the 40 schools".
        if numbers and keys & said and all(same_number(n, whole) and not same_number(n, part) for n in numbers):
            yield numbers[0], part


def parts_of(words: Sequence[Word], text: str) -> list[PartOf]:
    """The plain counts and amounts of a sentence that are parts of others; a share is a part by itself."""
    numbers = [w for w in words if w.quantity is not None and is_amount(w.quantity) and w.quantity.unit != "%"]
    found = []
    for first, second in itertools.pairwise(numbers):
        between = text[first.end : second.start]
        if _OF.fullmatch(between):
            found.append((first, second))
        elif _LEADING.search(text[: first.start]) or _HAN_AMONG.fullmatch(between) or _AMONG_WHICH.search(between):
            found.append((second, first))
    return [PartOf(part, whole, _said_of(part, whole, words)) for part, whole in found]


def _said_of(part: Word, whole: Word, words: Sequence[Word]) -> frozenset[str]:
    """What stands behind the part in its clause and nowhere else, without what is counted: "30 were refitted"."""
    counted = next((key_of(w) for w in words if w.start > whole.start and w.is_content), "")
    before = {key_of(w) for w in words if w.start < max(part.start, whole.start)}
    behind = {key_of(w) for w in words if w.start > max(part.start, whole.start) and w.clause == part.clause}
    content = {key_of(w) for w in words if w.is_content and w.quantity is None}
    return frozenset((behind & content) - before - {counted})
