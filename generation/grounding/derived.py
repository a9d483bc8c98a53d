"""Values that the evidence does not print, but gives: differences, sums, ratios and changes of values that it has.

"17 points more" is supported by 75 % and 58 % with the reason "75 - 58 = 17"; "sales rose" by two cells of a table.
Only values that are said of what the claim speaks of are put together, and only where the claim has a word for it
("more", "in total", "times"): any number is the difference of some two others.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .arrangement import numbers_of
from .association import Context, key_of
from .passages import Passage
from .quantity import TIME, Quantity, agree
from .stems import stem
from .units import CURRENCIES, OPEN, POINTS
from .when import When, when_of
from .words import Word

_DIFFERENCE = re.compile(
    r"\b(?:difference|gap|more|fewer|less|higher|lower|larger|smaller|above|below|ahead|behind|up|down|by|point)\b"
    r"|\b(?:ris|rose|increas|decreas|f[ae]ll|gr[eo]w|dr?op|gain|declin|jump|climb|reduc|narrow|widen|improv|chang)"
    r"|\byear[\s-]over[\s-]year\b|差|高出|低了|增|减|降|升|提高|多|少|上涨|下跌|[同环]比",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:total|together|combined|sum|altogether|overall|in all)\w*\b|合计|总计|共|之和|总和|加起来", re.IGNORECASE
)
_RATIO = re.compile(r"\btimes\b|\bratio\b|-fold\b|\bx\b|倍", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:of|share|account)|占|比例|份额|半|分之|成", re.IGNORECASE)
_SPOKEN_OF = 0.3
"""Association from which a value is one that the claim speaks of."""
_MOST = 8
"""Values that are put together in pairs."""


_EXPENSES = frozenset(
    map(stem, ("cost", "expense", "charge", "tax", "loss", "payment", "spending", "expenditure", "interest"))
) | {"成本", "费用", "支出", "亏损", "税费"}
"""What numbers in brackets are of that say how much goes out."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number of the evidence, the word `index` of its passage, with its time (None where none is told)."""

    quantity: Quantity
    time: When | None
    index: int
    passage: Passage
    weight: float = 0.0

    @property
    def names(self) -> frozenset[str]:
        """Keys of what it is said of."""
        passage = self.passage
        around = (*passage.keys, *passage.beside) if passage.fact is not None else passage.context(self.index)
        return frozenset(key for key in around if not _is_figure(key))


@dataclass(frozen=True, slots=True)
class Derived:
    """How a claimed number follows: `reason` is the sum, `values` what it is made of."""

    reason: str
    values: tuple[Value, ...]


def is_cost(passage: Passage) -> bool:
    """Whether a value of a table is of what goes out, which is printed in brackets: (410)."""
    return passage.fact is not None and bool(passage.keys & _EXPENSES)


def cues(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand that say how a value is derived: what the evidence need not say."""
    for pattern in (_DIFFERENCE, _SUM, _RATIO):
        for match in pattern.finditer(text):
            yield match.span()


def spoken_of(context: Context, passages: Sequence[Passage]) -> list[Value]:
    """The numbers of the evidence that are said of what the context speaks of, best first."""
    found: list[Value] = []
    for passage in passages:
        if passage.row:
            continue
        for index, quantity, time in passage.amounts:
            weight = passage.associated(context, index)
            if weight >= _SPOKEN_OF:
                found.append(Value(quantity, time, index, passage, weight))
    found.sort(key=lambda value: -value.weight)
    return found[:_MOST]


def _is_figure(key: str) -> bool:
    return key[:1].isdigit() or key[:1] == "-" or key.startswith("pole ")


def derive(claimed: Quantity, text: str, values: Sequence[Value], *, falling: bool | None) -> Derived | None:
    """The first pair of values that gives the claimed number; `falling` is the direction that the claim names."""
    for first, second in itertools.permutations(values, 2):
        if not _are_alike(first.quantity, second.quantity) or first.quantity.value == second.quantity.value:
            continue
        if first.time is not None and second.time is not None:
            if first.time.is_before(second.time):
                continue  # the later one comes first
            if falling is not None and falling != (first.quantity.value < second.quantity.value):
                continue
        for value, reason in _combined(claimed, first.quantity, second.quantity, text):
            if agree(claimed, value):
                return Derived(reason, (first, second))
    return _total(claimed, text, values)


def _are_alike(first: Quantity, second: Quantity) -> bool:
    return first.unit == second.unit


def _combined(claimed: Quantity, first: Quantity, second: Quantity, text: str) -> Iterator[tuple[Quantity, str]]:
    """(value, how it is made) of all that two values can give under the claim's unit and words."""
    x, y, unit = first.value, second.value, first.unit
    difference = abs(x - y)
    if _DIFFERENCE.search(text):
        if unit in {"%", OPEN} and claimed.unit == POINTS:
            yield _made(difference, POINTS), f"{_sum(x, '-', y)} = {difference:.10g} points"
        if (claimed.unit in {unit, ""} and unit != "%") or (unit == OPEN and claimed.unit in CURRENCIES):
            yield _made(difference, claimed.unit), f"{_sum(x, '-', y)} = {difference:,.10g}"
        if claimed.unit == "%" and y and unit != "%":
            change = 100.0 * abs((x - y) / y)
            yield _made(change, "%"), f"({x:,.10g} - {y:,.10g}) / {y:,.10g} = {change:.3g} %"
    if _SUM.search(text) and claimed.unit in {unit, ""}:
        yield _made(x + y, claimed.unit), f"{x:,.10g} + {y:,.10g} = {x + y:,.10g}"
    if y not in {0.0, 1.0} and _RATIO.search(text) and claimed.unit in {"倍", ""}:
        yield _made(x / y, claimed.unit), f"{x:,.10g} / {y:,.10g} = {x / y:.3g}"
    if y and claimed.unit == "%" and unit != "%" and _SHARE.search(text) and x < y:
        yield _made(100.0 * x / y, "%"), f"{x:,.10g} / {y:,.10g} = {100.0 * x / y:.3g} %"


def _total(claimed: Quantity, text: str, values: Sequence[Value]) -> Derived | None:
    if not _SUM.search(text):
        return None
    alike = [value for value in values if value.quantity.unit == claimed.unit or not claimed.unit]
    for count in range(3, len(alike) + 1):
        some = alike[:count]
        total = sum(value.quantity.value for value in some)
        if agree(claimed, _made(total, claimed.unit)):
            return Derived(" + ".join(f"{v.quantity.value:,.10g}" for v in some) + f" = {total:,.10g}", tuple(some))
    return None


def _sum(x: float, sign: str, y: float) -> str:
    return f"{max(x, y):,.10g} {sign} {min(x, y):,.10g}"


def _made(value: float, unit: str) -> Quantity:
    return Quantity(float(f"{value:.12g}"), unit, 0, 0, 0.0)


def direction(words: Sequence[Word], context: Context, passages: Sequence[Passage]) -> tuple[int, Derived] | None:
    """Whether what the claim speaks of rose (1) or fell (-1) between the two times it names, or up to the one."""
    values = [v for v in spoken_of(context, passages) if v.time is not None]
    if not values:
        return None
    best = max(values, key=lambda v: v.weight)
    series = _between_named(_series(values, best), words)
    if len(series) < 2 or series[0].quantity.unit != series[-1].quantity.unit:
        return None
    x, y = series[0].quantity.value, series[-1].quantity.value
    if x < 0 and y < 0:
        if not best.names & _EXPENSES:
            return None  # -610 after -520: whether that is more, its name would have to tell
        x, y = -x, -y  # costs are printed in brackets, and grow
    if x == y:
        return None
    sign = 1 if y > x else -1
    return sign, Derived(f"{y:,.10g} {'>' if y > x else '<'} {x:,.10g}", (series[-1], series[0]))


def _series(values: Sequence[Value], best: Value) -> list[tuple[When, Value]]:
    """What has the names of the best, in the order of its times; none where these cannot be put in order."""
    found = [(v.time, v) for v in values if v.time is not None and _same_names(v, best)]
    found.sort(key=lambda one: (one[0].year or 0.0, one[0].part))
    in_order = all(first.is_before(second) for (first, _), (second, _) in itertools.pairwise(found))
    return found if in_order else []


def _between_named(series: Sequence[tuple[When, Value]], words: Sequence[Word]) -> list[Value]:
    """The values of the first and last time that the claim names; of one time that and the one before it; else all."""
    times = {when_of(words, w) for w in words if w.quantity is not None and w.quantity.unit in TIME}
    named = [value for when, value in series if any(when.is_same(time) for time in times)]
    if not times:
        return [value for _, value in series]
    if len(times) > 1:
        return [named[0], named[-1]] if len(named) > 1 else []
    at = next((index for index, (_, value) in enumerate(series) if named == [value]), 0)
    return [value for _, value in series[at - 1 : at + 1]] if at else []


def _same_names(first: Value, second: Value) -> bool:
    return first.passage.number == second.passage.number and first.names == second.names


def higher(
    before: Sequence[Word], behind: Sequence[Word], context: Context, passages: Sequence[Passage]
) -> tuple[int, Derived] | None:
    """Which of two things has the higher value: 1 where it is that before the comparison."""
    values = spoken_of(context, passages)
    left = {key_of(w) for w in before}
    right = {key_of(w) for w in behind}
    for first, second in itertools.product(values, values):
        x, y = first.quantity, second.quantity
        if _are_alike(x, y) and not agree(x, y) and _are_of(first, second, left - right, right - left):
            sign = 1 if x.value > y.value else -1
            return sign, Derived(f"{x.value:,.10g} {'>' if sign > 0 else '<'} {y.value:,.10g}", (first, second))
    return None


def _are_of(first: Value, second: Value, left: AbstractSet[str], right: AbstractSet[str]) -> bool:
    """Whether the first value is of the one side and the second of the other, at the same time.

    Where a sentence has both, its order tells which is whose.
    """
    passage = first.passage
    if passage is second.passage and passage.fact is None:
        several = len({time for _, _, time in passage.amounts} - {None}) > 1
        found = numbers_of(passage.words, left, right)
        return found == (passage.words[first.index], passage.words[second.index]) and not (
            several and first.time != second.time
        )
    own, other = first.names & left, second.names & right
    return bool(own and other and not second.names & own) and first.time == second.time
