"""The words of a PDF page with their boxes, as arrays.

pdfium tells the text of a page in one call, and each character's box in one call a character. Filings that place
every character by itself make per-character work in Python the dearest part of parsing, so boxes are asked for the
first and the last character of a word only, and everything else is numpy.

Coordinates are points with the origin at the top left of the *upright* page: the page as displayed, turned once more
where its text runs up, down or upside down (a landscape table on a portrait page).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...documents import Box
from .slanted_words import slanted_words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PdfiumHandle = Any  # pdfium's pointers have no Python types

HYPHEN_MARKS = (0x02, 0xAD, 0xFFFE)
"""What stands for a hyphen at a line's end: pdfium's own marks, and the soft hyphen."""

_WHITE = np.array(
    [*range(0x09, 0x0E), 0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
)
_WORD_GAP = 0.25  # of the font's height, between characters that pdfium took for one word
_MAX_SIDE = 1e7  # points; a page beyond that is an error in the file


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How a page's own coordinates become upright ones and fractions of the page as displayed.

    `left, bottom, right, top` is the visible part of the page in its own coordinates (origin bottom left),
    `rotation` the quarter turns clockwise at which it is displayed, `turn` those that make its text upright.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0
    turn: int = 0

    @property
    def width(self) -> float:
        """Width of the page as displayed, in points."""
        return self._extent(self.rotation)[0]

    @property
    def height(self) -> float:
        """Height of the page as displayed, in points."""
        return self._extent(self.rotation)[1]

    @property
    def upright_size(self) -> tuple[float, float]:
        """Width and height of the upright page, in points."""
        return self._extent(self.rotation + self.turn)

    def usable(self) -> bool:
        """Whether the page has an area that text can stand on."""
        return 0 < self.width < _MAX_SIDE and 0 < self.height < _MAX_SIDE

    def upright(self, boxes: Floats) -> Floats:
        """`(n, 4)` boxes in page coordinates, two opposite corners each, to upright `x0, y0, x1, y1`."""
        x_a, y_a, x_b, y_b = boxes.T
        turns = (self.rotation + self.turn) % 4
        if turns == 0:
            corners = (x_a - self.left, self.top - y_a, x_b - self.left, self.top - y_b)
        elif turns == 1:
            corners = (y_a - self.bottom, x_a - self.left, y_b - self.bottom, x_b - self.left)
        elif turns == 2:
            corners = (self.right - x_a, y_a - self.bottom, self.right - x_b, y_b - self.bottom)
        else:
            corners = (self.top - y_a, self.right - x_a, self.top - y_b, self.right - x_b)
        x_a, y_a, x_b, y_b = corners
        return np.stack(
            [np.minimum(x_a, x_b), np.minimum(y_a, y_b), np.maximum(x_a, x_b), np.maximum(y_a, y_b)], axis=1
        )

    def fraction(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """An upright box in fractions of the displayed page, cut at the page's borders."""
        width, height = self.upright_size
        left, top, right, bottom = x0 / width, y0 / height, x1 / width, y1 / height
        if self.turn == 1:
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        elif self.turn == 2:
            left, top, right, bottom = 1 - right, 1 - bottom, 1 - left, 1 - top
        elif self.turn == 3:
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        return Box(
            min(max(left, 0.0), 1.0), min(max(top, 0.0), 1.0), min(max(right, 0.0), 1.0), min(max(bottom, 0.0), 1.0)
        )

    def _extent(self, turns: int) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if turns % 2 else (width, height)


@dataclass(frozen=True, slots=True)
class PageWords:
    """All words of a page in the order of its content stream; arrays of length n, `boxes` is `(n, 4)`, upright.

    Word i is `text[starts[i]:ends[i]]`; `text` has one character for each of pdfium's. `vertical` marks words that
    do not run from left to right even on the upright page, `slanted` such as run neither level nor upright, and
    `goes_on` those of them that the next word follows on their line.
    """

    text: str
    starts: Ints
    ends: Ints
    boxes: Floats
    vertical: NDArray[np.bool_]
    slanted: NDArray[np.bool_]
    goes_on: NDArray[np.bool_]
    frame: PageFrame


def page_words(textpage: PdfiumHandle, frame: PageFrame) -> PageWords:
    """Read the words of a loaded `FPDF_TEXTPAGE`."""
    codes = _character_codes(textpage)
    starts, ends = _word_bounds(codes)
    text = codes.tobytes().decode("utf-32-le", "replace")
    first = _loose_boxes(textpage, starts)
    last = _loose_boxes(textpage, ends - 1)
    starts, ends, first, last = _split_jumps(textpage, codes, starts, ends, first, last)
    turn = _turn(frame, first, last, ends - starts)
    frame = PageFrame(frame.left, frame.bottom, frame.right, frame.top, frame.rotation, turn)
    first, last = frame.upright(first), frame.upright(last)
    boxes = np.concatenate([np.minimum(first, last)[:, :2], np.maximum(first, last)[:, 2:]], axis=1)
    finite = np.isfinite(boxes).all(axis=1)
    boxes = np.where(finite[:, None], boxes, 0.0)
    slanted, goes_on = slanted_words(textpage, first, last, starts, ends)
    vertical = _vertical(textpage, frame, first, last, starts, ends) & ~slanted
    return PageWords(text, starts, ends, boxes, vertical, slanted, goes_on, frame)


def _character_codes(textpage: PdfiumHandle) -> NDArray[np.uint32]:
    """One code point a character of pdfium's list, so that indexes into both agree."""
    import pypdfium2.raw as pdfium

    count = max(pdfium.FPDFText_CountChars(textpage), 0)
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(textpage, 0, count, buffer) - 1
    units = np.frombuffer(buffer, np.uint16)[:count]
    surrogates = (units >= 0xD800) & (units < 0xE000)
    if written == count and not surrogates.any():
        return units.astype(np.uint32)
    # The text leaves out some characters of the list, or needs two units for one.
    codes = np.fromiter(map(pdfium.FPDFText_GetUnicode, repeat(textpage), range(count)), np.int64, count)
    invalid = (codes < 0) | (codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))
    return np.where(invalid, 0xFFFD, codes).astype(np.uint32)


def _word_bounds(codes: NDArray[np.uint32]) -> tuple[Ints, Ints]:
    """Starts and ends of runs without white space; a hyphen at a line's end closes its word."""
    if not len(codes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ink = ~np.isin(codes, _WHITE)
    closes = np.isin(codes, (0x02, 0xFFFE))
    opens = ink.copy()
    opens[1:] &= ~ink[:-1] | closes[:-1]
    shuts = ink.copy()
    shuts[:-1] &= ~ink[1:] | closes[:-1]
    return np.flatnonzero(opens), np.flatnonzero(shuts) + 1


def _loose_boxes(textpage: PdfiumHandle, indexes: Ints) -> Floats:
    """`(n, 4)` boxes (left, top, right, bottom) in page coordinates, as high as the font, not as the glyph."""
    import pypdfium2.raw as pdfium

    rectangles = (pdfium.FS_RECTF * len(indexes))()
    for _ in map(pdfium.FPDFText_GetLooseCharBox, repeat(textpage), indexes.tolist(), rectangles):
        pass
    return np.frombuffer(rectangles, np.float32).reshape(-1, 4).astype(np.float64)


def _split_jumps(
    textpage: PdfiumHandle, codes: NDArray[np.uint32], starts: Ints, ends: Ints, first: Floats, last: Floats
) -> tuple[Ints, Ints, Floats, Floats]:
    """Cut words whose characters lie too far apart to be one word: pdfium missed a gap or a new line there."""
    length = ends - starts
    size = np.maximum(np.abs(first[:, 1] - first[:, 3]), np.abs(first[:, 2] - first[:, 0]))
    reach = np.hypot(*(_centres(last) - _centres(first)).T)
    suspects = np.flatnonzero((length > 1) & (reach > size * (length - 1) + 1))
    if not len(suspects):
        return starts, ends, first, last
    cuts: list[int] = []
    for word in suspects.tolist():
        inside = np.arange(starts[word], ends[word])
        if ((codes[inside] >= 0x590) & (codes[inside] < 0x900)).any():
            continue  # scripts that run from right to left jump by nature
        boxes = _loose_boxes(textpage, inside)
        low = np.minimum(boxes[:, :2], boxes[:, 2:])
        high = np.maximum(boxes[:, :2], boxes[:, 2:])
        gap = np.maximum(low[1:] - high[:-1], low[:-1] - high[1:]).max(axis=1)
        cuts.extend(inside[1:][gap > _WORD_GAP * size[word]].tolist())
    if not cuts:
        return starts, ends, first, last
    starts = np.sort(np.concatenate([starts, cuts]))
    ends = np.sort(np.concatenate([ends, cuts]))
    return starts, ends, _loose_boxes(textpage, starts), _loose_boxes(textpage, ends - 1)


def _centres(boxes: Floats) -> Floats:
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _turn(frame: PageFrame, first: Floats, last: Floats, length: Ints) -> int:
    """Quarter turns that make most of the page's text run from left to right."""
    long = length > 2
    if long.sum() < 5:
        return 0
    dx, dy = (_centres(frame.upright(last[long])) - _centres(frame.upright(first[long]))).T
    level = np.abs(dx) >= np.abs(dy)
    votes = [(level & (dx >= 0)).sum(), (~level & (dy < 0)).sum(), (level & (dx < 0)).sum(), (~level & (dy > 0)).sum()]
    best = int(np.argmax(votes))
    return best if votes[best] > 0.6 * long.sum() else 0


def _over_each_other(boxes: Floats, words: Ints) -> bool:
    """Whether two single characters that follow each other stand one over the other and touch: turned text."""
    low, high = boxes[:, :2], boxes[:, 2:]
    beside = np.minimum(high[1:, 0], high[:-1, 0]) - np.maximum(low[1:, 0], low[:-1, 0])
    apart = np.maximum(low[1:, 1] - high[:-1, 1], low[:-1, 1] - high[1:, 1])
    size = high[1:] - low[1:]
    level = (beside > 0.5 * size[:, 0]) & (np.abs(apart) < 0.1 * size[:, 1])
    return bool((level & (np.diff(words) == 1)).any())


def _vertical(
    textpage: PdfiumHandle, frame: PageFrame, first: Floats, last: Floats, starts: Ints, ends: Ints
) -> NDArray[np.bool_]:
    """Words that run up or down on the upright page."""
    import pypdfium2.raw as pdfium

    dx, dy = (_centres(last) - _centres(first)).T
    vertical = (np.abs(dy) > np.abs(dx)) & (ends - starts > 1)
    single = np.flatnonzero(ends - starts == 1)
    if len(single) and (vertical.any() or _over_each_other(first[single], single)):
        # Only next to turned words can a single character be turned too, and only pdfium knows.
        angles = np.fromiter(
            map(pdfium.FPDFText_GetCharAngle, repeat(textpage), starts[single].tolist()), np.float64, len(single)
        )
        turned = np.abs(np.sin(angles - (frame.rotation + frame.turn) * np.pi / 2)) > 0.7
        vertical[single] = turned & (angles >= 0)
    return np.asarray(vertical, np.bool_)
