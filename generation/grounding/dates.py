"""Dates, quarters, halves and ordinals in running text, English and Chinese, each as a quantity with its own unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .number_words import ORDINAL, chinese_value, ordinal_value
from .quantity import Quantity
from .units import YEAR

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAME = (
    r"(?P<{0}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_SHORT_MONTHS = tuple(month[:3].capitalize() for month in _MONTHS)
_HAS_DIGIT = re.compile(r"\d")
_FULL_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_ISO_DATE = re.compile(rf"(?<!\d)(?P<y>{_FULL_YEAR})[-/.](?P<n>[01]?\d)[-/.](?P<d>[0-3]?\d)(?!\d)")
_DATES = (
    re.compile(rf"\b{_DAY.format('d')}\s(?:of\s)?{_NAME.format('m')}(?:,?\s(?P<y>{_FULL_YEAR}))?\b"),
    re.compile(rf"\b{_NAME.format('m')}\s{_DAY.format('d')}(?!\d|[.,]\d|\s?%)(?:,?\s(?P<y>{_FULL_YEAR}))?\b"),
    _ISO_DATE,
    re.compile(rf"(?<!\d)(?:(?P<y>{_FULL_YEAR})\s?年\s?)?(?P<n>1[0-2]|0?[1-9])\s?月\s?(?P<d>[0-3]?\d)\s?[日号]"),
)
_MONTH_ALONE = (
    re.compile(rf"\b{_NAME.format('m')}(?:\sof)?,?\s(?P<y>{_FULL_YEAR})\b"),
    re.compile(rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|last|early|late|mid|[Bb]y|[Tt]hrough)\s{_NAME.format('m')}\b"),
    re.compile(rf"\b(?P<m>{'|'.join(m.capitalize() for m in _MONTHS if m not in {'may', 'march'})})\b"),
    re.compile(rf"(?<!\d)(?:(?P<y>{_FULL_YEAR})\s?年\s?)?(?P<n>1[0-2]|0?[1-9])\s?月(?:份)?(?![0-9]|个)"),
)
_SLASHED = re.compile(rf"(?<![\d/])(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)/(?P<y>{_FULL_YEAR})(?!\d)")
_FISCAL = re.compile(rf"\bFY\s?['’]?(?P<y>{_FULL_YEAR}|\d\d)\b")
_DECADE = re.compile(r"(?<![\w.,])(?:(?P<y>(?:1[6-9]|20)\d0)|['’](?P<s>\d0))['’]?s\b")
_PART_OF_YEAR = re.compile(
    rf"\b(?:(?P<o>{ORDINAL}|[1-4](?:st|nd|rd|th))[\s-](?P<u>quarter|half)|Q(?P<q>[1-4])|H(?P<h>[12])"
    r"|(?P<q2>[1-4])Q(?=\d\d|\b))(?![a-z])",
    re.IGNORECASE,
)
_NAMES_A_PART = re.compile(r"[qQ][uU][aA]|[hH][aA][lL]|[QqHh][1-4]|[1-4][Qq]")
_HAN_PART = re.compile(r"第?(?P<q>[一二三四1-4])季度|(?P<h>[上下])半年")
_ORDINAL = re.compile(
    r"(?<!per )(?<!a )(?<!one )(?<!two )(?<!\d )(?<![\w-])"
    rf"(?:(?P<o>{ORDINAL})|(?P<n>\d{{1,3}})(?:st|nd|rd|th))\b(?![,-]|\squarter)",
    re.IGNORECASE,
)
_HAN_ORDINAL = re.compile(r"第(?P<o>[一二两三四五六七八九十]+|\d+)(?!季度)")


def find_dates(text: str) -> Iterator[Quantity]:
    """Dates and their like; of overlapping ones the better comes first."""
    months = "月" in text or any(month in text for month in _SHORT_MONTHS)
    if _HAS_DIGIT.search(text):
        for pattern in _DATES if months else (_ISO_DATE,):
            for match in pattern.finditer(text):
                yield from _day(match)
        for match in _SLASHED.finditer(text) if "/" in text else ():
            yield from _slashed(match)
    for pattern in _MONTH_ALONE if months else ():
        for match in pattern.finditer(text):
            yield from _month(match)
    for match in _FISCAL.finditer(text) if "FY" in text else ():
        year = match["y"] if len(match["y"]) == 4 else f"20{match['y']}"
        yield Quantity(float(year), YEAR, match.start(), match.end(), 1.0)
    for match in _DECADE.finditer(text):
        value = float(match["y"]) if match["y"] else 1900.0 + float(match["s"])
        yield Quantity(value, "decade", match.start(), match.end(), 1.0)
    yield from _parts_of_years(text)


def find_ordinals(text: str) -> Iterator[Quantity]:
    """`third`, `3rd`, 第三."""
    for match in _ORDINAL.finditer(text):
        value = ordinal_value(match["o"]) if match["o"] else float(match["n"])
        yield Quantity(value, "ordinal", match.start(), match.end(), 1.0)
    for match in _HAN_ORDINAL.finditer(text) if not text.isascii() else ():
        yield Quantity(_han(match["o"]), "ordinal", match.start(), match.end(), 1.0)


def _day(match: re.Match[str]) -> Iterator[Quantity]:
    groups = match.groupdict()
    month = int(groups["n"]) if groups.get("n") else _number_of(groups["m"])
    day = int(groups["d"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    first = "n" if groups.get("n") else ("d" if match.start("d") < match.start("m") else "m")
    last = "d" if first != "d" else "m"
    end = match.end() if not groups["y"] or match.start("y") < match.start(first) else match.end(last)
    yield Quantity(100.0 * month + day, "day", match.start(first), end, 1.0)
    yield from _year(match)


def _slashed(match: re.Match[str]) -> Iterator[Quantity]:
    first, second = int(match["a"]), int(match["b"])
    readings = [100.0 * m + d for m, d in ((first, second), (second, first)) if 1 <= m <= 12 and 1 <= d <= 31]
    if readings:
        others = tuple((value, "day") for value in readings[1:])
        yield Quantity(readings[0], "day", match.start("a"), match.end("b"), 1.0, others=others)
        yield from _year(match)


def _month(match: re.Match[str]) -> Iterator[Quantity]:
    groups = match.groupdict()
    name = "n" if groups.get("n") else "m"
    month = int(groups["n"]) if name == "n" else _number_of(groups["m"])
    end = match.end(name) if name == "m" else match.end()
    yield Quantity(float(month), "month", match.start(name), end, 1.0)
    yield from _year(match)


def _year(match: re.Match[str]) -> Iterator[Quantity]:
    if match.groupdict().get("y"):
        end = match.end("y") + (match.string[match.end("y") : match.end("y") + 1] == "年")
        yield Quantity(float(match["y"]), YEAR, match.start("y"), end, 1.0)


def _parts_of_years(text: str) -> Iterator[Quantity]:
    # Most texts have none of the words: to look for these first takes a tenth of the time.
    for match in _PART_OF_YEAR.finditer(text) if _NAMES_A_PART.search(text) else ():
        if match["o"]:
            number = float(match["o"][0]) if match["o"][0].isdigit() else ordinal_value(match["o"])
            yield Quantity(number, match["u"].lower(), match.start(), match.end(), 1.0)
        elif match["h"]:
            yield Quantity(float(match["h"]), "half", match.start(), match.end(), 1.0)
        else:
            yield Quantity(float(match["q"] or match["q2"]), "quarter", match.start(), match.end(), 1.0)
    for match in _HAN_PART.finditer(text) if not text.isascii() else ():
        if match["q"]:
            yield Quantity(_han(match["q"]), "quarter", match.start(), match.end(), 1.0)
        else:
            yield Quantity(1.0 if match["h"] == "上" else 2.0, "half", match.start(), match.end(), 1.0)


def _number_of(name: str) -> int:
    return next(index for index, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3].lower()))


def _han(text: str) -> float:
    return float(text) if text.isdigit() else chinese_value(text)
