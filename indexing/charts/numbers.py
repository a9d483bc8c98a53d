"""Numbers as printed in charts and tables: signs, units, separators, scale words, in English and in Chinese.

>>> parse_number("$(1.5)bn")
ParsedNumber(number=-1500000000.0, unit='$', is_year=False, bound='')
>>> parse_number("18-29") is None
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥", 0xFFE1: "£"}
_SAME_SIGN = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "﹪": "%", "\u00a0": "\u202f", "\u2009": "\u202f", "’": "'"}
)

_SCALES: dict[str, Decimal] = {
    "k": Decimal(10) ** 3,
    "thousand": Decimal(10) ** 3,
    "m": Decimal(10) ** 6,
    "mn": Decimal(10) ** 6,
    "mln": Decimal(10) ** 6,
    "million": Decimal(10) ** 6,
    "b": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "bln": Decimal(10) ** 9,
    "billion": Decimal(10) ** 9,
    "t": Decimal(10) ** 12,
    "tn": Decimal(10) ** 12,
    "trn": Decimal(10) ** 12,
    "trillion": Decimal(10) ** 12,
    "百": Decimal(10) ** 2,
    "千": Decimal(10) ** 3,
    "万": Decimal(10) ** 4,
    "萬": Decimal(10) ** 4,
    "十万": Decimal(10) ** 5,
    "百万": Decimal(10) ** 6,
    "千万": Decimal(10) ** 7,
    "亿": Decimal(10) ** 8,
    "億": Decimal(10) ** 8,
    "十亿": Decimal(10) ** 9,
    "百亿": Decimal(10) ** 10,
    "千亿": Decimal(10) ** 11,
    "万亿": Decimal(10) ** 12,
}
_CURRENCIES = (
    "US$",
    "HK$",
    "NT$",
    "C$",
    "A$",
    "S$",
    "$",
    "€",
    "£",
    "¥",
    "₹",
    "₩",
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "RMB",
    "JPY",
)
_UNITS = {
    "%": "%",
    "percent": "%",
    "per cent": "%",
    "pct": "%",
    "pp": "pp",
    "ppt": "pp",
    "ppts": "pp",
    "pts": "pts",
    "points": "points",
    "percentage points": "pp",
    "‰": "‰",
    "bps": "bps",
    "x": "x",
    "×": "x",
    "倍": "倍",
    "°": "°",
    "°C": "°C",
    "°F": "°F",
    "℃": "°C",
    "¢": "¢",
    "个百分点": "pp",
    "百分点": "pp",
    "元": "元",
    "美元": "美元",
    "欧元": "欧元",
    "日元": "日元",
    "港元": "港元",
    "人": "人",
    "户": "户",
    "家": "家",
    "件": "件",
    "台": "台",
    "辆": "辆",
    "个": "个",
    "次": "次",
    "岁": "岁",
    "天": "天",
    "吨": "吨",
    "公里": "公里",
    "kg": "kg",
    "km": "km",
    "cm": "cm",
    "mm": "mm",
    "ms": "ms",
    "GB": "GB",
    "MB": "MB",
    "TB": "TB",
    "kWh": "kWh",
    "MWh": "MWh",
    "GWh": "GWh",
    "TWh": "TWh",
    "MW": "MW",
    "GW": "GW",
    **{name: name for name in _CURRENCIES},
}


def _any_of(words: object, *, ignore_case: bool = False) -> str:
    ordered = sorted((str(word) for word in words), key=lambda word: (-len(word), word))  # type: ignore[attr-defined]  # dict or tuple
    return ("(?i:" if ignore_case else "(?:") + "|".join(map(re.escape, ordered)) + ")"


_DIGITS = (
    r"(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?)"
    r"|(?P<dotted>\d{1,3}(?:\.\d{3})+,\d+)"
    r"|(?P<spaced>\d{1,3}(?:[\u202f']\d{3})+(?:[.,]\d+)?)"
    r"|(?P<comma>\d+,\d{1,2})"
    r"|(?P<plain>\d+(?:\.\d+)?|\.\d+)"
)
_NUMBER = re.compile(
    r"(?P<bound>[<>≤≥~≈])?\s?"
    r"(?P<sign>[+-]\s?)?"
    rf"(?P<currency>{_any_of(_CURRENCIES)}\s?)?"
    r"(?P<inner_sign>[+-])?"
    r"(?P<open>\()?"
    rf"(?P<inner_currency>{_any_of(_CURRENCIES)})?"
    rf"(?:{_DIGITS})"
    rf"(?:[\s\u202f]?(?P<scale>{_any_of(_SCALES, ignore_case=True)})(?![A-Za-z]))?"
    rf"(?:[\s\u202f]?(?P<unit>{_any_of(_UNITS)}))?"
    r"(?P<close>\))?"
    rf"(?:[\s\u202f]?(?P<late_scale>{_any_of(_SCALES, ignore_case=True)})(?![A-Za-z]))?"
    rf"(?:[\s\u202f]?(?P<late_unit>{_any_of(_UNITS)}))?"
    r"[*†‡]*"
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d(?:\s?年)?[*†‡]*")
_LONGEST = 40
"""Characters; a longer label is no number, and numbers beyond this do not fit a float exactly anyway."""


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A printed number. `number` has sign and scale applied (`"1.5bn"` is 1.5e9); `unit` is `%`, `$`, `pp`, ….

    `is_year` marks a bare four-digit number that may be a year. `bound` is `<`, `>`, `≤`, `≥`, `~` or `≈` where the
    number is printed as a bound or an approximation.
    """

    number: float
    unit: str = ""
    is_year: bool = False
    bound: str = ""


def plain_text(text: str) -> str:
    """`text` with full-width characters, minus signs and spaces brought to one form; no character is added."""
    return text.translate(_FULL_WIDTH).translate(_SAME_SIGN).strip()


def parse_number(text: str) -> ParsedNumber | None:
    """The number that `text` as a whole stands for, or None: ranges, dates, words and codes are no numbers.

    Understands signs, accounting parentheses, currencies, per cent and other units, thousands separators (comma,
    apostrophe, narrow space), decimal commas where they cannot be thousands, `k m bn tn` and 万 亿 and their like, and
    full-width characters. The value is exact: decimal arithmetic, converted to float once.
    """
    printed = plain_text(text)
    if not printed or len(printed) > _LONGEST:
        return None
    if _YEAR.fullmatch(printed):
        return ParsedNumber(float(printed[:4]), is_year=True)
    match = _NUMBER.fullmatch(printed)
    if match is None or not _is_consistent(match):
        return None
    value = _decimal(match)
    scale = match["scale"] or match["late_scale"]
    if scale:
        value *= _SCALES[scale.lower()]
    negative = "-" in (match["sign"] or match["inner_sign"] or "") or match["open"] is not None
    unit = match["unit"] or match["late_unit"] or ""
    currency = (match["currency"] or match["inner_currency"] or "").strip()
    return ParsedNumber(
        float(-value if negative else value), currency or _UNITS.get(unit, ""), bound=match["bound"] or ""
    )


def _is_consistent(match: re.Match[str]) -> bool:
    """No sign, currency, scale or unit twice, parentheses closed, and none around a signed number."""
    signs = [match["sign"], match["inner_sign"]]
    twice = [
        signs,
        [match["currency"], match["inner_currency"]],
        [match["scale"], match["late_scale"]],
        [match["unit"], match["late_unit"]],
    ]
    if any(first and second for first, second in twice):
        return False
    if (match["open"] is None) != (match["close"] is None) or (match["open"] and any(signs)):
        return False
    if (match["late_scale"] or match["late_unit"]) and not match["close"]:
        return False
    currency = match["currency"] or match["inner_currency"]
    unit = match["unit"] or match["late_unit"]
    return not (currency and unit)


def _decimal(match: re.Match[str]) -> Decimal:
    if match["grouped"]:
        digits = match["grouped"].replace(",", "")
    elif match["dotted"]:
        digits = match["dotted"].replace(".", "").replace(",", ".")
    elif match["spaced"]:
        digits = re.sub(r"[\u202f']", "", match["spaced"]).replace(",", ".")
    elif match["comma"]:
        digits = match["comma"].replace(",", ".")
    else:
        digits = match["plain"]
    return Decimal(digits)


def with_unit(number: float, unit: str) -> str:
    """A number with its unit, as it would stand in a sentence: "$4.1bn", "-41 %", "41 points"."""
    sign, digits = "-" if number < 0 else "", f"{abs(number):,.10g}"
    if unit.startswith(("$", "€", "£", "¥")):
        return f"{sign}{unit[0]}{digits}{unit[1:]}"
    return f"{sign}{digits} {unit}".rstrip()
