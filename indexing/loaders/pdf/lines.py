"""Words to lines: runs of words on one baseline without a wide gap, with the style of their font.

A line here is a printed line of a paragraph, or one cell of a table's row: a gap too wide for running text ends it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .fonts import FontReader
from .words import HYPHEN_MARKS, Floats, PageWords, PdfiumHandle

CJK = "\u2e80-\u2fdf\u3001-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
"""Characters of scripts that put no space between words (the inside of a character class)."""

WIDE_GAP = 0.9
"""Gaps above this share of the font's height end a line (a space in running text is about 0.25)."""
_WIDE_GAP_BETWEEN_NUMBERS = 0.32
_BREAK = 0.4  # gaps above this share of the height may part two columns
_USUAL = 1.6  # times the narrowest gap of its line, at least
_JUSTIFIED = 2.2  # a gap this many times the line's own word gap is wide even in justified text

_TIGHT = 0.1  # of a font's height, up to which no space is between two letters

_INVISIBLE = [*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]
_CLEAN: dict[int, str | None] = dict.fromkeys(_INVISIBLE)
_CLEAN |= dict.fromkeys([0x02, 0xFFFE], "-")
_CLEAN |= {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_CLEAN |= dict.fromkeys([0xF0B7, 0xF0A7, 0xF06C, 0xF076], "\u2022")  # bullets of the Symbol and Wingdings fonts
_UNCLEAN = re.compile("[" + "".join(map(chr, _CLEAN)) + "]")
_SPACE_IN_CJK = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")
_HAS_CJK = re.compile(f"[{CJK}]")
_NUMBER_ENDS = "0123456789)%—–"
_NUMBER_STARTS = "0123456789($€£¥—–-"


class Break(NamedTuple):
    """A gap between two words: the second begins at character `offset`; `left` and `right` are the gap's ends.

    `spaced` says that the file has a space there: the words are parts of one string.
    """

    offset: int
    left: float
    right: float
    spaced: bool = False


@dataclass(slots=True)
class Line:
    """A run of words on one baseline; box in points of the upright page.

    `size` is the font's height in points. `hyphenated` says that its last word goes on in the next line. `breaks` are
    gaps between words that are wider than the others, though not wide enough to end a line for certain. `slanted`
    lines run neither level nor upright.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    italic: bool
    words: int
    hyphenated: bool
    vertical: bool = False
    breaks: tuple[Break, ...] = ()
    slanted: bool = False

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points, that of the font's ascent and descent."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.y0 + self.y1) / 2

    @property
    def cjk(self) -> int:
        """Characters of scripts written without spaces."""
        return len(_HAS_CJK.findall(self.text))

    def reads_as_prose(self) -> bool:
        """Long enough to be a line of running text rather than a label or a number."""
        return (self.words >= 5 and sum(map(str.isalpha, self.text)) > 0.5 * len(self.text)) or self.cjk >= 8


@dataclass(slots=True)
class _Run:
    """Words that follow each other both in the content stream and on the page. `gap` is the usual word gap in it.

    `tight` says that pdfium saw the end of a line between words that touch.
    """

    first: int
    last: int
    x0: float
    y0: float
    x1: float
    y1: float
    gap: float
    vertical: bool
    slanted: bool
    tight: bool


Divider = tuple[float, float, float]
"""A rule `x, y0, y1` over which no line runs on."""


def page_lines(textpage: PdfiumHandle, words: PageWords, dividers: Sequence[Divider] = ()) -> list[Line]:
    """The lines of a page, from top to bottom and from left to right; none runs over one of the `dividers`."""
    runs = _runs(words, dividers)
    level = [run for run in runs if not (run.vertical or run.slanted)]
    groups = [group for row in _rows(level) for group in _merge_row(row, words, dividers)]
    groups += [[run] for run in runs if run.vertical or run.slanted]
    read_style = FontReader(textpage)
    wide = _wide_gaps(words)
    has_space = partial(_has_space, textpage, words)
    lines = [_line(group, words, wide, has_space, read_style) for group in groups]
    return [line for line in lines if line.text]


def join_texts(left: str, right: str, *, drop_hyphen: bool = False) -> str:
    """Two printed lines as one text: a split word closed, no space between Chinese characters."""
    if drop_hyphen:
        return left[:-1] + right
    return left + line_separator(left, right) + right


def line_separator(left: str, right: str) -> str:
    """What stands between two lines of one paragraph."""
    if not left or not right or left.endswith(("-", "\u2010", "/")):
        return ""
    return "" if _HAS_CJK.match(left[-1]) and _HAS_CJK.match(right[0]) else " "


def _runs(words: PageWords, dividers: Sequence[Divider]) -> list[_Run]:
    """Chain words that follow each other on one baseline."""
    count = len(words.starts)
    if not count:
        return []
    x0, y0, x1, y1 = words.boxes.T
    height = y1 - y0
    middle = (y0 + y1) / 2
    gap = x0[1:] - x1[:-1]
    least = np.minimum(height[1:], height[:-1])
    wide = np.where(_between_numbers(words), _WIDE_GAP_BETWEEN_NUMBERS, WIDE_GAP) * np.maximum(least, 1.0)
    turned = words.vertical | words.slanted
    level = ~turned[1:] & ~turned[:-1]
    level &= (np.abs(np.diff(middle)) < 0.3 * least) & (gap < wide) & (gap > -0.5 * least)
    for x, top, bottom in dividers:
        level &= ~((x1[:-1] < x + 1) & (x0[1:] > x - 1) & (middle[1:] > top) & (middle[1:] < bottom))
    upright = words.vertical[1:] & words.vertical[:-1] & (np.abs(np.diff(x0 + x1)) < 0.6 * (x1 - x0)[1:])
    upright &= np.maximum(y0[1:] - y1[:-1], y0[:-1] - y1[1:]) < (x1 - x0)[1:]
    first = np.flatnonzero(np.concatenate([[True], ~(level | upright | words.goes_on[:-1])]))
    last = np.concatenate([first[1:], [count]]) - 1
    inner = np.concatenate([np.where(level, np.maximum(gap, 0), 0), [0.0]])
    inner[last] = 0
    space = np.add.reduceat(inner, first) / np.maximum(last - first, 1)
    tight = np.concatenate([level & _ends_line(words) & (gap <= _TIGHT * least), [False]])
    tight[last] = False
    columns = (
        first,
        last,
        np.minimum.reduceat(x0, first),
        np.minimum.reduceat(y0, first),
        np.maximum.reduceat(x1, first),
        np.maximum.reduceat(y1, first),
        np.where(last - first >= 3, space, 0.0),
        words.vertical[first],
        words.slanted[first],
        np.logical_or.reduceat(tight, first),
    )
    return [_Run(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]


def _ends_line(words: PageWords) -> NDArray[np.bool_]:
    """For each word but the last, whether pdfium ends a line after it."""
    codes = np.frombuffer(words.text.encode("utf-32-le", "replace"), np.uint32)
    return np.asarray(np.isin(codes[words.ends[:-1]], (0x0A, 0x0D)), np.bool_)


def _wide_gaps(words: PageWords) -> NDArray[np.int64]:
    """Positions of the words after which a gap is wider than most spaces."""
    if not len(words.starts):
        return np.zeros(0, np.int64)
    gap = words.boxes[1:, 0] - words.boxes[:-1, 2]
    height = words.boxes[1:, 3] - words.boxes[1:, 1]
    return np.flatnonzero(gap > _BREAK * height)


def _has_space(textpage: PdfiumHandle, words: PageWords, word: int) -> bool:
    """Whether the file itself has a space after a word, rather than pdfium seeing a gap there."""
    import pypdfium2.raw as pdfium

    between = range(words.ends[word], words.starts[word + 1])
    return any(pdfium.FPDFText_IsGenerated(textpage, index) == 0 for index in between)


def _between_numbers(words: PageWords) -> NDArray[np.bool_]:
    """For each pair of neighbouring words, whether one number ends and another starts between them."""
    codes = np.frombuffer(words.text.encode("utf-32-le", "replace"), np.uint32)
    ends = np.isin(codes[words.ends[:-1] - 1], [ord(mark) for mark in _NUMBER_ENDS])
    starts = np.isin(codes[words.starts[1:]], [ord(mark) for mark in _NUMBER_STARTS])
    return np.asarray(ends & starts, np.bool_)


def _rows(runs: list[_Run]) -> list[list[_Run]]:
    """Runs side by side, rows from top to bottom. Raised and lowered figures stay in the row of their word."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.y0 + run.y1, run.x0)):
        if rows:
            other = rows[-1][0]
            least = min(run.y1 - run.y0, other.y1 - other.y0)
            if (run.y0 + run.y1 - other.y0 - other.y1) / 2 < 0.5 * least:
                rows[-1].append(run)
                continue
        rows.append([run])
    return rows


def _merge_row(row: list[_Run], words: PageWords, dividers: Sequence[Divider]) -> list[list[_Run]]:
    """Join the runs of a row that no wide gap divides, and no rule."""
    row.sort(key=lambda run: (run.x0, run.first))
    groups: list[list[_Run]] = []
    for run in row:
        if groups:
            before = groups[-1][-1]
            height = max(min(run.y1 - run.y0, before.y1 - before.y0), 1.0)
            limit = WIDE_GAP
            if _ends_number(before, words) and _starts_number(run, words):
                limit = _WIDE_GAP_BETWEEN_NUMBERS
            gap = run.x0 - before.x1
            near = -2 * height < gap <= max(limit * height, _JUSTIFIED * max(run.gap, before.gap))
            if near and not _divided(before, run, dividers):
                groups[-1].append(run)
                continue
        groups.append([run])
    return groups


def _divided(before: _Run, run: _Run, dividers: Sequence[Divider]) -> bool:
    middle = (run.y0 + run.y1) / 2
    return any(
        before.x1 < x + 1 and run.x0 > x - 1 and before.x0 < x < run.x1 and top < middle < bottom
        for x, top, bottom in dividers
    )


def _ends_number(run: _Run, words: PageWords) -> bool:
    return words.text[words.ends[run.last] - 1] in _NUMBER_ENDS


def _starts_number(run: _Run, words: PageWords) -> bool:
    return words.text[words.starts[run.first]] in _NUMBER_STARTS


def _line(
    runs: list[_Run],
    words: PageWords,
    wide: NDArray[np.int64],
    has_space: Callable[[int], bool],
    read_style: FontReader,
) -> Line:
    text, breaks = "", []
    end = -math.inf
    for run in runs:
        piece = _run_text(run, words)
        touching = run.x0 - end < 0.08 * (run.y1 - run.y0)
        text += piece if touching or not text else " " + piece
        start = len(text) - len(piece)
        if start:
            breaks.append(Break(start, end, run.x0))
        breaks += _breaks(run, words, wide, has_space, start)
        end = run.x1
    text = text.rstrip()
    main = max(runs, key=lambda run: run.x1 - run.x0)
    size, bold, italic = read_style(int(words.starts[main.first]))
    if bold and main.last > main.first:
        bold = read_style(int(words.starts[main.last]))[1]
    height = main.y1 - main.y0
    if not main.slanted and not 0.3 * height < size < 3 * height:
        size = 0.87 * height  # ascent and descent make up about 1.15 of a font's size
    return Line(
        text=text,
        x0=min(run.x0 for run in runs),
        y0=min(run.y0 for run in runs),
        x1=max(run.x1 for run in runs),
        y1=max(run.y1 for run in runs),
        size=round(size, 1),
        bold=bold,
        italic=italic,
        words=sum(run.last - run.first + 1 for run in runs),
        hyphenated=ord(words.text[words.ends[runs[-1].last] - 1]) in HYPHEN_MARKS,
        vertical=runs[0].vertical,
        breaks=tuple(breaks),
        slanted=runs[0].slanted,
    )


def _breaks(
    run: _Run, words: PageWords, wide: NDArray[np.int64], has_space: Callable[[int], bool], start: int
) -> list[Break]:
    """The wide gaps within a run whose text begins at character `start` of its line."""
    first, last = np.searchsorted(wide, (run.first, run.last)).tolist()
    if first == last or run.vertical or run.slanted:
        return []
    x0, x1 = words.boxes[run.first : run.last + 1, 0], words.boxes[run.first : run.last + 1, 2]
    usual = float((x0[1:] - x1[:-1]).min()) if run.last - run.first > 1 else 0.0
    found: list[Break] = []
    for word in wide[first:last].tolist():
        left, right = float(words.boxes[word, 2]), float(words.boxes[word + 1, 0])
        if right - left > _USUAL * usual:
            before = _run_text(replace(run, last=word), words)
            found.append(Break(start + len(before) + 1, left, right, has_space(word)))
    return found


def _run_text(run: _Run, words: PageWords) -> str:
    if run.vertical or run.tight:
        raw = _text_by_gaps(run, words)
    else:
        raw = words.text[words.starts[run.first] : words.ends[run.last]]
    if _UNCLEAN.search(raw):
        soft = raw[-1] == "\xad"
        raw = raw.translate(_CLEAN) + ("-" if soft else "")
    text = " ".join(raw.split())
    if not text.isascii() and _HAS_CJK.search(text):
        text = _SPACE_IN_CJK.sub("", text)
    return text


def _text_by_gaps(run: _Run, words: PageWords) -> str:
    """The text of a run whose letters are placed one by one: pdfium parts some of them, so gaps tell the words."""
    along = 1 if run.vertical else 0
    low, high = words.boxes[run.first : run.last + 1, along], words.boxes[run.first : run.last + 1, along + 2]
    size = words.boxes[run.first + 1 : run.last + 1, 3 - along] - words.boxes[run.first + 1 : run.last + 1, 1 - along]
    apart = np.maximum(low[1:] - high[:-1], low[:-1] - high[1:]) > _TIGHT * size
    text = words.text[words.starts[run.first] : words.ends[run.first]]
    for word, space in zip(range(run.first + 1, run.last + 1), apart.tolist(), strict=True):
        between = words.text[words.ends[word - 1] : words.starts[word]]
        text += " " * (space or not set(between) <= {"\r", "\n"}) + words.text[words.starts[word] : words.ends[word]]
    return text


def boxes_of(lines: list[Line]) -> Floats:
    """`(n, 4)` boxes of lines."""
    return np.array([(line.x0, line.y0, line.x1, line.y1) for line in lines], np.float64).reshape(-1, 4)
