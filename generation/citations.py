"""`[n]` in a text: where the citations are, also while it is being written, and what the sentence without them says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..indexing.language import detect_language
from ..indexing.sentences import split_sentences

_ITEM = r"(?:\^|(?:evidence|source|证据|来源|文献)\s*)?\d{1,3}(?:\s*[-–—~至到]\s*\d{1,3})?"
_MARK = re.compile(rf"[\[［【]\s*({_ITEM}(?:\s*[,，、;；]\s*{_ITEM})*)\s*[\]］】]", re.IGNORECASE)
_CITATION = re.compile(rf"\s*{_MARK.pattern}", re.IGNORECASE)
_LEADING = re.compile(rf"^(?:{_CITATION.pattern})+", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d+)(?:\s*[-–—~至到]\s*(\d+))?")
_WORD = re.compile(r"\w")
_OPENING, _CLOSING = "[［【", "]］】"
_LONGEST_MARK = 64
"""Characters after which an open bracket is no citation any more."""
_LONGEST_RANGE = 20
"""`[1-3]` cites all three; a range of more than this is a mistake, of which only the ends are taken."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer without its citation marks, and the numbers it cites in order.

    `start` and `end` are its place in the answer, with the marks, white space and signs without words behind it.
    """

    text: str
    citations: tuple[int, ...]
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation mark in a text, the white space before it included, and the numbers it cites in order."""

    start: int
    end: int
    numbers: tuple[int, ...]


class CitationParser:
    """Finds the citations of a text that comes in pieces, however these cut through the brackets."""

    def __init__(self) -> None:
        self._open = ""

    def feed(self, piece: str) -> list[int]:
        """The numbers cited by the brackets that this piece closes, in their order."""
        text = self._open + piece
        closed = max(map(text.rfind, _CLOSING)) + 1
        opened = min((place for place in (text.find(sign, closed) for sign in _OPENING) if place >= 0), default=-1)
        self._open = text[max(opened, len(text) - _LONGEST_MARK) :] if opened >= 0 else ""
        return [number for match in _MARK.finditer(text[:closed]) for number in _numbers([match.group(1)])]


def statements(text: str) -> list[Statement]:
    """Split an answer into statements. A citation behind a full stop belongs to the sentence that it follows.

    So does what has no word, such as a line of dashes: it states nothing.
    """
    found: list[Statement] = []
    for start, end in _sentences(text):
        sentence = text[start:end]
        numbers = tuple(dict.fromkeys(_numbers(_CITATION.findall(sentence))))
        plain = _CITATION.sub("", sentence).strip()
        if _WORD.search(plain):
            found.append(Statement(plain, numbers, start, end))
        elif found:
            before = found[-1]
            cited = tuple(dict.fromkeys((*before.citations, *numbers)))
            found[-1] = Statement(before.text, cited, before.start, end)
    return found


def marks(text: str) -> list[Mark]:
    """The citation marks of a text, in order."""
    return [Mark(*match.span(), tuple(_numbers([match.group(1)]))) for match in _CITATION.finditer(text)]


def recited(text: str, *, keep: Iterable[int], add: Iterable[int] = ()) -> str:
    """A statement as it is written, citing only those of its numbers that are in `keep`, and behind them `add`."""
    kept = set(keep)

    def rewritten(match: re.Match[str]) -> str:
        numbers = list(dict.fromkeys(_numbers([match.group(1)])))
        valid = [number for number in numbers if number in kept]
        if valid == numbers:
            return match.group()
        space = match.group()[: len(match.group()) - len(match.group().lstrip())]
        return f"{space}[{', '.join(map(str, valid))}]" if valid else ""

    body = text.rstrip()
    behind = text[len(body) :]
    return _CITATION.sub(rewritten, body) + "".join(f" [{number}]" for number in add) + behind


def without_citations(text: str) -> str:
    """The text without its citation marks."""
    return _CITATION.sub("", text)


def quoted(text: str) -> str:
    """Words of a document, ready to stand in an answer: its own `[3]` becomes `(3)`, which nobody takes for ours."""
    return _MARK.sub(r"(\1)", text)


def _numbers(groups: Iterable[str]) -> list[int]:
    numbers: list[int] = []
    for group in groups:
        for first, last in _NUMBERS.findall(group):
            ends = (int(first), int(last or first))
            whole = ends[0] <= ends[1] <= ends[0] + _LONGEST_RANGE
            numbers += range(ends[0], ends[1] + 1) if whole else ends
    return numbers


def _sentences(text: str) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        for start, end in split_sentences(line, detect_language(line)):
            leading = _LEADING.match(line[start:end])
            first = place + start
            if leading and ranges:
                first += leading.end()
                ranges[-1] = (ranges[-1][0], first)
            rest = text[first : place + end]
            if rest.strip():
                ranges.append((first + len(rest) - len(rest.lstrip()), place + end))
        place += len(line)
    return ranges
