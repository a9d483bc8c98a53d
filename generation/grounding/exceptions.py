"""What a sentence says of all but some: "every school except Hillcrest", "unlike Portugal, Spain", 除安徽外."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .words import Word

_EXCEPT = re.compile(
    r"\b(?:except(?:\sfor)?|excluding|other\sthan|with\sthe\sexception\sof|unlike)\s(?:the\s|in\s|for\s)?",
    re.IGNORECASE,
)
_HAN_EXCEPT = re.compile(
    "除了?(?P<a>[^，。；除]{1,12}?)(?:以外|之外|外)(?![^，。；]*，?[^。；]{0,12}[还也又])|与(?P<b>[^，。；]{1,12}?)不同"
)
_ALL = frozenset({"all", "every", "each", "everi", "any", "都", "所有", "全部", "各", "均", "皆", "每"})


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Stems of what a sentence leaves out, and whether it denies the rest: "no school except Hillcrest passed"."""

    stems: frozenset[str] = frozenset()
    denied: bool = False


def excepted(words: Sequence[Word], text: str) -> Exceptions:
    """What the sentence leaves out: a name, or a word. One that it speaks of elsewhere, too, is not left out."""
    out: list[Word] = []
    denied = False
    for match in _EXCEPT.finditer(text):
        behind = [w for w in words if w.start >= match.end() and w.is_content and w.quantity is None]
        named = list(_named(behind))
        out += named
        denied = denied or _denies_rest(words, match, named)
    for match in _HAN_EXCEPT.finditer(text) if not text.isascii() else ():
        start, end = match.span("a") if match["a"] else match.span("b")
        named = [w for w in words if start <= w.start < end and w.is_content]
        out += named
        denied = denied or _denies_rest(words, match, named)
    elsewhere = {w.stem for w in words if w not in out}
    return Exceptions(frozenset(w.stem for w in out) - elsewhere, denied)


def _denies_rest(words: Sequence[Word], match: re.Match[str], named: Sequence[Word]) -> bool:
    """Whether there is a negation in the clause of the exception, or in those beside it where it fills its own."""
    if not named:
        return False
    clause = named[0].clause
    apart = all(w in named or match.start() <= w.start < match.end() for w in words if w.clause == clause)
    reach = 1 if apart else 0
    return any(w.kind == "negation" and abs(w.clause - clause) <= reach for w in words)


def _named(words: Sequence[Word]) -> Iterator[Word]:
    """The first word, and those of the same clause that belong to its name."""
    for index, word in enumerate(words):
        apart = index and (word.kind != "name" or word.position - words[index - 1].position > 1)
        if word.clause != words[0].clause or apart:
            return
        yield word


def says_of_all(words: Sequence[Word]) -> bool:
    """Whether a statement is about all of something."""
    return any(word.stem in _ALL for word in words)
