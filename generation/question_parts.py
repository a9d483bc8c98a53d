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
    r"\s*(?:,\s*(?:and\s+|or\s+)?|\b(?:and|or|vs\.?|versus|against|compared\s+(?:with|to))\b"
    r"|[、和与及跟同]|以及|相?对比?)\s*"
)
_YEARS = re.compile(rf"(?<!\d){_YEAR}(?:{_AMONG}{_YEAR})+")
_YEAR_ONLY = re.compile(_YEAR)
_SPAN = re.compile(r"\b(?:between|from|since)\s+$", re.IGNORECASE)
"""What stands before years that bound a span of time: one passage tells how something went from one to the other."""

_COMPARING = re.compile(
    r"\b(?:compar\w+|against|versus|vs\.?|difference|differ|than|both|each(?!\s+other)|respectively|either|which of)\b"
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
_NO_THING = re.compile(
    r"(?:19|20)\d\d|\b(?:a|an|about|among|by|different|for|from|in|of|on|other|others|than|that|to|who|with)\b",
    re.IGNORECASE,
)
"""What is in no thing that could be compared by its own: the list has been cut in the wrong place."""
_CHINESE = re.compile(
    r"(?:(?:比较|对比)(?:一下)?|(?:^|[，,。？?年在]))(?P<list>(?P<first>[\w&]{1,12}?)(?:和|与|跟|同|、|对|相对于)"
    r"(?P<second>[\w&]{1,12}?))(?=的|在|\d{4}|[，,？?。]|相比|哪|谁|$)"
)
_CHINESE_THAN = re.compile(
    r"(?:^|[，,年])(?P<subject>[^\W\d]{2,12}?)(?=的|\d{4}年)[^，,。？?]{1,20}?"
    r"(?P<than>(?<![占相对同环债])比(?![例率重较如值])(?P<other>[^\W\d]{2,12}?)(?:的[^\W\d]{1,8}?)?)(?=[更高低多少大小快慢强弱])"
)
"""`云泽公司的净利润比海川集团高多少`: the same in Chinese."""
_OPENING = re.compile(
    r"^\W*(?:compare|contrast|describe|explain|discuss|how|what|which|who|when|where|why|did|does|do|is|are|was|were|has|have|between|and|in|by|"
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
        if _SPAN.search(question, 0, match.start()):
            continue
        years = [year.strip() for year in _YEAR_ONLY.findall(match.group())]
        if years[-1].endswith("年"):
            years = [year if year.endswith(("年", "度")) else f"{year}年" for year in years]
        found.append(_Slot(match.start(), match.end(), tuple(dict.fromkeys(years))))
    if _COMPARING.search(question) or _CHINESE_THAN.search(question):
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
    than = _CHINESE_THAN.search(question)
    if than:
        return [_Slot(*than.span("subject"), (than["subject"], than["other"])), _Slot(*than.span("than"), ("",))]
    for match in _NAMES.finditer(question, begin):
        names = [re.sub(r"['’]s$", "", name) for name in _NAMES_BETWEEN.split(match.group())]
        if not any(_YEAR_ONLY.fullmatch(name) for name in names):
            return [_Slot(match.start(), match.end(), tuple(names))]
    for pattern in (_THINGS, _CHINESE):
        for match in pattern.finditer(question):
            pair = (match["first"], match["second"])
            if not any(_NO_THING.search(one) for one in pair):
                return [_Slot(match.start("list"), match.end("list"), pair)]
    return []


def _with(question: str, slots: list[_Slot], chosen: tuple[str, ...]) -> str:
    text, end = "", 0
    for slot, choice in zip(slots, chosen, strict=True):
        text += question[end : slot.start] + choice
        spaced = slot.end < len(question) and question[slot.end - 1].isspace() and question[slot.end].isalnum()
        text += " " if spaced else ""
        end = slot.end
    return text + question[end:]
