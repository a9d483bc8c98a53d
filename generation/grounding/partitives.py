"""Of whom a share is told: "62 % of women", "among women, 62 %", 女性占 62 %."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .arrangement import is_amount, same_number
from .association import key_of
from .quantity import comparable
from .words import Word

_THE = r"(?:the\s|all\s|those\s|these\s|who\sare\s|aged?\s|ages\s|adults\s)*"
_OF = re.compile(rf"\)?\s?(?:of|among|for)\s{_THE}|的", re.IGNORECASE)
"""Between a number and those of whom it is told."""
_AMONG = re.compile(rf"(?:\b(?:among|amongst|for|of)\s{_THE}|在)$", re.IGNORECASE)
"""Before those of whom a number behind them is told, in the same clause or at the head of the next."""
_HAN_HAVE = re.compile("(?:者|人|人群)?(?:当?中)?(?:占比?|有|的?比例)(?:为|是|达|约)?")
_REACH = 30
_MAJORITY = re.compile(
    rf"\b(?:(?:a|the)\s(?:\w+\s)?majority\sof|most(?:\sof)?)\s{_THE}|(?:大?多数|过半数?的?|半数以上的?)", re.IGNORECASE
)
_MINORITY = re.compile(rf"\b(?:a|the)\s(?:\w+\s)?minority\sof\s{_THE}|少数", re.IGNORECASE)
_HALF = 50.0


def told_of_others(
    claim: Sequence[Word], claim_text: str, passage: Sequence[Word], text: str
) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, the one that the evidence has of those), where the evidence has the claim's of others."""
    asked = list(_shares(claim, claim_text))
    told = list(_shares(passage, text)) if asked else []
    for number, whose in asked if len(told) > 1 else ():
        having = {key for other, key in told if same_number(number, other)}
        rivals = [other for other, key in told if key == whose and _alike(number, other)]
        if having and whose not in having and rivals and not any(same_number(number, other) for other in rivals):
            yield number, rivals[0]


def wrong_majorities(
    claim: Sequence[Word], claim_text: str, passage: Sequence[Word], text: str
) -> Iterator[tuple[Word, Word]]:
    """(word for a majority or minority, share that the evidence has of those), where that is none."""
    called = [(match, _HALF.__lt__) for match in _MAJORITY.finditer(claim_text)]
    called += [(match, _HALF.__gt__) for match in _MINORITY.finditer(claim_text)]
    told = [(share, key) for share, key in _shares(passage, text) if _is_share(share)] if called else []
    for match, is_so in called:
        says = next((word for word in claim if word.is_content and word.end > match.start()), None)
        whose = next((word for word in claim if word.is_content and word.start >= match.end()), None)
        shares = [share for share, key in told if whose is not None and key == key_of(whose)]
        if says is not None and shares and not any(s.quantity and is_so(s.quantity.value) for s in shares):
            yield says, shares[0]


def _is_share(number: Word) -> bool:
    return number.quantity is not None and number.quantity.unit == "%"


def _shares(words: Sequence[Word], text: str) -> Iterator[tuple[Word, str]]:
    """Each number with the key of those of whom it is told; numbers that do not say so are left out."""
    numbers = [word for word in words if word.quantity is not None and is_amount(word.quantity)]
    things = [word for word in words if word.is_content and word not in numbers and not _HAN_HAVE.fullmatch(word.stem)]
    for number in numbers:
        behind = next((w for w in things if w.start >= number.end), None)
        before = [w for w in things if w.end <= number.start]
        if behind is not None and _OF.fullmatch(text, number.end, behind.start):
            yield number, key_of(behind)
        elif before and _HAN_HAVE.fullmatch(text, before[-1].end, number.start):
            yield number, key_of(before[-1])
        else:
            among = [w for w in before if _AMONG.search(text, max(0, w.start - _REACH), w.start)]
            between = [n for n in numbers if among and among[-1].end <= n.start < number.start]
            if among and not between and number.start - among[-1].end <= _REACH:
                yield number, key_of(among[-1])


def _alike(claimed: Word, printed: Word) -> bool:
    own, other = claimed.quantity, printed.quantity
    return own is not None and other is not None and comparable(own, other)
