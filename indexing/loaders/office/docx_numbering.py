"""The numbers that Word prints in front of list items and headings; the file holds only how to count."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .docx_styles import Numbering, word_value
from .xml import Element, child, tag

_PLACE = re.compile(r"%([1-9])")
_MOST = 10**6


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


class DocxNumbering:
    """Counts along the document. `numbering` is the root of the numbering part, None where there is none."""

    def __init__(self, numbering: Element | None) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._shared: dict[str, str] = {}  # lists of one definition count on, unless they start anew
        if numbering is None:
            return
        definitions: dict[str, dict[int, _Level]] = {}
        for element in numbering.findall(tag("w:abstractNum")):
            definitions[element.get(tag("w:abstractNumId"), "")] = _levels(element)
        for element in numbering.findall(tag("w:num")):
            name, definition = element.get(tag("w:numId"), ""), word_value(element, "w:abstractNumId")
            self._lists[name] = dict(definitions.get(definition, {}))
            self._shared[name] = definition
            for override in element.findall(tag("w:lvlOverride")):
                self._lists[name] |= _levels(override)
                self._restart(name, override)

    def label(self, item: Numbering) -> str:
        """The number of the next item of a list ("2.1", "(a)", "第三条"); empty for bullets."""
        levels = self._lists.get(item.list_id, {})
        level = levels.get(item.level)
        if level is None:
            return ""
        counters = self._counters.setdefault(self._shared[item.list_id], {})
        counters[item.level] = counters[item.level] + 1 if item.level in counters else level.start
        for deeper in [other for other in counters if other > item.level]:
            del counters[deeper]
        if level.form in {"bullet", "none"}:
            return ""

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            shown = levels.get(place, level)
            return _FORMS.get(shown.form, str)(counters.get(place, shown.start))

        return _PLACE.sub(number, level.text)

    def _restart(self, name: str, override: Element) -> None:
        start, place = word_value(override, "w:startOverride"), override.get(tag("w:ilvl"), "")
        if start.isdecimal() and place.isdecimal():
            self._shared[name] = f"num {name}"
            level = self._lists[name].get(int(place))
            if level:
                self._lists[name][int(place)] = _Level(min(int(start), _MOST), level.form, level.text)


def _levels(parent: Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for element in parent.findall(tag("w:lvl")):
        place, start = element.get(tag("w:ilvl"), ""), word_value(element, "w:start")
        if place.isdecimal():
            levels[int(place)] = _Level(
                min(int(start), _MOST) if start.isdecimal() else 0,
                word_value(element, "w:numFmt") or "decimal",
                word_value(element, "w:lvlText") if child(element, "w:lvlText") is not None else "",
            )
    return levels


def _letters(number: int) -> str:
    """A … z, then aa … zz: the letter is repeated."""
    place = max(number, 1) - 1
    return chr(ord("a") + place % 26) * min(place // 26 + 1, 9)


def _roman(number: int) -> str:
    if not 0 < number < 4_000:
        return str(number)
    shown = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        shown += letters * (number // value)
        number %= value
    return shown


def _chinese(number: int) -> str:
    """一 to 九千九百九十九."""
    if not 0 < number < 10_000:
        return str(number)
    shown = ""
    for value, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            shown += "零一二三四五六七八九"[digit] + name
        elif shown and number and not shown.endswith("零"):
            shown += "零"
    return shown.removeprefix("一") if shown.startswith("一十") else shown


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "ideographDigital"),
        _chinese,
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
}  # fmt: skip
