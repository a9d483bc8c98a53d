"""Whether the evidence has a claim's number, of the same thing and time, or gives it by a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .arrangement import is_amount
from .association import Context, key_of, matter_of
from .derived import Derived, derive, is_cost, spoken_of
from .matching import FOLLOWS, HERE, UNTOLD, Best, Finding, Said, better, judged
from .passages import Passage
from .quantity import TIME, Quantity, agree, comparable
from .words import Word

_OTHER_TIME = 0.5
"""What a value of another time than the one that goes with the claim's number counts."""


def check_number(said: Said, word: Word, context: Context, passages: Sequence[Passage]) -> Finding:
    """Compare the quantity of `word` with those of the passages."""
    claimed = word.quantity
    assert claimed is not None  # noqa: S101 - the caller has looked
    kind = "year" if claimed.unit in TIME else "number"
    # A loss of 410 is printed as (410).
    paid = replace(claimed, value=-claimed.value)
    lost = paid if said.falling and claimed.value > 0 else None
    time = said.times.get(word.start)
    same, other = Best(), Best()
    for passage in passages:
        factor = _OTHER_TIME if _is_of_another_time(passage, time) else 1.0
        settled = passage.fact is None and (said.is_told_so(word, passage) or said.is_part_so(word, passage))
        for index, quantity in passage.quantities if not passage.row else ():
            if quantity.unit in TIME and claimed.unit not in TIME and not quantity.others:
                continue
            # Of the cells of a table most cannot be the best place any more, which is quicker to tell than who agrees.
            least = min(same.score, other.score)
            if least and passage.fact is not None and factor * passage.associated(context, index) <= least:
                continue
            if (
                agree(claimed, quantity)
                or (lost is not None and agree(lost, quantity))
                or (quantity.value < 0 < claimed.value and is_cost(passage) and agree(paid, quantity))
            ):
                same = better(same, passage, index, context, factor)
            elif not settled and _rival(claimed, quantity):
                other = better(other, passage, index, context, factor)
    if claimed.unit == "ordinal" and same.word is None and other.score < HERE:
        return Finding(said.printed(word), kind, UNTOLD)
    found = judged(said.printed(word), kind, same, other)
    if found.score < HERE and is_amount(claimed):
        values = spoken_of(matter_of(context), passages)  # "6 more than before": the evidence need not say "more"
        follows = derive(claimed, _cues(said, passages), values, falling=said.falling)
        if follows is not None:
            return following(said.printed(word), kind, follows)
    return found


def _cues(said: Said, passages: Sequence[Passage]) -> str:
    """The claim without names of the values: "Total" and "More strict" there are no words for a sum or difference."""
    names = frozenset().union(*(passage.keys for passage in passages if passage.fact is not None))
    return " ".join(said.printed(w) for w in said.words if key_of(w) not in names)


def following(printed: str, kind: str, follows: Derived, key: str = "") -> Finding:
    """The finding that values of the evidence give a number or comparison."""
    return Finding(printed, kind, FOLLOWS, passage=follows.values[0].passage, note=follows.reason, key=key)


def _is_of_another_time(passage: Passage, time: Word | None) -> bool:
    if time is None or time.quantity is None or passage.row:
        return False
    times = [quantity for quantity in passage.times if quantity.unit == time.quantity.unit]
    return bool(times) and not any(agree(time.quantity, quantity) for quantity in times)


def _rival(claimed: Quantity, printed: Quantity) -> bool:
    """Whether the other number could stand in the place of the claimed one: both say when, or both how much."""
    if not (is_amount(claimed) and is_amount(printed)):
        return claimed.unit == printed.unit or comparable(claimed, printed)
    return True
