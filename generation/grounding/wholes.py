"""How many of how many: "1.5 million of the 3 million tickets", which no claim may turn round."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from .arrangement import is_amount
from .quantity import agree
from .words import Word

_OF = re.compile(r"\s*(?:\w+\s){0,2}(?:out\s)?of\s(?:the|all|its|their|our|some|these|those)?\s?", re.IGNORECASE)
_LEADING = re.compile(r"(?:^|[,.;]\s)(?:out\s)?of\s(?:the|all|its|their|these|those)?\s?$", re.IGNORECASE)
_HAN_AMONG = re.compile("[^，。；]{0,12}?(?:中|里|当中|之中)[，,]?[^，。；]{0,4}")


def exchanged_wholes(
    claim: Sequence[Word], claim_text: str, passage: Sequence[Word], passage_text: str
) -> Iterator[tuple[Word, Word]]:
    """(part of the claim, part of the evidence), where one's part is the other one's whole."""
    for part, whole in _wholes(claim, claim_text):
        for own, total in _wholes(passage, passage_text):
            if (_agree(part, total) or _agree(whole, own)) and not (_agree(part, own) and _agree(whole, total)):
                yield part, own
                return


def _wholes(words: Sequence[Word], text: str) -> Iterator[tuple[Word, Word]]:
    """(part, whole) of plain counts and amounts; a share of something is a part by itself."""
    numbers = [w for w in words if w.quantity is not None and is_amount(w.quantity) and w.quantity.unit != "%"]
    for first, second in itertools.pairwise(numbers):
        between = text[first.end : second.start]
        if _OF.fullmatch(between):
            yield first, second
        elif _LEADING.search(text[: first.start]) or _HAN_AMONG.fullmatch(between):
            yield second, first


def _agree(claimed: Word, printed: Word) -> bool:
    return claimed.quantity is not None and printed.quantity is not None and agree(claimed.quantity, printed.quantity)
