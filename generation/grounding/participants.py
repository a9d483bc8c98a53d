"""Who does it to whom: a claim whose words are the evidence's, but with the two sides of a verb exchanged.

The sides of a verb are the words before and behind it in its clause; "by" with a passive, 被 and their like put the
one who does it elsewhere. Two sentences say the opposite where a word of each side stands on the other one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...indexing.chinese_kinds import kind_of
from ...indexing.east_asian import in_dictionary
from .words import Word

_REACH = 7
"""Content words on either side of a verb that may take part."""
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being|be|got)(?:\s+\w+ly)?\s*$", re.IGNORECASE)
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_BY_WHOM = re.compile(r"\s+by\s+(?![\d$€£¥])", re.IGNORECASE)
"""Behind a verb: "the study funded by the ministry", but not "sales rose by 5 %"."""
_WITH = re.compile(r"\b(?:with|and|or|than)\b|[和与跟同比及或]", re.IGNORECASE)
"""What makes two things stand side by side: no one does anything to the other."""
_HAN_BY = re.compile("被|由|遭到?|受到?")
_HAN_TO = re.compile("[向对给为替]|把|将")
_NO_VERB = re.compile(
    r"\b(?:the|an?|of|in|on|for|with|its|their|his|her|this|that|these|those|from|at|as|by|more|most|very)\s+$",
    re.IGNORECASE,
)
"""What stands before a noun or an adjective."""
_MUTUAL = frozenset({"met", "meet", "marri", "merg", "equal", "border", "differ", "compar", "compet", "resembl"})


@dataclass(frozen=True, slots=True)
class _Sides:
    """The words of those who do it, and of what it is done to, with the first of each in the text."""

    doing: dict[str, Word]
    done: dict[str, Word]


def exchanged_participants(
    claim: Sequence[Word], claim_text: str, passage: Sequence[Word], passage_text: str
) -> Iterator[tuple[Word, Word]]:
    """(who does it in the claim, to whom), where the evidence has them the other way round."""
    # A word that is there twice may take part once for each.
    single = {stem for stem, count in _counts(claim).items() if count == 1}
    single &= {stem for stem, count in _counts(passage).items() if count == 1}
    places: dict[str, list[int]] = {}
    for at, word in enumerate(passage):
        if word.kind == "word":
            places.setdefault(word.stem, []).append(at)
    for index, verb in enumerate(claim):
        if verb.kind != "word" or verb.initial or verb.stem not in places or not _may_be_verb(verb, claim_text):
            continue
        here = _sides(claim, index, claim_text)
        for at in places[verb.stem] if here.doing and here.done else ():
            there = _sides(passage, at, passage_text)
            moved_up = next((w for stem, w in here.doing.items() if stem in there.done and stem in single), None)
            moved_down = next((w for stem, w in here.done.items() if stem in there.doing and stem in single), None)
            if moved_up is not None and moved_down is not None:
                yield moved_up, moved_down
                return


def _counts(words: Sequence[Word]) -> Counter[str]:
    return Counter(word.stem for word in words)


def _may_be_verb(word: Word, text: str) -> bool:
    if not text[word.start].isascii():
        said = text[word.start : word.end]
        return kind_of(said) == "verb" or not in_dictionary(said)
    return word.stem not in _MUTUAL and not _NO_VERB.search(text[max(0, word.start - 12) : word.start])


def _sides(words: Sequence[Word], index: int, text: str) -> _Sides:
    verb = words[index]
    near = [
        w
        for w in words
        if w.clause == verb.clause
        and w.is_content
        and w.quantity is None
        and w.pole is None
        and w is not verb
        and not text[w.start : w.end].endswith("ly")
        and abs(w.position - verb.position) <= _REACH
    ]
    before, behind = [w for w in near if w.start < verb.start], [w for w in near if w.start > verb.start]
    if text[verb.start].isascii():
        return _english(verb, before, behind, text)
    return _chinese(verb, before, behind, text)


def _english(verb: Word, before: Sequence[Word], behind: Sequence[Word], text: str) -> _Sides:
    if not _PASSIVE.search(text[max(0, verb.start - 24) : verb.start]) and not _BY_WHOM.match(text, verb.end):
        return _Sides(_by_stem(before), _by_stem(_until(behind, text, verb.end)))
    by = _BY.search(text, verb.end, behind[-1].start if behind else verb.end)
    doing = [w for w in behind if by is not None and w.start >= by.end()]
    return _Sides(_by_stem(doing), _by_stem(before))


def _until(behind: Sequence[Word], text: str, start: int) -> list[Word]:
    """The words up to one that only stands beside them."""
    return [w for w in behind if not _WITH.search(text[start : w.start])]


def _chinese(verb: Word, before: Sequence[Word], behind: Sequence[Word], text: str) -> _Sides:
    start = before[0].start if before else verb.start
    by = None
    for by in _HAN_BY.finditer(text, start, verb.start):  # noqa: B007 - the last one is wanted
        pass
    behind = _until(behind, text, verb.end)
    if by is not None:
        doing = [w for w in before if w.start >= by.end()]
        return _Sides(_by_stem(doing), _by_stem([w for w in before if w.end <= by.start()]))
    to = _HAN_TO.search(text, start, verb.start)
    beside = re.compile("[和与跟同比]").search(text, start, verb.start)
    if beside is not None:
        return _Sides({}, {})
    if to is not None:
        behind = [*(w for w in before if w.start >= to.end()), *behind]
        before = [w for w in before if w.end <= to.start()]
    return _Sides(_by_stem(before), _by_stem(behind))


def _by_stem(words: Sequence[Word]) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for word in words:
        found.setdefault(word.stem, word)
    return found
