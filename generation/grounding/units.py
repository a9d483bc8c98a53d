"""Scale words, units and currencies as they stand behind a number, or over a table's columns."""

from __future__ import annotations

import re
from typing import NamedTuple

YEAR = "year"
POINTS = "pp"
OPEN = "?"
"""The unit of a number of a table or chart that does not say it."""

_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "thousands": 1e3,
    "k": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "trillions": 1e12,
    "tn": 1e12,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
_UNITS = {
    "%": "% percent per␣cent pct",
    POINTS: "percentage␣points percentage␣point points point ppts ppt pp 个百分点 百分点",
    "bp": "basis␣points basis␣point bps bp 个基点 基点",
    "‰": "‰",
    "$": "$ US$ USD dollars dollar US␣dollars U.S.␣dollars 美元",
    "HK$": "HK$ 港元",
    "€": "€ EUR euros euro 欧元",
    "£": "£ GBP pounds pound 英镑",
    "元": "¥ RMB CNY yuan renminbi 人民币 元",
    "日元": "JPY yen 日元",
    "₹": "₹ INR rupees",
    "倍": "倍 times x ×",
    "kg": "kg kilograms kilogram kilos 公斤 千克",
    "g": "g grams gram 克",
    "mg": "mg milligrams milligram 毫克",
    "µg": "µg μg mcg micrograms 微克",
    "t": "tonnes tonne tons ton 吨",
    "km": "km kilometres kilometers kilometre kilometer 公里 千米",
    "m": "metres meters metre meter 米",
    "cm": "cm centimetres centimeters 厘米",
    "mm": "mm millimetres millimeters 毫米",
    "mile": "miles mile",
    "ft": "feet ft foot 英尺",
    "ha": "hectares hectare 公顷",
    "l": "litres liters litre liter 升",
    "ml": "ml millilitres milliliters 毫升",
    "ms": "ms milliseconds millisecond 毫秒",
    "s": "s seconds second sec 秒",
    "min": "minutes minute 分钟",
    "h": "h hours hour 小时",
    "kB": "KB",
    "MB": "MB",
    "GB": "GB",
    "TB": "TB",
    "kWh": "kWh",
    "MWh": "MWh",
    "GWh": "GWh",
    "TWh": "TWh",
    "MW": "MW",
    "GW": "GW",
    "°C": "°C ℃",
    "°F": "°F",
}
_BY_NAME = {name.replace("␣", " "): unit for unit, names in _UNITS.items() for name in names.split()}
_FOLDED = {name.lower(): unit for name, unit in _BY_NAME.items() if len(name) > 2 or not name.isascii()}
CURRENCIES = frozenset({"$", "HK$", "€", "£", "元", "日元", "₹"})
_FACTORS = {"bp": (POINTS, 0.01)}
"""Units that are another one's parts."""


def _any(names: list[str]) -> str:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in ordered)


_LONG = _any([n for n in (*_SCALES, *_BY_NAME) if n.isascii() and n[0].isalpha() and len(n) > 2])
_SHORT = _any(
    [n for n in (*_SCALES, *_BY_NAME) if n.isascii() and n[0].isalpha() and len(n) <= 2 and n not in {"k", "m", "b"}]
)
_SIGNS = _any([n for n in (*_SCALES, *_BY_NAME) if not (n.isascii() and n[0].isalpha())])
TAIL = re.compile(
    rf"[\s-]?(?:(?i:(?P<long>{_LONG}))(?![A-Za-z])|(?P<short>{_SHORT}|(?i:bn|mn|tn|pp|bp))(?![A-Za-z0-9])"
    rf"|(?P<sign>{_SIGNS}))|\s?(?P<letter>[kKmMbB])(?![\w²³/])"
)
"""A scale or unit behind a number."""
SYMBOL = r"(?:US\$|HK\$|[$€£¥₹]|(?:USD|RMB|CNY|EUR|GBP|JPY|INR)(?=[\s\d]))"
"""A currency before a number."""


class Measure(NamedTuple):
    """What a number is multiplied by, and its unit, empty where none is told."""

    scale: float = 1.0
    unit: str = ""


def unit_of(name: str) -> str:
    """The unit that a word or sign stands for, empty for none."""
    plain = re.sub(r"[\s-]+", " ", name)
    return _BY_NAME.get(plain) or _FOLDED.get(plain.lower(), "")


def scale_of(name: str) -> float:
    """What a scale word stands for, 0 for none."""
    return _SCALES.get(name.lower(), 0.0)


def brought(value: float, unit: str) -> tuple[float, str]:
    """Value and unit with those units that are parts of another brought to it: 25 basis points are 0.25 points."""
    unit, factor = _FACTORS.get(unit, (unit, 1.0))
    return value * factor, unit


_HEADING = re.compile(
    r"(?P<glued>US\$|[$€£¥])\s?(?P<letter>mn|bn|tn|[kmb])(?![A-Za-z])"
    r"|(?P<short>US\$(?!\d)|HK\$(?!\d)|[$€£¥₹](?!\s?\d)|(?<!\d)(?<!\d\s)[%‰])"
    r"|(?P<han>[十百千]?[万亿]|万亿|[百千](?=元))(?P<money>美元|欧元|日元|港元|元)?"
    r"|(?P<word>(?i:(?<!\d\s)\b(?:thousands?|millions?|billions?|trillions?|dollars?|euros?|pounds|yuan|yen|per\s?cent|percent"
    r"|percentage points)\b)|\b(?:USD|EUR|GBP|RMB|CNY|JPY)\b|(?:美元|欧元|日元|港元|元))"
)


def told_measure(text: str) -> Measure:
    """The scale and unit that a heading tells: "in millions of dollars", "Revenue, $m", "单位：百万元", "Share (%)"."""
    scale, unit = 1.0, ""
    for match in _HEADING.finditer(text):
        if match["glued"]:
            unit = unit or unit_of(match["glued"])
            scale = scale_of(match["letter"]) or scale
        elif match["han"]:
            scale = scale_of(match["han"]) or scale
            unit = unit or unit_of(match["money"] or "")
        else:
            word = match["word"] or match["short"]
            scale = scale_of(word) or scale
            unit = unit or unit_of(word)
    return Measure(scale, unit)


def without_measure(heading: str) -> str:
    """The heading with blanks where it tells scale or unit, of the same length."""
    return _HEADING.sub(lambda match: " " * len(match.group()), heading)
