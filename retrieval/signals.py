"""What a question insists on: phrases in quotation marks, years and numbers.

A **quoted phrase** in a sentence that asks is a requirement as far as it can be met: evidence that holds it, word for
word, comes before evidence that does not. It never empties the results, since a scan or a hyphen may have spoiled the
print.
A **year or number** is a boost: the passage that answers often says "this year" under a title that names the year,
rounds, or counts in other units, so a requirement would lose the very passage that was asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

import numpy as np

from ..indexing.collection import DocumentName
from ..indexing.documents import Node
from ..indexing.east_asian import EAST_ASIAN
from ..indexing.search_form import search_form

SignalKind = Literal["phrase", "year", "number"]

_LETTER = rf"[^\W_{EAST_ASIAN}]"
_QUOTED = re.compile(
    rf"(?<!{_LETTER})\"(?!\s)([^\"]{{2,200}})(?<!\s)\"(?!{_LETTER})"
    rf"|(?<!{_LETTER})'(?=[^\W\d_])((?:[^']|(?<={_LETTER})'(?={_LETTER})){{2,200}})(?<!\s)'(?!{_LETTER})"
    rf"|‘(?=[^\W\d_])((?:[^‘’]|(?<={_LETTER})’(?={_LETTER})){{2,200}})’(?!{_LETTER})"
    r"|“([^“”]{2,200})”|„([^„“”]{2,200})[“”]|〝([^〝〞〟]{2,200})[〞〟]|「([^「」]{2,200})」|『([^『』]{2,200})』"
    r"|«([^«»]{2,200})»|»([^«»]{2,200})«|‹([^‹›]{2,200})›"
)
"""Straight marks open where no letter or digit is before them and close where none is behind: the inches of 5" and 7"
are no quotation. Single ones open before a letter, and an apostrophe within a word does not close them. Chinese has
no spaces around them."""
_CHUNK = re.compile(rf"[^\s{EAST_ASIAN}()\[\]{{}}\"“”«»「」『』;:?!、，。；：？！]+")
_NUMBER = re.compile(
    r"(?:fy|cy|[a-z]{1,3}(?=[$€£¥]))?[-+~≈≥≤<>]?[$€£¥₩₹]?(\d+(?:[.,]\d+)*)(?:%|‰|bn|mn|tn|m|k|q[1-4]|h[12])?\+?(?:'s)?"
)
_RANGE = re.compile(r"\d+(?:[-–—/]\d+)+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Signal:
    """One of them: `text` as it is looked for (search form, case folded, no separators of thousands)."""

    kind: SignalKind
    text: str

    def holds(self, text: str) -> bool:
        """Whether a text that `signal_form` has prepared holds it as a whole word or number."""
        start = text.find(self.text)
        while start >= 0:
            if self._stands_alone(text, start):
                return True
            start = text.find(self.text, start + 1)
        return False

    def _stands_alone(self, text: str, start: int) -> bool:
        before, after = text[:start][-2:], text[start + len(self.text) :][:2]
        if self.kind == "phrase":
            return not (_joined(before[-1:], self.text[0]) or _joined(self.text[-1], after[:1]))
        return not re.search(r"\d[.,]?$", before) and not re.match(r"[.,]?\d", after)

    def to_dict(self) -> dict[str, Any]:
        """JSON form: `{"kind", "text"}`."""
        return {"kind": self.kind, "text": self.text}


def find_signals(question: str, asked: str | None = None) -> tuple[Signal, ...]:
    """The signals of a question: first its phrases, then its years and numbers, both in its order.

    Phrases are looked for in `asked`, the sentences that ask (None: all of them): who quotes what somebody said
    before asking does not require it. Single digits ("the top 3") are counts rather than signals.
    """
    found: dict[Signal, None] = {}
    question, asked = (unicodedata.normalize("NFKC", text) for text in (question, question if asked is None else asked))
    for match in _QUOTED.finditer(asked):
        phrase = signal_form(next(group for group in match.groups() if group is not None)).strip(" .,;:!?、，。")
        if phrase:
            found[Signal("phrase", phrase)] = None
    for number in _numbers(_QUOTED.sub(" ", question)):
        if _YEAR.fullmatch(number):
            found[Signal("year", number)] = None
        elif len(number) > 1:
            found[Signal("number", number)] = None
    return tuple(found)


def _numbers(question: str) -> list[str]:
    pieces: list[str] = []
    for chunk in _CHUNK.findall(signal_form(question)):
        word = chunk.strip(".,'")
        pieces += re.split(r"[-–—/]", word) if _RANGE.fullmatch(word) else [word]
    return [match[1] for match in map(_NUMBER.fullmatch, pieces) if match]


def signal_form(text: str) -> str:
    """The form in which signals are looked for."""
    return _THOUSANDS.sub("", " ".join(search_form(text).casefold().split()))


def node_text(node: Node, document: DocumentName | None = None) -> str:
    """All that may hold a signal of a node, prepared: its text, what stands above it, and its document's names."""
    names: list[str] = []
    if document is not None:
        names = [
            PurePath(document.source).stem.replace("_", " "),
            document.title,
            *map(str, document.metadata.values()),
        ]
    return signal_form("\n".join((node.text, node.caption, *node.headings, *names)))


def signal_bonus(
    scores: Sequence[float], held: Sequence[frozenset[Signal]], signals: Sequence[Signal], weight: float
) -> list[float]:
    """What is added to each score, where `held` says which of the `signals` each candidate holds.

    The share of the years and numbers held counts `weight` standard deviations of the scores, whatever their scale;
    every phrase held lifts above all that hold fewer.
    """
    if not scores:
        return []
    insisted = [signal for signal in signals if signal.kind != "phrase"]
    spread = float(np.std(scores))
    bonus = [weight * spread * len(own.intersection(insisted)) / max(1, len(insisted)) for own in held]
    boosted = [score + extra for score, extra in zip(scores, bonus, strict=True)]
    step = max(boosted) - min(boosted) + 1e-3
    return [
        extra + step * sum(signal.kind == "phrase" for signal in own) for extra, own in zip(bonus, held, strict=True)
    ]


def _joined(left: str, right: str) -> bool:
    """Whether two characters belong to one word: letters or digits of a script that parts words by spaces."""
    return bool(left and right) and all(c.isalnum() and not re.match(f"[{EAST_ASIAN}]", c) for c in (left, right))
