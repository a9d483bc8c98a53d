"""Numbers in words: "thirty-five", 三十五."""

from __future__ import annotations

_SMALL = """
zero one two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_ONES = _SMALL.split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_VALUES = {word: value for value, word in enumerate(_ONES)} | _TENS

SPELLED_NUMBER = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES)})"
"""Pattern of a whole number below a hundred in English words."""
ENGLISH_NUMBER = rf"(?:{SPELLED_NUMBER}|\d{{1,3}})"
"""The same, or up to three digits."""
CHINESE_NUMBER = "[零〇一二两三四五六七八九十百]+"

_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def english_value(text: str) -> float:
    """The value of a text that matches `ENGLISH_NUMBER`."""
    if text.isdigit():
        return float(text)
    return float(sum(_VALUES[word] for word in text.lower().replace("-", " ").split()))


def chinese_value(text: str) -> float:
    """The value of a text that matches `CHINESE_NUMBER`, up to hundreds; digit by digit where no place is named."""
    if not set(text) & {"十", "百"}:
        return float("".join(str(_HAN_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for character in text:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return float(total + digit)
