"""Quantities in running text, English and Chinese: value, scale, unit, year or not, and how exactly they are meant.

>>> [(q.value, q.unit) for q in find_quantities("Revenue rose 12 % to $3.1bn in 2023.")]
[(12.0, '%'), (3100000000.0, '$'), (2023.0, 'year')]
>>> [(q.value, q.unit, q.exact) for q in find_quantities("about two-thirds of them")]
[(66.66666666666667, '%', False)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...indexing.charts.numbers import parse_number
from ...indexing.east_asian import EAST_ASIAN
from .number_words import CHINESE_NUMBER, ENGLISH_NUMBER, SPELLED_NUMBER, chinese_value, english_value

YEAR = "year"
POINTS = "pp"
_MONEY = {
    "dollar": "$",
    "dollars": "$",
    "euro": "€",
    "euros": "€",
    "pound": "£",
    "pounds": "£",
    "yuan": "元",
    "renminbi": "元",
    "yen": "日元",
}
_SAME_UNIT = {"points": POINTS, "pts": POINTS, "¥": "元", "RMB": "元", "CNY": "元", "US$": "$", "USD": "$", "美元": "$"}
_SAME_UNIT |= {"EUR": "€", "欧元": "€", "GBP": "£", "JPY": "日元"}
_COUNTERS = frozenset("人户家件台辆个次岁天")
"""Chinese measure words: they count things, and say no more about the number than a noun behind it does in English."""

_UNIT = (
    r"percentage[\s-]points?|percent(?!age)|per cent|points?|pct|ppts?|pp|bps|%|‰|个百分点|百分点"
    r"|hundred|thousand|million|billion|trillion|bn|mn|mln|tn|(?<!-)[kKmMbB](?![\w])|[十百千]?[万亿]|[百千]"
    r"|dollars?|euros?|pounds?|yuan|yen|美元|欧元|日元|港元|元|倍|[人户家件台辆个次岁天]"
)
_ALONE = rf"(?<![^\W{EAST_ASIAN}])(?<![.])(?<!\d,)(?<![A-Za-z]-)"
"""Not within a word or number; Chinese has no spaces around numbers."""
_DIGITS = re.compile(
    rf"{_ALONE}(?:(?<![^\W{EAST_ASIAN}])(?<!\))[-+−](?=[\d$€£¥.]))?(?:US\$|HK\$|[$€£¥₹]|USD|RMB|CNY|EUR|GBP)?\s?"
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:[\s-]?(?:{_UNIT})){{0,3}}",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<![\w.,])(\d{1,4})\s?[-–—]\s?(\d{1,4})(?!\w|[.,]\d)")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_FRACTION = re.compile(rf"\b(?P<n>{ENGLISH_NUMBER})[\s-]+in[\s-]+(?P<d>{ENGLISH_NUMBER})\b", re.IGNORECASE)
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4}
_PARTS |= {"fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}
_SHARE = re.compile(
    rf"\b(?:(?P<n>{ENGLISH_NUMBER}|an?)[\s-]+)?(?P<part>{'|'.join(_PARTS)})\b(?![\s-]*(?:of\s+)?\d{{4}})", re.IGNORECASE
)
_WORDS = re.compile(rf"\b(?P<n>{SPELLED_NUMBER})\b(?:[\s-](?P<unit>{_UNIT}))?", re.IGNORECASE)
_HAN_SHARE = re.compile(
    rf"百分之(?P<p>{CHINESE_NUMBER})|(?P<t>{CHINESE_NUMBER})成(?!为|立|长|本|果|员|功)|(?P<h>一半|半数)"
)
_HAN_PARTS = re.compile(rf"(?P<d>{CHINESE_NUMBER})分之(?P<n>{CHINESE_NUMBER})")

_LETTER = re.compile(r"[A-Za-z]")
_HYPHEN = re.compile(r"(?<=\d)-(?=[a-z])", re.IGNORECASE)
_ONE_POINT = re.compile(r"\bpoint$", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:\b(?:about|roughly|nearly|almost|around|approximately|close to|more than|over|at least|under|fewer than"
    r"|less than|up to|just under|just over)|约|大约|近|接近|超过|超|逾|不到|至少)\s*$",
    re.IGNORECASE,
)
_VAGUE_AFTER = re.compile(r"\s?(?:左右|以上|以下|多)")
_VAGUE_REACH = 16


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as meant: `text[start:end]` of the text that it stands in.

    `unit` is `%`, `pp` (percentage points), a currency, `year`, `range` or another unit as `parse_number` has it, empty
    for plain counts. `step` is the value of one in the last place that is printed; `exact` is false where words such as
    "about" or a fraction in words ("a third") say that it is rounded.
    """

    value: float
    unit: str
    start: int
    end: int
    step: float
    exact: bool = True


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a text, in order, none overlapping another."""
    taken: list[Quantity] = []
    for found in (_shares(text), _ranges(text), _digits(text), _spelled(text)):
        taken += [q for q in found if all(q.end <= other.start or other.end <= q.start for other in taken)]
    return sorted(taken, key=lambda q: q.start)


def _digits(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        quantity = _parsed(text, match.start(), match.group())
        if quantity is not None:
            yield quantity


def _parsed(text: str, start: int, printed: str) -> Quantity | None:
    """The longest beginning of `printed` that is a number."""
    lead = len(printed) - len(printed.lstrip())
    start, printed = start + lead, printed.strip()
    for end in _ends(printed):
        body, money = _without_money(printed[:end])
        number = parse_number(_ONE_POINT.sub("points", _HYPHEN.sub(" ", body)))
        if number is None:
            continue
        if body[-1:].isdigit() and _LETTER.match(text, start + end):
            return None  # 4th, 3D: a name, no quantity
        digits = re.sub(r"[^\d.]", "", re.match(r"\D*([\d,.]*)", body)[1])  # type: ignore[index]  # it always matches
        unit = money or _SAME_UNIT.get(number.unit, number.unit)
        unit = "" if unit in _COUNTERS else unit
        year = number.is_year or (bool(_YEAR.fullmatch(digits)) and text[start + end : start + end + 1] == "年")
        if year and not unit:
            with_word = end + (text[start + end : start + end + 1] == "年")
            return Quantity(float(digits), YEAR, start, start + with_word, 1.0)
        value = abs(number.number)
        scale = value / float(digits) if float(digits) else 1.0
        step = scale * 10.0 ** -len(digits.partition(".")[2])
        return Quantity(number.number, unit, start, start + end, step, exact=not _is_vague(text, start, start + end))
    return None


def _ends(printed: str) -> list[int]:
    cuts = [len(printed), *(m.start() for m in re.finditer(r"[\s-]|(?<=\d)(?=\D)|(?<=[%万亿])", printed) if m.start())]
    return sorted(set(cuts), reverse=True)


def _without_money(printed: str) -> tuple[str, str]:
    """The number and its currency, where that is a word: "410 million dollars"."""
    words = printed.split()
    unit = _MONEY.get(words[-1].lower(), "") if len(words) > 1 else ""
    return (" ".join(words[:-1]), unit) if unit else (printed, "")


def _ranges(text: str) -> Iterator[Quantity]:
    """Ranges as one quantity, as in "ages 18-29"; those of years as two."""
    for match in _RANGE.finditer(text):
        low, high = match.groups()
        if _YEAR.fullmatch(low):
            yield Quantity(float(low), YEAR, match.start(1), match.end(1), 1.0)
            if _YEAR.fullmatch(high):
                yield Quantity(float(high), YEAR, match.start(2), match.end(2), 1.0)
        elif float(low) < float(high):
            yield Quantity(float(low) + float(high) / 10_000, "range", match.start(), match.end(), 0.0)


def _shares(text: str) -> Iterator[Quantity]:
    """Fractions in words, as per cent."""
    for match in _FRACTION.finditer(text):
        parts, whole = english_value(match["n"]), english_value(match["d"])
        if whole:
            yield Quantity(100.0 * parts / whole, "%", match.start(), match.end(), 1.0, exact=False)
    for match in _SHARE.finditer(text):
        count = match["n"]
        if count is None and match["part"].lower() != "half":
            continue
        parts = 1.0 if count is None or count.lower() in {"a", "an"} else english_value(count)
        yield Quantity(100.0 * parts / _PARTS[match["part"].lower()], "%", match.start(), match.end(), 1.0, exact=False)
    if text.isascii():
        return
    for match in _HAN_SHARE.finditer(text):
        if match["p"]:
            yield Quantity(chinese_value(match["p"]), "%", match.start(), match.end(), 1.0)
        else:
            value = 50.0 if match["h"] else 10.0 * chinese_value(match["t"])
            yield Quantity(value, "%", match.start(), match.end(), 1.0, exact=False)
    for match in _HAN_PARTS.finditer(text):
        if match["d"] != "百" and chinese_value(match["d"]):
            value = 100.0 * chinese_value(match["n"]) / chinese_value(match["d"])
            yield Quantity(value, "%", match.start(), match.end(), 1.0, exact=False)


def _spelled(text: str) -> Iterator[Quantity]:
    """Numbers in words; "one" alone is a pronoun more often than not."""
    for match in _WORDS.finditer(text):
        value = english_value(match["n"])
        if value > 1 or match["unit"]:
            scaled = parse_number(f"{value:g} {match['unit']}") if match["unit"] else None
            number, unit = (scaled.number, scaled.unit) if scaled else (value, "")
            vague = _is_vague(text, match.start(), match.end())
            yield Quantity(number, _SAME_UNIT.get(unit, unit), match.start(), match.end(), 1.0, exact=not vague)


def _is_vague(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _VAGUE_REACH) : start]
    return bool(_VAGUE.search(before) or _VAGUE_AFTER.match(text, end))


_POINTS_ALIKE = 3.5
"""Percentage points by which a share in words may differ from the printed one: "one in five" for 22 %."""
_VAGUE_SHARE = 0.06
"""Share of itself by which a number that is called approximate may differ."""
_SCALES = (1e3, 1e6, 1e9)


def agree(claimed: Quantity, printed: Quantity) -> bool:
    """Whether a claim's quantity is the evidence's: as exact as either is printed, in compatible units.

    A bare number of a table or chart may stand for a unit or scale that is told elsewhere; two units that differ are
    never the same, nor are per cent and percentage points.
    """
    if not comparable(claimed, printed):
        return False
    if claimed.unit in {YEAR, "range"}:
        return claimed.value == printed.value
    tolerance = max(claimed.step, printed.step if not printed.exact else 0.0) / 2
    if not claimed.exact or not printed.exact:
        vague = _POINTS_ALIKE if claimed.unit == "%" else _VAGUE_SHARE * abs(claimed.value)
        tolerance = max(tolerance, vague)
    elif claimed.step <= printed.step:
        tolerance = 0.0  # more digits than are printed: only the very number will do
    if abs(claimed.value - printed.value) <= tolerance * (1 + 1e-9) + 1e-9 * abs(claimed.value):
        return True
    return (
        printed.unit == ""
        and claimed.unit != "%"
        and any(abs(claimed.value - printed.value * scale) <= max(tolerance, claimed.step / 2) for scale in _SCALES)
    )


def comparable(first: Quantity, second: Quantity) -> bool:
    """Whether both could be the same kind of number: of one unit, or one without."""
    units = {first.unit, second.unit}
    if YEAR in units or "range" in units:
        return len(units) == 1
    return len(units) == 1 or "" in units
