"""Where the sentences of a text begin and end, in English, Chinese and other languages, also mixed.

Boundaries come from sentencex (Wikimedia's segmenter: abbreviations, quotations, full-width stops). Three things are
added, because our texts are filings, notes and web pages rather than clean prose: lines that were ended on purpose,
quotations and brackets that swallow half a page, and enumerators ("1.", "(a)") that belong to what they number.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from .encoders.token_counter import encodable

Range = tuple[int, int]
"""Characters `start:end` of a text."""

_SWALLOWED = 300
"""A longer sentence is looked at again without its quotation marks and brackets."""

_ENCLOSING = str.maketrans(dict.fromkeys('"“”„‟«»「」『』‘’()[]{}（）【】〔〕', " "))
_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,4})[.)）、．]\s*|[\W_]*")
_ABBREVIATED = re.compile(r"\b(?:Ms|approx|incl|excl|Figs?|Eqs?|Vol|Ch|Tab|Exh?|Nos)\.\s*\Z")
"""Abbreviations that something must follow and that sentencex does not know."""
_OPENING_MARKS = re.compile(r"(?<=\s)\S+\Z")
_BULLET = re.compile(r"\s*(?:[•‣▪●○◦■□–—*·-]\s|\d{1,3}[.)、．]\s|\(\w{1,3}\)\s)")

_NARROWEST_PROSE = 36
"""Prose is not wrapped at fewer columns than this: in narrower texts every line is a fragment of its own."""
_RAGGED = 0.8
"""Wrapped lines fill at least this share of the widest line."""

_CLAUSE_END = re.compile(r"[,;:，；：、。！？…—]+\s*|\s[-–|]\s|[.!?]+\s+")
_SPACE = re.compile(r"\s+")


def split_sentences(text: str, language: str = "") -> list[Range]:
    """Offsets of the sentences of `text`, in order and without gaps: the slices joined give `text` back exactly.

    White space belongs to the sentence before it. `language` is a code as from `detect_language`; "" means unknown.
    """
    text = encodable(text)  # the segmenter takes Unicode only; a lone surrogate becomes one character, so offsets hold
    ranges: list[Range] = []
    for start, end in _fragments(text):
        ranges += _glue_unfinished(text, _segment(text, start, end, language))
    return ranges


def split_clauses(text: str) -> list[Range]:
    """Offsets of the clauses of a sentence: cut behind commas, semicolons, colons, dashes and stops."""
    return _cut_behind(_CLAUSE_END, text)


def split_words(text: str) -> list[Range]:
    """Offsets of the words of a text, each with the white space behind it."""
    return _cut_behind(_SPACE, text)


def split_lines(text: str) -> list[Range]:
    """Offsets of the lines of a text, each with its line end."""
    ranges = []
    start = 0
    for line in text.splitlines(keepends=True):
        ranges.append((start, start + len(line)))
        start += len(line)
    return ranges


def _cut_behind(pattern: re.Pattern[str], text: str) -> list[Range]:
    cuts = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return [(start, end) for start, end in itertools.pairwise(cuts) if start < end]


def _fragments(text: str) -> list[Range]:
    """Runs of lines that read on, apart from each other where a line was ended on purpose."""
    lines = split_lines(text)
    if len(lines) < 2:
        return lines
    contents = [text[start:end].strip() for start, end in lines]
    widths = [_columns(content) for content in contents]
    widest = max(widths)
    fragments = [lines[0]]
    for index in range(1, len(lines)):
        if _reads_on(contents[index - 1], widths[index - 1], contents[index], widest):
            fragments[-1] = fragments[-1][0], lines[index][1]
        else:
            fragments.append(lines[index])
    return fragments


def _reads_on(line: str, width: int, following: str, widest: int) -> bool:
    """Whether a line break is mere wrapping: the next word would not have fitted on the line."""
    if not following:
        return True  # a blank line belongs to the fragment above it
    if not line or widest < _NARROWEST_PROSE or _BULLET.match(following):
        return False
    first_word = 2 if _is_wide(following[0]) else 1 + _columns(following.split(maxsplit=1)[0])
    return width + first_word > _RAGGED * widest


def _columns(text: str) -> int:
    """Width in columns of a fixed-width font."""
    return len(text) if text.isascii() else sum(2 if _is_wide(character) else 1 for character in text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _segment(text: str, start: int, end: int, language: str) -> list[Range]:
    import sentencex

    ranges: list[Range] = []
    for sentence in sentencex.segment(language or "en", text[start:end]):
        stop = start + len(sentence)
        if len(sentence) > _SWALLOWED:
            ranges += _segment_unquoted(sentence, start, language)
        else:
            ranges.append((start, stop))
        start = stop
    return ranges


def _segment_unquoted(sentence: str, offset: int, language: str) -> list[Range]:
    """Segment as if quotation marks and brackets were spaces, then leave each mark on the side it clings to."""
    import sentencex

    bare = sentence.translate(_ENCLOSING)
    ranges: list[Range] = []
    start = end = 0
    for piece in sentencex.segment(language or "en", bare):
        end += len(piece)
        opening = _OPENING_MARKS.search(sentence, end - len(piece) + len(piece.rstrip()), end)
        cut = opening.start() if opening else end
        if start < cut:
            ranges.append((offset + start, offset + cut))
            start = cut
    if start < len(sentence):
        ranges.append((offset + start, offset + len(sentence)))
    return ranges


def _glue_unfinished(text: str, ranges: list[Range]) -> list[Range]:
    """Join "1.", "(a)", "Ms." and pieces without a letter or digit to what follows them (at the end: to the last)."""
    glued: list[Range] = []
    pending: int | None = None
    for start, end in ranges:
        first = start if pending is None else pending
        if _ENUMERATOR.fullmatch(text, start, end) or _ABBREVIATED.search(text, max(start, end - 12), end):
            pending = first
        else:
            glued.append((first, end))
            pending = None
    if pending is not None:
        if glued:
            glued[-1] = glued[-1][0], ranges[-1][1]
        else:
            glued.append((pending, ranges[-1][1]))
    return glued
