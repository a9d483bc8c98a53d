"""Numbers in words: "thirty-five", "two thousand five hundred", 三十五, 三十一亿, 二〇二三."""

from __future__ import annotations

_SMALL = """
zero one two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_ONES = _SMALL.split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_VALUES = {word: value for value, word in enumerate(_ONES)} | _TENS
_PLACES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES)})"
SPELLED_NUMBER = (
    rf"(?:(?:an?(?=\s(?:{'|'.join(_PLACES)})\b)|{_BELOW_HUNDRED})"
    rf"(?:[\s-](?:and\s)?(?:{'|'.join(_PLACES)}|{_BELOW_HUNDRED})\b)*)"
)
"""Pattern of a number in English words."""
ENGLISH_NUMBER = rf"(?:{_BELOW_HUNDRED}|\d{{1,3}})"
"""A whole number below a hundred in English words, or up to three digits."""
ORDINAL = "|".join(_ORDINALS)
"""Pattern of an ordinal up to the tenth."""
CHINESE_NUMBER = "[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"

_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1_000}
_HAN_GROUPS = {"万": 10_000, "亿": 100_000_000}


def english_value(text: str) -> float:
    """The value of a text that matches `ENGLISH_NUMBER` or `SPELLED_NUMBER`."""
    if text.isdigit():
        return float(text)
    total, group = 0, 0
    for word in text.lower().replace("-", " ").split():
        place = _PLACES.get(word)
        if place is None:
            group += 1 if word in {"a", "an"} else _VALUES.get(word, 0)
        elif place == 100:
            group = (group or 1) * 100
        else:
            total, group = total + (group or 1) * place, 0
    return float(total + group)


def ordinal_value(text: str) -> float:
    """The value of a text that matches `ORDINAL`."""
    return float(_ORDINALS.index(text.lower()) + 1)


def chinese_value(text: str) -> float:
    """The value of a text that matches `CHINESE_NUMBER`; digit by digit where no place is named."""
    whole, _, decimals = text.partition("点")
    part = float("0." + "".join(str(_HAN_DIGITS[c]) for c in decimals)) if decimals else 0.0
    if not set(whole) & {*_HAN_PLACES, *_HAN_GROUPS}:
        return float("".join(str(_HAN_DIGITS[character]) for character in whole)) + part
    total, group, digit = 0, 0, 0
    for character in whole:
        if character in _HAN_GROUPS:
            scale = _HAN_GROUPS[character]
            if 0 < total < scale:  # 一万二千亿: all before it is multiplied
                total, group = 0, total + group
            total += (group + digit or 1) * scale
            group, digit = 0, 0
        elif character in _HAN_PLACES:
            group += (digit or 1) * _HAN_PLACES[character]
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return float(total + group + digit) + part


def han_step(text: str) -> float:
    """The value of one in the last place that a Chinese number names: 10,000 of 三十万."""
    scale = 1.0
    for character in reversed(text):
        place = _HAN_PLACES.get(character) or _HAN_GROUPS.get(character)
        if place is None:
            break
        scale *= place
    return scale
