"""True statements said in other words: what hallucination checks must not take for false.

Every statement is changed in several ways that leave its meaning alone: its numbers printed otherwise, a time put in
front, another opening, and other words from a list. Each half of a benchmark has openings and words of its own, so that
the phrasings of the half that is reported are not those that checks were developed with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from .claim_perturbation import CHINESE

_OPENINGS = {
    "tune": ("It is noted that ", "The survey found that ", "Researchers observe that "),
    "report": ("As the authors put it, ", "The study concludes that ", "One finding is that "),
}
_CHINESE_OPENINGS = {"tune": ("可以看到，", "文中指出，"), "report": ("研究者认为，", "需要说明的是，")}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "tune": {
        "say": "state", "says": "states", "said": "stated", "think": "believe", "people": "individuals",
        "country": "nation", "countries": "nations", "big": "substantial", "use": "utilize", "used": "utilized",
        "important": "significant", "job": "position", "jobs": "positions", "children": "kids", "often": "regularly",
        "view": "opinion", "views": "opinions", "especially": "particularly", "problem": "issue",
        "problems": "issues", "information": "data", "compared with": "as opposed to", "roughly": "approximately",
    },
    "report": {
        "say": "declare", "says": "declares", "said": "declared", "believe": "hold", "people": "persons",
        "public": "population", "large": "sizable", "see": "regard", "saw": "regarded", "concern": "worry",
        "concerned": "worried", "government": "administration", "help": "assist", "want": "wish",
        "overall": "in general", "survey": "poll", "far": "much",
        "just": "merely", "only": "merely", "compared with": "in contrast to",
        "nearly": "close to", "about": "around", "currently": "at present", "percentage": "proportion",
    },
}  # fmt: skip
_CHINESE_WORDS: Mapping[str, Mapping[str, str]] = {
    "tune": {"使用": "采用", "通常": "一般", "例如": "比如", "因此": "所以", "可以": "能够", "主要": "最主要的是"},
    "report": {"包括": "包含", "需要": "须要", "通过": "借助", "关键": "核心", "方法": "方式", "非常": "十分"},
}
_MOST_WORDS = 2
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2}(?:\.\d)?)\s?%")
_TRAILING_TIME = re.compile(r"^(?P<rest>[A-Z][^,;:()]{20,}?) (?P<time>in (?:19|20)\d\d)\.$")
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
Rewrite = Callable[[str, str, Random], str | None]
"""Statement, half, random -> the same in other words; None where it does not apply."""


def open_otherwise(text: str, half: str, random: Random) -> str | None:
    """Another opening in front."""
    if CHINESE.search(text):
        return random.choice(_CHINESE_OPENINGS[half]) + text
    first, _, rest = text.partition(" ")
    lowered = (
        first.lower() if first.lower() in {"the", "a", "an", "about", "some", "most", "in", "more", "when"} else first
    )
    return f"{random.choice(_OPENINGS[half])}{lowered} {rest}"


def print_numbers_otherwise(text: str, half: str, random: Random) -> str | None:
    """Per cent signs as words, and small numbers, too."""
    if not _PERCENT.search(text):
        return None
    if CHINESE.search(text):
        return _PERCENT.sub(lambda match: f"百分之{match[1]}" if half == "report" else f"{match[1]} %", text)
    name = " percent" if half == "tune" else " per cent"
    spell = random.random() < 0.5
    return _PERCENT.sub(
        lambda m: (_ONES[int(m[1])] if spell and m[1].isdigit() and int(m[1]) <= 12 else m[1]) + name, text
    )


def put_time_in_front(text: str, half: str, random: Random) -> str | None:  # noqa: ARG001 - as the others
    """The year at the end as the beginning."""
    match = _TRAILING_TIME.match(text)
    return f"I{match['time'][1:]}, {match['rest']}." if match else None


def use_other_words(text: str, half: str, random: Random) -> str | None:
    """One or two words by others of about the same meaning."""
    words = (_CHINESE_WORDS if CHINESE.search(text) else _WORDS)[half]
    found = [w for w in words if re.search(rf"\b{re.escape(w)}(?!\w)" if w.isascii() else w, text)]
    if not found:
        return None
    for word in random.sample(found, min(len(found), _MOST_WORDS)):
        pattern = rf"\b{re.escape(word)}(?!\w)" if word.isascii() else word
        text = re.sub(pattern, words[word], text, count=1)
    return text


REWRITINGS: Mapping[str, Rewrite] = {
    "true, other opening": open_otherwise,
    "true, numbers otherwise": print_numbers_otherwise,
    "true, time in front": put_time_in_front,
    "true, other words": use_other_words,
}
"""How true statements are said in other words."""
