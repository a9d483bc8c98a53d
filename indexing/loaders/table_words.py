"""What the words around a table say: its units, the notes below it, that it is continued from the page before."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SCALE = r"(?:hundreds?|thousands?|millions?|billions?|trillions?|percent(?:ages?)?|tonnes|000s)"
_MONEY = r"(?:US\$|HK\$|NT\$|[$€£¥%]|USD|EUR|GBP|RMB|CNY|HKD)"
_OPENING = re.compile(
    rf"(?:{_MONEY}|(?:in|all|amounts?|figures?|dollars?|shares?|tabular|unaudited|expressed|stated|{_SCALE})\b)",
    re.IGNORECASE,
)
_SCALED = re.compile(rf"\b{_SCALE}\b|{_MONEY}\s*(?:m|mn|bn|k|'?000)\b|^\s*%\s*$|^{_MONEY}$", re.IGNORECASE)
_IN_SCALE = re.compile(
    rf"\bin\s+(?:{_MONEY}\s*)?{_SCALE}\b(?:\s+of\s+[\w$€£ ]{{1,24}})?(?:,?\s+except\b[^()]*)?", re.IGNORECASE
)
_CHINESE = re.compile(
    r"[（(]?\s*(?:金额|货币|币种)?\s*(?:单位|單位)\s*[:：]\s*[^\s，。；;)）]{1,20}(?:\s*币种\s*[:：]\s*\S{1,6})?\s*[)）]?"
    r"|[（(]\s*(?:人民币|人民幣|美元|港元|港币)?\s*[十百千万萬亿億]+元?\s*[)）]|(?:人民币|人民幣)[十百千万萬亿億]*元"
)
_BRACKETED = re.compile(r"\(([^()]{1,120})\)")
_LONGEST = 120  # characters

_MARK = re.compile(r"\((?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\[\d{1,2}\]|[*†‡§]{1,3}|[¹²³⁴⁵⁶⁷⁸⁹]+")
_NOTE_WORD = re.compile(
    r"(?:Notes?|NOTES?|Sources?|SOURCES?|N\.B\.)\s*\d{0,2}\s*[:：.—–-]\s*\S"
    r"|(?:注释?|註|附注|说明|資料來源|资料来源|数据来源|来源)\s*[\d一二三四五六七八九十]{0,2}\s*[:：]"
)
_CONTINUED = re.compile(
    r"\(?\s*(?:continued|cont['’]?d\.?|concluded)\s*\)?\.?|[（(]\s*[续續]\s*[)）]|[续續]\s*表", re.IGNORECASE
)


_OPENING_SIGN = re.compile(r"(?:US|HK|NT|CA|AU|[ACNS])?[$€£¥]\s*[(]?|[(]")
_CLOSING_SIGN = re.compile(r"\)?\s*%?\s*\)?")


def is_opening_sign(text: str) -> bool:
    """Whether a cell holds but what stands before a number: a currency sign, an opening parenthesis."""
    return bool(_OPENING_SIGN.fullmatch(text))


def is_closing_sign(text: str) -> bool:
    """Whether a cell holds but what stands behind a number: a closing parenthesis, a percent sign."""
    return bool(text) and bool(_CLOSING_SIGN.fullmatch(text))


def units_in(text: str) -> str:
    """What `text` says about the units of all figures ("in millions, except per share data"); empty where nothing."""
    chinese = _CHINESE.search(text)
    if chinese:
        return chinese[0].strip(" ()（）")
    for inner in _BRACKETED.findall(text):
        if _OPENING.match(inner.strip()) and _SCALED.search(inner):
            return str(inner).strip()
    whole = _BRACKETED.sub("", text).strip(" ():：")
    if len(whole) <= _LONGEST and _OPENING.match(whole) and _SCALED.search(whole) and not whole.endswith("."):
        return whole
    scale = _IN_SCALE.search(text)
    return scale[0].strip(" :：") if scale else ""


def first_units(texts: Iterable[str]) -> str:
    """The first statement of units among `texts`."""
    return next((units for text in texts if (units := units_in(text))), "")


def is_units_line(text: str) -> bool:
    """Whether a line says nothing but the units of a table."""
    units = units_in(text)
    whole, outside = text.strip(" ()（）:："), _BRACKETED.sub("", text).strip(" :：")
    return bool(units) and min(len(whole), len(outside) or len(whole)) <= len(units) + 2


def note_mark(text: str) -> str | None:
    """The mark that a note begins with (`(1)`, `*`); empty for "Note:" and its like; None for what is no note."""
    text = text.lstrip()
    if _NOTE_WORD.match(text):
        return ""
    mark = _MARK.match(text)
    return mark[0] if mark and text[mark.end() :].strip() else None


def without_continued(text: str) -> str | None:
    """`text` without its "(continued)"; None where it has none."""
    found = _CONTINUED.search(text)
    return (text[: found.start()] + text[found.end() :]).strip(" -–—:,") if found else None
