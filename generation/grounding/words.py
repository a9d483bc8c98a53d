"""A text as the words that a claim is compared by: stems, names, quantities, negations, with their places."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...indexing.chinese_kinds import kind_of
from ...indexing.east_asian import EAST_ASIAN, segments
from ...indexing.search_form import search_form
from ...indexing.stop_words import STOP_WORDS
from .polarity import NEGATIONS, Pole, pole_of
from .quantities import find_quantities
from .quantity import Quantity
from .stems import stem

_Read = tuple[str, "WordKind", int, int, Quantity | None]
"""Stem, kind, start, end and quantity."""
WordKind = Literal["word", "name", "quantity", "negation", "stop"]

_WORD = re.compile(rf"[^\W\d_{EAST_ASIAN}]+(?:['’.&-]?[^\W_{EAST_ASIAN}]+)*|\d\w*|[{EAST_ASIAN}]+")
_NEGATED = re.compile(
    r"(?i)^(?:ca|sha|might|do|does|did|is|are|was|were|has|have|had|wo|would|could|should|ai|must|need)n['’]t$"
)
_INTRODUCING = """
according percent figure figures chart charts table tables graph value values stand stands stood record records
recorded accounted accounts reached reaches amounted amounts totaled totalled comprised
level came saw between within among across around during versus vs while whereas although though however since until
upon via meanwhile moreover respectively also compared comparison contrast show shows showed shown report reports
reported data number numbers evidence document documents
根据 图表 图 表 表格 数据 显示 达到 达 至 由 自 向 往 中 值 数值 分别 其中
文档 报告 占 占比 比 比例 共 共有 约 同时 此外 然而
"""
_FRAMING = frozenset(_INTRODUCING.split())
"""What introduces a statement and is no part of it."""
_OF_CHANGE = frozenset({"同比", "环比"})
_OF_SEVERAL = frozenset({"分别", stem("respectively")})
_BOUNDARY = re.compile(r"[,;|，；、。]")
_STARTS = re.compile(r"(?:^|[.!?:;\n“”\"(•*-])\s*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or quantity: `stem` is what it is compared by, `start` and `end` its place in the text.

    `position` counts content words: what is close to what; `clause` counts commas and their like. `pole` is the side of
    a comparison that it names. An `initial` word has its capital from the beginning of the sentence, or is a name.
    """

    stem: str
    kind: WordKind
    start: int
    end: int
    position: int
    clause: int
    quantity: Quantity | None = None
    pole: Pole | None = None
    initial: bool = False

    @property
    def is_content(self) -> bool:
        """Whether it says something by itself."""
        return self.kind not in {"stop", "negation"}


@functools.lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order. Offsets are those of its search form, which equals it for plain English."""
    text = search_form(text)
    quantities = find_quantities(text)
    found: list[_Read] = [
        (f"#{quantity.unit}", "quantity", quantity.start, quantity.end, quantity) for quantity in quantities
    ]
    ahead = 0
    for match in _WORD.finditer(text):
        while ahead < len(quantities) and quantities[ahead].end <= match.start():
            ahead += 1
        behind = ahead
        while behind < len(quantities) and quantities[behind].start < match.end():
            behind += 1
        if behind > ahead:
            found += _beside(text, match, quantities[ahead:behind])
        else:
            found += _read(text, match.group(), match.start())
    words: list[Word] = []
    position, clause, before = 0, 0, 0
    for stemmed, kind, start, end, quantity in sorted(found, key=lambda item: item[2]):
        pole = pole_of(text[start:end]) if quantity is None else None
        clause += len(_BOUNDARY.findall(text[before:start]))
        before = end
        initial = kind == "word" and pole is None and _is_initial(text, start, end)
        words.append(Word(stemmed, kind, start, end, position, clause, quantity, pole, initial))
        position += kind not in {"stop", "negation"}
    return tuple(_with_its_subject(words))


def _with_its_subject(words: Sequence[Word]) -> Iterator[Word]:
    """The words, those of a clause without a noun of its own (", up 9 %") counted to the clause before it."""
    joined = 0
    for number, group in itertools.groupby(words, key=lambda word: word.clause):
        clause = list(group)
        joined += number > 0 and _has_no_noun(clause)
        yield from (replace(word, clause=number - joined) for word in clause) if joined else clause


def _has_no_noun(clause: Sequence[Word]) -> bool:
    told = [w for w in clause if w.is_content and w.stem not in _OF_CHANGE]
    bare = bool(told) and all(w.quantity is not None or w.pole is not None for w in told)
    return bare and not _OF_SEVERAL & {w.stem for w in clause}


def _is_initial(text: str, start: int, end: int) -> bool:
    """Whether a word may be a name at the beginning of a sentence; "Overall," and "Recently" are none."""
    return (
        text[start].isupper() and end - start > 1 and not text[start:end].endswith("ly") and text[end : end + 1] != ","
    )


def _beside(text: str, match: re.Match[str], quantities: list[Quantity]) -> list[_Read]:
    """What of a run of characters is no quantity: Chinese has no spaces around numbers."""
    pieces: list[_Read] = []
    start = match.start()
    for quantity in [*quantities, None]:
        end = quantity.start if quantity else match.end()
        if end > start:
            for piece in _WORD.finditer(text[start:end]):
                pieces += _read(text, piece.group(), start + piece.start())
        start = max(start, quantity.end) if quantity else start
    return pieces


def _read(text: str, word: str, start: int) -> list[_Read]:
    if not word.isascii() and re.match(f"[{EAST_ASIAN}]", word):
        pieces: list[_Read] = []
        for piece in segments(word):
            pieces.append((piece, _chinese_kind(piece), start, start + len(piece), None))
            start += len(piece)
        return pieces
    parts = word.split("-") if "-" in word and not any(map(str.isdigit, word)) else [word]
    read: list[_Read] = []
    for part in parts:
        read.append((stem(part), _kind(text, part, start), start, start + len(part), None))
        start += len(part) + 1
    return read


@functools.lru_cache(maxsize=65_536)
def _chinese_kind(word: str) -> WordKind:
    if word in NEGATIONS:
        return "negation"
    if pole_of(word) is not None:
        return "word"
    return "stop" if _is_empty(word) else "name" if kind_of(word) == "name" else "word"


def _kind(text: str, word: str, start: int) -> WordKind:
    lower = word.lower()
    if lower in NEGATIONS or _NEGATED.match(lower):
        return "negation"
    if pole_of(word) is not None:
        return "word"
    if _is_empty(lower.removesuffix("'s").removesuffix("’s")) or (len(word) == 1 and not word.isdigit()):
        return "stop"
    if any(map(str.isdigit, word)) or (word[:1].isupper() and not _STARTS.search(text[max(0, start - 4) : start])):
        return "name"
    return "name" if len(word) > 1 and word.isupper() else "word"


def _is_empty(word: str) -> bool:
    return word in STOP_WORDS or word in _FRAMING
