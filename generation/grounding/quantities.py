"""Quantities in running text, English and Chinese: value, scale, unit, year or not, and how exactly they are meant.

>>> [(q.value, q.unit) for q in find_quantities("Revenue rose 12 % to $3.1bn in 2023.")]
[(12.0, '%'), (3100000000.0, '$'), (2023.0, 'year')]
>>> [(q.value, q.unit, q.exact) for q in find_quantities("about two-thirds of them")]
[(66.66666666666667, '%', False)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...indexing.east_asian import EAST_ASIAN
from .dates import find_dates, find_ordinals
from .number_words import CHINESE_NUMBER, ENGLISH_NUMBER, SPELLED_NUMBER, chinese_value, english_value, han_step
from .quantity import Quantity, agree, beyond, comparable, slack
from .units import CURRENCIES, POINTS, SYMBOL, TAIL, YEAR, scale_of, unit_of

__all__ = ["POINTS", "YEAR", "Quantity", "agree", "comparable", "find_quantities"]

_ALONE = rf"(?<![^\W{EAST_ASIAN}])(?<![.])(?<!\d,)(?<![A-Za-z]-)"
"""Not within a word or number; Chinese has no spaces around numbers."""
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_DIGITS = re.compile(
    rf"{_ALONE}(?P<sign>(?<![^\W{EAST_ASIAN}])(?<!\))[-+−](?=[\d$€£¥.]))?(?P<money>{SYMBOL})?\s?"
    rf"(?:(?P<open>\((?=[^()]{{1,20}}\)))(?P<inner>{SYMBOL})?)?(?P<digits>{_NUMBER})"
)
_RANGE = re.compile(
    rf"(?<![\w.,])(?P<money>{SYMBOL})?(?P<low>\d{{1,4}}(?:\.\d+)?)(?P<unit>\s?%)?\s?"
    rf"(?:[-–—~至]|(?:(?<=\s)(?:to|and)|(?<=\d)-\sto)(?=\s)|到)\s?(?:{SYMBOL})?(?P<high>\d{{1,4}}(?:\.\d+)?)(?![^\W{EAST_ASIAN}]|[.,]\d)"
)
_FROM_AGE = re.compile(
    r"(?<![\w.,$€£¥])(?P<low>\d{1,3})(?:\s(?:years?\s)?(?:old\s)?(?:and|or)\s(?:older|above\sthat\sage)\b|岁(?:及|或)?以上)"
)
_NO_END = 9_999
"""The upper end of a range that has none: "65 and older"."""
_CHANGE = re.compile(r"(?:\b(?:from|by|rose|fell|grew|up|down|went)|从|由)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|aged?|ages)\s*$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_FRACTION = re.compile(
    rf"\b(?P<n>{ENGLISH_NUMBER})[\s-]+(?:in|out\s+of)(?:\s+every)?[\s-]+(?P<d>{ENGLISH_NUMBER})\b", re.IGNORECASE
)
_OF_SO_MANY = re.compile(rf"\b(?:in|of)(?:\s+every)?[\s-]+{ENGLISH_NUMBER}\b", re.IGNORECASE)
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4}
_PARTS |= {"fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10, "eighth": 8, "eighths": 8, "sixth": 6, "sixths": 6}
_SHARE = re.compile(
    rf"\b(?:(?P<n>{ENGLISH_NUMBER}|an?)[\s-]+)?(?P<part>{'|'.join(_PARTS)})\b(?![\s-]*(?:of\s+)?\d{{4}})", re.IGNORECASE
)
_ANY_PART = ("hal", "third", "quarter", "fourth", "fifth", "sixth", "eighth", "tenth")
"""What each word for a part begins with."""
_WORDS = re.compile(rf"\b(?P<n>{SPELLED_NUMBER})\b", re.IGNORECASE)
_HAN_SHARE = re.compile(
    rf"百分之(?P<p>{CHINESE_NUMBER})|(?P<t>{CHINESE_NUMBER})成(?!为|立|长|本|果|员|功)|(?P<h>一半|半数)"
)
_HAN_PARTS = re.compile(rf"(?P<d>{CHINESE_NUMBER})分之(?P<n>{CHINESE_NUMBER})")
_HAN_NUMBER = re.compile(CHINESE_NUMBER)
_HAN_COUNTER = re.compile("[名人户家件台辆个次岁天位只条座所年月日项倍元吨]|公里|季度|美元|欧元")
_MOST_TAILS = 3
_MOST_PARTS = 20
"""Of a fraction in words: "4 in 5" is one, "80 in 94" is not."""
_NAME_BEHIND = re.compile(r"[A-Za-z]")
_RATIO = re.compile(r"(?<![\w.:])(\d{1,4}):(\d{1,4})(?![\w.:])")
_SCALED = re.compile(r"\s?(?:%|(?:m|mn|bn|b|thousand|million|billion)\b)")
_METRES = re.compile(r"\s(?:tall|high|long|wide|deep|above|below|away|sprint|race)\b")

_ABOUT = re.compile(
    r"(?:\b(?:about|roughly|around|approximately|nearly|almost|close to)"
    r"|大约|约为?|近|接近|将近)\s*$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:\b(?:more than|over|above|at least|no less than|upwards of|exceeding)|超过|超|逾|至少|高达|不少于)\s*$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?:\b(?:less than|fewer than|under|below|at most|up to|no more than)|不到|不足|低于|至多|最多|少于)\s*$",
    re.IGNORECASE,
)
_MINUS = re.compile(r"(?:\b(?:minus|negative)|负)\s*$", re.IGNORECASE)
_AFTER = re.compile(r"\s?(?:(?P<about>左右|上下|or so\b)|(?P<over>以上|多|or more\b|余)|(?P<under>以下|or less\b))")
_REACH = 22
"""Characters before a number in which words such as "slightly more than" are looked for."""


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a text, in order, none overlapping another."""
    free = bytearray(b"\1") * len(text)
    taken: list[Quantity] = []
    finders = (find_dates, _shares, _ranges, find_ordinals, _digits, _spelled, _han_numbers)
    for find in finders:
        for quantity in find(text):
            if all(free[quantity.start : quantity.end]):
                free[quantity.start : quantity.end] = bytes(quantity.end - quantity.start)
                taken.append(quantity)
    taken.sort(key=lambda q: q.start)
    return [_qualified(text, q, taken[at - 1].end if at else 0) for at, q in enumerate(taken)]


def _digits(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        digits = match["digits"]
        plain = digits.replace(",", "")
        start = match.start() + (len(match.group()) - len(match.group().lstrip()))
        money = (match["money"] or match["inner"] or "").strip()
        end, minus = match.end(), match["sign"] in {"-", "−"}
        if match["open"]:
            closing = re.compile(r"\s?%?\)").match(text, end)
            if closing is None or not (money or _SCALED.match(text, closing.end())):
                start, money = match.start("digits"), ""  # brackets around a number in running text
            else:
                end, minus = closing.end(), True
        if _YEAR.fullmatch(digits) and not money and not minus and _is_year(text, end):
            yield Quantity(float(digits), YEAR, match.start("digits"), end + (text[end : end + 1] == "年"), 1.0)
            continue
        if digits[-1].isdigit() and _NAME_BEHIND.match(text, end) and TAIL.match(text, end) is None:
            continue  # 4th, 3D: a name, no quantity
        yield _with_tails(text, float(plain), _step(plain), start, end, unit_of(money), minus=minus)


def _is_year(text: str, end: int) -> bool:
    tail = TAIL.match(text, end)
    return tail is None or (tail.group().startswith((" ", "-")) and tail["sign"] is None and tail["long"] is None)


def _step(digits: str) -> float:
    return float(10.0 ** -len(digits.partition(".")[2]))


def _with_tails(text: str, value: float, step: float, start: int, end: int, unit: str, *, minus: bool) -> Quantity:
    """The quantity with the scale words and the unit that stand behind it."""
    scale = 1.0
    others: tuple[tuple[float, str], ...] = ()
    for _ in range(_MOST_TAILS):
        tail = TAIL.match(text, end)
        if tail is None:
            break
        name = tail["long"] or tail["short"] or tail["sign"] or tail["letter"]
        factor, named = scale_of(name), unit_of(name)
        if factor and not (named and unit):
            if name == "m" and not unit and tail.group()[0].isspace() and scale == 1.0:
                if _METRES.match(text, tail.end()):
                    return Quantity(-value if minus else value, "m", start, tail.end(), step)
                others = ((value, "m"),)  # 300 m: millions or metres
            scale *= factor
        elif named and (not unit or (unit in CURRENCIES and named == unit)):
            unit = named
        else:
            break
        end = tail.end()
        if unit and unit not in CURRENCIES:
            break
    sign = -1.0 if minus else 1.0
    # Decimal places of the scaled number are not to show the binary form of what was printed.
    return Quantity(sign * float(f"{value * scale:.15g}"), unit, start, end, step * scale, others=others)


def _ranges(text: str) -> Iterator[Quantity]:
    """Ranges as one quantity, as in "ages 18-29", "12 to 14 %"; those of years as two."""
    for match in _RANGE.finditer(text):
        low, high = match["low"], match["high"]
        dashed = text[match.end("low") : match.start("high")].strip(" %") in {"-", "–", "—", "~", "至", "到"}
        if _YEAR.fullmatch(low) and dashed:
            yield Quantity(float(low), YEAR, match.start("low"), match.end("low"), 1.0)
            if _YEAR.fullmatch(high):
                yield Quantity(float(high), YEAR, match.start("high"), match.end("high"), 1.0)
            elif len(high) == 2:
                end = float(low[:2] + high)
                yield Quantity(end, YEAR, match.start("high"), match.end("high"), 1.0)
            continue
        word = text[match.end("low") : match.start("high")].strip(" %$€£¥")
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _CHANGE.search(before) or float(low) >= float(high) or (word == "and" and not _BETWEEN.search(before)):
            continue
        if _YEAR.fullmatch(low) and _YEAR.fullmatch(high):
            continue
        whole = _with_tails(text, float(high), _step(high), match.start(), match.end(), "", minus=False)
        unit = unit_of(match["money"] or "") or whole.unit
        scale = whole.value / float(high) if float(high) else 1.0
        value = (float(low) + float(high) / 10_000) * scale
        yield Quantity(value, f"range {unit}".strip(), match.start(), whole.end, 0.0)
    for match in _FROM_AGE.finditer(text):
        yield Quantity(float(match["low"]) + _NO_END / 10_000, "range", match.start(), match.end(), 0.0)
    for match in _RATIO.finditer(text):
        yield Quantity(float(match[1]) + float(match[2]) / 10_000, "ratio", match.start(), match.end(), 0.0)
    for match in re.finditer(r"(?<![\w.,])((?:1[6-9]|20)\d\d)/(\d\d)(?![\d/])", text):
        yield Quantity(float(match[1]), YEAR, match.start(1), match.end(1), 1.0)
        yield Quantity(float(match[1][:2] + match[2]), YEAR, match.start(2), match.end(2), 1.0)


def _shares(text: str) -> Iterator[Quantity]:
    """Fractions in words, as per cent."""
    # Most texts have none of the words: to look for these first takes a tenth of the time.
    for match in _FRACTION.finditer(text) if _OF_SO_MANY.search(text) else ():
        parts, whole = english_value(match["n"]), english_value(match["d"])
        if parts < whole and (whole <= _MOST_PARTS or whole in {100.0, 1000.0}):
            yield _part(100.0 * parts / whole, match)
    lower = text.lower()
    for match in _SHARE.finditer(text) if any(part in lower for part in _ANY_PART) else ():
        count = match["n"]
        if count is None and match["part"].lower() != "half":
            continue
        parts = 1.0 if count is None or count.lower() in {"a", "an"} else english_value(count)
        yield _part(100.0 * parts / _PARTS[match["part"].lower()], match)
    if text.isascii():
        return
    for match in _HAN_SHARE.finditer(text):
        if match["p"]:
            yield Quantity(chinese_value(match["p"]), "%", match.start(), match.end(), 1.0)
        else:
            yield _part(50.0 if match["h"] else 10.0 * chinese_value(match["t"]), match)
    for match in _HAN_PARTS.finditer(text):
        if match["d"] != "百" and chinese_value(match["d"]):
            yield _part(100.0 * chinese_value(match["n"]) / chinese_value(match["d"]), match)


def _part(value: float, match: re.Match[str]) -> Quantity:
    loose = slack(value, "%", part=True)
    return Quantity(value, "%", match.start(), match.end(), 2 * loose, loose, loose)


def _spelled(text: str) -> Iterator[Quantity]:
    """Numbers in words; "one" alone is a pronoun more often than not."""
    for match in _WORDS.finditer(text):
        value = english_value(match["n"])
        last = match["n"].lower().rpartition(" ")[2]
        step = scale_of(last) or 1.0
        found = _with_tails(text, value, step, match.start(), match.end(), "", minus=False)
        if found.value > 1 or found.unit:
            yield found


def _han_numbers(text: str) -> Iterator[Quantity]:
    """Chinese numerals that count something or have several places."""
    if text.isascii():
        return
    for match in _HAN_NUMBER.finditer(text):
        number, counter = match.group(), _HAN_COUNTER.match(text, match.end())
        if number[0] in "百千万亿" or (len(number) == 1 and (counter is None or number == "一")):
            continue
        if len(number) == 4 and counter and counter.group() == "年" and not set(number) & set("十百千万亿"):
            yield Quantity(chinese_value(number), YEAR, match.start(), match.end() + 1, 1.0)
        elif counter or (number[-1] in "十百千万亿" and number not in {"一百", "一千", "一万", "十万", "一十"}):
            yield _with_tails(
                text, chinese_value(number), han_step(number), match.start(), match.end(), "", minus=False
            )


def _qualified(text: str, quantity: Quantity, least: int) -> Quantity:
    """The quantity with the words that call it negative, approximate or a bound."""
    if quantity.unit.startswith("range") or quantity.unit in {YEAR, "ordinal", "day", "month", "quarter", "half"}:
        return quantity
    minus = _before(_MINUS, text, quantity.start, least)
    if minus is not None and quantity.value > 0:
        quantity = replace(quantity, value=-quantity.value, start=minus)
    value, unit = quantity.value, quantity.unit
    after = _AFTER.match(text, quantity.end)
    kind = after.lastgroup if after else None
    if kind == "about" and after:
        quantity = replace(quantity, end=after.end())
    for name, pattern in (("about", _ABOUT), ("over", _OVER), ("under", _UNDER)):
        start = _before(pattern, text, quantity.start, least)
        if start is not None:
            kind = name
            if name == "about":  # the others are words of comparison, which are judged as such
                quantity = replace(quantity, start=start)
            break
    if kind is None:
        return quantity
    loose = max(slack(value, unit), quantity.below)
    if kind == "about":
        return replace(quantity, below=loose, above=loose)
    if kind == "over":
        return replace(quantity, below=0.0, above=max(beyond(value), loose))
    return replace(quantity, below=max(beyond(value), loose), above=0.0)


def _before(pattern: re.Pattern[str], text: str, start: int, least: int) -> int | None:
    found = pattern.search(text[max(least, start - _REACH) : start])
    return max(least, start - _REACH) + found.start() if found else None
