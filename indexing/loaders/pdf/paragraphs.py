"""Lines to paragraphs and list items, also over column and page breaks, and their text with a span for each line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...documents import Region
from ..parsed import TextKind, TextSpan
from .lines import CJK, Line, line_separator
from .rows import is_bullet_start, is_list_start
from .words import PageFrame

_TERMINAL = tuple(".!?:;。！？：；…")
_CLOSERS = "\"'”’)]」』）"
_LEADER = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}")
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_SPLIT_WORD = re.compile(r"[A-Za-z]+[-\u2010]$")
_CJK_CHARACTER = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A printed line and the page it stands on (counted from 1)."""

    line: Line
    page: int


@dataclass(slots=True)
class Draft:
    """A block of text in the making: its printed lines in reading order."""

    lines: list[PlacedLine]
    kind: TextKind = "paragraph"
    level: int = 0
    right: float = 0.0
    """Right edge of the text around it, in points."""

    @property
    def first(self) -> Line:
        """The first printed line."""
        return self.lines[0].line

    @property
    def last(self) -> Line:
        """The last printed line."""
        return self.lines[-1].line


@dataclass(slots=True)
class Hyphenation:
    """Decides by the document's own words whether a hyphen at a line's end belongs to the word."""

    words: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]]) -> Hyphenation:
        """Collect the words of a document; nothing to collect where no line ends in a hyphen."""
        pages = list(pages)
        if not any(line.hyphenated or _SPLIT_WORD.search(line.text) for lines in pages for line in lines):
            return cls()
        words: set[str] = set()
        for lines in pages:
            for line in lines:
                # The first and the last word may be halves.
                words.update(word.lower() for word in _WORD.findall(line.text)[1:-1])
        return cls(words)

    def drops(self, left: str, right: str) -> bool:
        """Whether `left`, which ends in a hyphen, and `right` are one word without it."""
        head, tail = _SPLIT_WORD.search(left), _WORD.match(right)
        if not head or not tail or not right[0].islower():
            return False
        first, second = head.group()[:-1].lower(), tail.group().split("-")[0].lower()
        if f"{first}-{second}" in self.words:
            return False
        if first + second in self.words:
            return True
        preceded_by_hyphen = head.start() > 0 and left[head.start() - 1] == "-"
        return not preceded_by_hyphen and not (first in self.words and second in self.words)


def drafts_of(lines: Sequence[Line], page: int) -> list[Draft]:
    """Paragraphs and list items of consecutive lines of one region."""
    drafts: list[Draft] = []
    for stack in _stacks(lines):
        right = max(line.x1 for line in stack)
        current: list[Line] = []
        for line in stack:
            if current and _breaks(current, line, right):
                drafts.append(_draft(current, page, right))
                current = []
            current.append(line)
        drafts.append(_draft(current, page, right))
    return drafts


def goes_on(draft: Draft, following: Draft) -> bool:
    """Whether a paragraph plainly continues in the first paragraph of the next column or page."""
    if following.kind != "paragraph" or draft.kind == "heading" or _ends_sentence(draft.last.text):
        return False
    last, first = draft.last, following.first
    if abs(last.size - first.size) > 0.06 * last.size or last.bold != first.bold:
        return False
    if not (last.reads_as_prose() and (first.reads_as_prose() or len(following.lines) == 1)):
        return False
    if last.x1 < draft.right - 0.2 * (draft.right - draft.first.x0):
        return False
    start = first.text[0]
    return start.islower() or bool(_CJK_CHARACTER.match(start) and _CJK_CHARACTER.match(last.text[-1]))


def text_and_spans(
    lines: Sequence[PlacedLine], frames: Sequence[PageFrame], hyphenation: Hyphenation
) -> tuple[str, tuple[TextSpan, ...]]:
    """The lines as one text, split words closed, and where each of them stands. `frames[p - 1]` is page p's."""
    text = ""
    spans: list[TextSpan] = []
    for index, placed in enumerate(lines):
        line = placed.line
        if index:
            if hyphenation.drops(text, line.text):
                text = text[:-1]
                spans[-1] = TextSpan(spans[-1].start, len(text), spans[-1].region)
            else:
                text += line_separator(text, line.text)
        box = frames[placed.page - 1].fraction(line.x0, line.y0, line.x1, line.y1)
        spans.append(TextSpan(len(text), len(text) + len(line.text), Region(placed.page, box)))
        text += line.text
    return text, tuple(spans)


def _stacks(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut where the gap grows, the letters change, or a list item begins."""
    gaps = sorted(max(below.y0 - above.y1, 0.0) for above, below in pairwise(lines))
    usual = gaps[len(gaps) // 4] if gaps else 0.0
    stacks: list[list[Line]] = []
    for line in lines:
        above = stacks[-1][-1] if stacks else None
        if above is None or _cuts(above, line, usual):
            stacks.append([line])
        else:
            stacks[-1].append(line)
    return stacks


def _cuts(above: Line, line: Line, usual: float) -> bool:
    height = min(above.height, line.height)
    gap = line.y0 - above.y1
    if gap > usual + 0.35 * height or gap < -0.5 * height:
        return True
    if abs(above.size - line.size) > 0.08 * above.size or above.vertical != line.vertical:
        return True
    if above.bold != line.bold and not _runs_on(above, line):
        return True
    return bool(_LEADER.search(above.text) or is_bullet_start(line.text))


def _runs_on(above: Line, line: Line) -> bool:
    """Whether bold words stand inside a sentence: a heading would be shorter than the text below it."""
    full = above.x1 > line.x1 - 0.05 * line.width and abs(above.x0 - line.x0) < 2 * line.size
    return full and above.reads_as_prose() and line.reads_as_prose() and not _ends_sentence(above.text)


def _breaks(current: list[Line], line: Line, right: float) -> bool:
    """Whether `line` begins a new paragraph after the lines of `current`."""
    above = current[-1]
    if _word_would_fit(above, line, right):
        return True
    ended = _ends_sentence(above.text)
    if is_list_start(line.text) and ended:
        return True
    indent = line.x0 - above.x0
    if len(current) == 1 and is_list_start(above.text):
        return False
    centred = abs((above.x0 + above.x1) - (line.x0 + line.x1)) < 4
    return indent > 0.8 * line.size and not centred and (ended or indent > 3 * line.size)


def _word_would_fit(above: Line, line: Line, right: float) -> bool:
    """Whether the first word of `line` had room at the end of the line above, which so was ended on purpose."""
    if above.hyphenated:
        return False
    word = 1 if _CJK_CHARACTER.match(line.text) else len(line.text.split(" ", 1)[0])
    needed = line.width * word / max(len(line.text), 1) + (0.3 + (1.0 if word == 1 else 0.0)) * line.size
    slack = 0.02 * (right - min(above.x0, line.x0))
    room = right - above.x1
    centred = abs((above.x0 + above.x1) - (line.x0 + line.x1)) < 4 < abs(line.x0 - above.x0)
    if not centred and not _ends_sentence(above.text):
        needed = max(needed, 0.2 * (right - min(above.x0, line.x0)))
    return room > (2 if centred else 1) * (needed + slack)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSERS).endswith(_TERMINAL)


def _draft(lines: list[Line], page: int, right: float) -> Draft:
    kind: TextKind = "list_item" if is_list_start(lines[0].text) else "paragraph"
    return Draft([PlacedLine(line, page) for line in lines], kind, right=right)
