"""Who does what to whom, and which number belongs to which year: statements whose words are right, but exchanged.

Three arrangements of a sentence are compared with those of the evidence: which year or name each number goes with
("from 12 % in 2019 to 18 % in 2023"), which clause's subject it is said of, and who stands on which side of a verb or
comparison ("Apple acquired Beats", 甲比乙高).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from .association import key_of
from .quantity import TIME, Quantity, agree
from .words import Word

_ACROSS = 3
"""Steps that a comma counts where the distance of two words is taken."""
_MOST = 5
"""Numbers or labels in a sentence beyond which nobody can tell by distance what goes with what."""
_FAR = 8
_NEAR = 4
"""Of a number and its thing where any word may be the thing."""
_VERSUS = re.compile(r"\bthan\b|比(?![例较重率赛])|相比于")
_SIDES = re.compile(
    r"\b(?:exceed|outnumber|outpace|outperform|beat|surpass|outweigh|trail)\w*\b|\b(?:above|below)\b|高于|低于|优于|差于|大于|小于"
    r"|多于|少于|超过|强于|弱于|快于|慢于",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=4096)
def _assigned(costs: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, int], ...]:
    """Pairs (number, label), each used once, of least total distance; of equal ones those in order."""
    rows, columns = len(costs), len(costs[0])
    if rows <= columns:
        chosen = min(itertools.permutations(range(columns), rows), key=lambda p: (sum(map(_at, costs, p)), p))
        return tuple(enumerate(chosen))
    chosen = min(
        itertools.permutations(range(rows), columns),
        key=lambda p: (sum(costs[row][column] for column, row in enumerate(p)), p),
    )
    return tuple((row, column) for column, row in enumerate(chosen))


def _at(row: Sequence[int], column: int) -> int:
    return row[column]


def bindings(words: Sequence[Word], *, times: bool) -> list[tuple[Word, Word]]:
    """Each number of a sentence with the time, or else the name, that it goes with."""
    numbers = [word for word in words if word.quantity is not None and is_amount(word.quantity)]
    labels = [word for word in words if (_is_time(word) if times else word.kind == "name" or word.initial)]
    if not (1 <= len(numbers) <= _MOST and 1 <= len(labels) <= _MOST):
        return []
    costs = tuple(tuple(_distance(number, label) for label in labels) for number in numbers)
    return [(numbers[n], labels[label]) for n, label in _assigned(costs) if costs[n][label] <= _FAR]


def numbers_of(words: Sequence[Word], first: AbstractSet[str], second: AbstractSet[str]) -> tuple[Word, Word] | None:
    """The two numbers of a sentence that go with two things, named by keys: the nearest to them, taken together."""
    numbers = list(filter(_has_amount, words))
    if len(numbers) > _MOST:
        return None
    ways = [
        (_distance(one, here) + _distance(other, there), one.start, one, other)
        for here, there in itertools.product(_keyed(words, first), _keyed(words, second))
        for one, other in itertools.permutations(numbers, 2)
        if max(_distance(one, here), _distance(other, there)) <= _NEAR
    ]
    *_, one, other = min(ways, key=lambda way: way[:2], default=(0, 0, None, None))
    return (one, other) if one is not None and other is not None else None


def _keyed(words: Sequence[Word], keys: AbstractSet[str]) -> list[Word]:
    return [word for word in words if key_of(word) in keys]


def _distance(word: Word, other: Word) -> int:
    return abs(word.position - other.position) + _ACROSS * abs(word.clause - other.clause)


def same_number(claimed: Word, printed: Word) -> bool:
    """Whether a claim's word and one of the evidence are quantities that agree."""
    return claimed.quantity is not None and printed.quantity is not None and agree(claimed.quantity, printed.quantity)


def is_amount(quantity: Quantity) -> bool:
    """Whether a quantity says how much, not when or which."""
    return quantity.unit not in TIME and quantity.unit != "ordinal" and not quantity.unit.startswith("range")


def _is_time(word: Word) -> bool:
    return word.quantity is not None and word.quantity.unit in TIME


def exchanged_numbers(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, label of the evidence): it goes with another time or name there.

    Only where the claim's own label goes with another number in the same sentence: elsewhere the evidence may simply
    not say it.
    """
    for times in (True, False):
        printed = bindings(passage, times=times)
        if len({key_of(label) for _, label in printed}) < 2 or not (times or _is_parallel(passage)):
            continue
        for number, label in bindings(claim, times=times):
            held = [own for value, own in printed if same_number(number, value)]
            rivals = [value for value, own in printed if key_of(own) == key_of(label)]
            if held and rivals and not any(same_number(number, value) for value in rivals):
                yield number, held[0]
    yield from _of_an_earlier_time(claim, passage)


def _of_an_earlier_time(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """The same where the evidence has but one time, of the number that it compares with: "8 %, up from 3 % in 2018"."""
    printed = bindings(passage, times=True)
    if len(printed) != 1:
        return
    earlier, time = printed[0]
    at = passage.index(earlier)
    if not at or passage[at - 1].stem != "from" or not 0 < time.position - earlier.position <= 1:
        return
    for number, label in bindings(claim, times=True):
        others = [w for w in passage if w is not earlier and _has_amount(w) and same_number(number, w)]
        if key_of(label) == key_of(time) and others and not same_number(number, earlier):
            yield number, earlier


def _is_parallel(words: Sequence[Word]) -> bool:
    """Whether a sentence has as many names as numbers: else a name may be there for other reasons."""
    names = sum(word.kind == "name" or word.initial for word in words)
    return names == sum(map(_has_amount, words))


def other_subject(claim: Sequence[Word], passage: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """(number of the claim, first word of the clause that has it), where the claim says it of another clause's."""
    own = _first(claim)
    if own is None:
        return
    keys = {key_of(word) for word in claim}
    clauses = [list(group) for _, group in itertools.groupby(passage, key=lambda word: word.clause)]
    told = [(first, clause) for clause in clauses if (first := _first(clause)) and any(map(_has_amount, clause))]
    if len(told) < 2 or all(first.stem != own.stem for first, _ in told):
        return
    for number in filter(_has_amount, claim):
        having = [(first, clause) for first, clause in told if any(same_number(number, word) for word in clause)]
        if having and all(
            first.stem != own.stem and key_of(first) not in keys and own.stem not in {w.stem for w in clause}
            for first, clause in having
        ):
            yield number, having[0][0]


def _first(words: Sequence[Word]) -> Word | None:
    return next((w for w in words if w.is_content and w.quantity is None and w.pole is None), None)


def _has_amount(word: Word) -> bool:
    return word.quantity is not None and is_amount(word.quantity)


def exchanged_sides(
    claim: Sequence[Word], claim_text: str, passage: Sequence[Word], passage_text: str
) -> Iterator[tuple[Word, Word]]:
    """(word before, word behind) a comparison as the claim has them, where the evidence has them the other way."""
    here, there = _sides(claim, claim_text), _sides(passage, passage_text)
    if here is None or there is None or here[2] * there[2] < 0:
        return
    before = {w.stem: w for w in here[0]}
    behind = {w.stem: w for w in here[1]}
    first, second = {w.stem for w in there[0]}, {w.stem for w in there[1]}
    moved_up = [w for stem, w in behind.items() if stem in first - second and stem not in before]
    moved_down = [w for stem, w in before.items() if stem in second - first and stem not in behind]
    if moved_up and moved_down:
        yield moved_down[0], moved_up[0]


def _sides(words: Sequence[Word], text: str) -> tuple[list[Word], list[Word], int] | None:
    """The words before a comparison, the first behind it, and which way it points."""
    marker = _VERSUS.search(text)
    verb = None if marker else _SIDES.search(text)
    found = marker or verb
    if found is None:
        return None
    content = [w for w in words if w.is_content and w.quantity is None]
    clause = next((w.clause for w in words if w.end > found.start()), 0)
    before = [w for w in content if w.end <= found.start() and w.clause == clause and w.pole is None]
    following = [w for w in words if w.start >= found.end() and (_is_time(w) or (w in content and w.pole is None))][:1]
    behind = [w for w in following if not _is_time(w)]  # what is compared with a time has no second side
    side = 1
    for w in words:
        if w.clause == clause and w.pole is not None:
            side *= w.pole.side
    return before, behind, side


def other_sides(words: Sequence[Word], text: str) -> tuple[list[Word], list[Word]] | None:
    """The words before a comparison of two things and the first behind it; None where the text makes none."""
    sides = _sides(words, text)
    return (sides[0], sides[1]) if sides is not None and sides[1] else None


def reversed_poles(claim: Sequence[Word], claim_text: str, passage: Sequence[Word], passage_text: str) -> bool:
    """Whether the sides are exchanged and the comparison is, too: "A below B" for "B above A"."""
    here, there = _sides(claim, claim_text), _sides(passage, passage_text)
    if here is None or there is None or here[2] * there[2] > 0:
        return False
    up = {w.stem for w in here[1]} & {w.stem for w in there[0]}
    down = {w.stem for w in here[0]} & {w.stem for w in there[1]}
    return bool(up and down)
