"""A comparison taken apart by rules: "A against B in 2020 and 2021" asks for four things, each found on its own.

A question has slots, lists of years or of what is compared; each part has one choice of every slot in its place.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARTS = 6
"""A question that falls into more is left whole: it asks for a table rather than for some figures."""

_YEAR = r"(?:FY\s?|fiscal\s+)?(?:19|20)\d\d(?!\d)\s*(?:年度?)?"
_AMONG = (
    r"\s*(?:,\s*(?:and\s+|or\s+)?|\b(?:and|or|to|vs\.?|versus|against|compared\s+(?:with|to))\b"
    r"|[、和与及至到跟同]|以及|相?对比?)\s*"
)
_YEARS = re.compile(rf"(?<!\d){_YEAR}(?:{_AMONG}{_YEAR})+")
_YEAR_ONLY = re.compile(_YEAR)
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?=(?:FY\s?|fiscal\s+)?(?:19|20)\d\d)", re.IGNORECASE)

_COMPARING = re.compile(
    r"\b(?:compar\w+|against|versus|vs\.?|difference|differ|than|both|each|respectively|either|whether|which of)\b"
    r"|比较|对比|相比|差异|差别|差距|区别|分别|各自|哪[个家些一]|谁[更的]|高于|低于|多于|少于",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w&.'’-]*(?:\s+(?:of\s+)?[A-Z0-9][\w&.'’-]*){0,3}"
_JOINED = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|against|versus|vs\.?|than|compared\s+(?:with|to))\s+)"
_NAMES = re.compile(rf"(?<![\w.]){_NAME}(?:'s|’s)?(?:{_JOINED}(?:that of\s+|the\s+)?{_NAME}(?:'s|’s)?)+")
_NAMES_BETWEEN = re.compile(rf"{_JOINED}(?:that of\s+|the\s+)?")
_SUBJECT = re.compile(rf"(?<![\w.]){_NAME}")
_OPPOSED = re.compile(
    rf"\s+(?:against|versus|vs\.?|than|compared\s+(?:with|to))\s+(?:that\s+of\s+|the\s+)?(?P<other>{_NAME})"
)
"""`Adobe's revenue ... than that of Best Buy`: the first name is the subject, and what it is held against goes."""
_THINGS = re.compile(
    r"\b(?:compare|between)\s+(?P<list>(?:the\s+)?(?P<first>[\w-]+(?:\s+[\w-]+){0,3}?)\s+(?:and|with|to|against|versus)"
    r"\s+(?:the\s+)?(?P<second>[\w-]+(?:\s+[\w-]+){0,3}?))(?=\s+(?:of|in|for|from|at|between|during|over)\b|\s*[?.,;]|$)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:(?:比较|对比)(?:一下)?|(?:^|[，,。？?年在]))(?P<list>(?P<first>[\w&]{1,12}?)(?:和|与|跟|同|、|对|相对于)"
    r"(?P<second>[\w&]{1,12}?))(?=的|在|\d{4}|[，,？?。]|相比|哪|谁|$)"
)
_OPENING = re.compile(
    r"^\W*(?:compare|contrast|how|what|which|who|when|where|why|did|does|do|is|are|was|were|has|have|between|and|in|by|"
    r"for|of|the|can|could|please|tell|show|give|list)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Slot:
    start: int
    end: int
    choices: tuple[str, ...]


def question_parts(question: str) -> tuple[str, ...]:
    """The single questions that a comparison consists of, in its order; none where it is one question.

    They are for the search: their grammar may limp ("Compare Adobe in 2020").
    """
    slots = list(_slots(question))
    if not slots:
        return ()
    choices = [slot.choices for slot in slots]
    parts = tuple(dict.fromkeys(_with(question, slots, chosen) for chosen in itertools.product(*choices)))
    return parts if 1 < len(parts) <= MOST_PARTS else ()


def looks_compound(question: str) -> bool:
    """Whether a question may ask for several things: a cheap test before a language model is asked."""
    return bool(_COMPARING.search(question) or _YEARS.search(question))


def _slots(question: str) -> Iterator[_Slot]:
    found: list[_Slot] = []
    for match in _YEARS.finditer(question):
        years = [year.strip() for year in _YEAR_ONLY.findall(match.group())]
        if years[-1].endswith("年"):
            years = [year if year.endswith(("年", "度")) else f"{year}年" for year in years]
        found.append(_Slot(match.start(), match.end(), tuple(dict.fromkeys(years))))
    if _COMPARING.search(question):
        found += _compared(question)
    yield from sorted(found, key=lambda slot: slot.start)


def _compared(question: str) -> list[_Slot]:
    """The names or things that are compared: one list of them at most."""
    opening = _OPENING.match(question)
    begin = opening.end() if opening else 0
    opposed = _OPPOSED.search(question)
    subject = _SUBJECT.search(question, begin, opposed.start()) if opposed else None
    if opposed and subject and not _NAMES.search(question, begin):
        return [_Slot(*subject.span(), (subject.group(), opposed["other"])), _Slot(*opposed.span(), ("",))]
    for match in _NAMES.finditer(question, begin):
        names = [re.sub(r"['’]s$", "", name) for name in _NAMES_BETWEEN.split(match.group())]
        if not any(_YEAR_ONLY.fullmatch(name) for name in names):
            return [_Slot(match.start(), match.end(), tuple(names))]
    for pattern in (_THINGS, _CHINESE):
        for match in pattern.finditer(question):
            pair = (match["first"], match["second"])
            if not any(re.search(r"(?:19|20)\d\d", one) for one in pair):
                return [_Slot(match.start("list"), match.end("list"), pair)]
    return []


def _with(question: str, slots: list[_Slot], chosen: tuple[str, ...]) -> str:
    text, end = "", 0
    for slot, choice in zip(slots, chosen, strict=True):
        text += question[end : slot.start] + choice
        spaced = slot.end < len(question) and question[slot.end - 1].isspace() and question[slot.end].isalnum()
        text += " " if spaced else ""
        end = slot.end
    return _BETWEEN.sub("in ", text + question[end:])
