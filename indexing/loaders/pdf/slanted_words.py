"""Words that run neither level nor upright, as slanted tick labels and watermarks do, and which go on one another.

A slanted word's box is large and says little, so its line is found along its own direction.
"""

from __future__ import annotations

import math
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
PdfiumHandle = Any  # pdfium's pointers have no Python types

_LEAST_SLANT = math.radians(15)  # off level and upright; slanted fonts lean less
_OFF_LINE = 0.35  # of the font's height, that the next word may stand off the line
_NEXT_WORD = 1.6  # times the font's height, from the middle of a letter to that of the next word's first
_LETTER = 0.5  # width of a letter over the font's height


def slanted_words(textpage: PdfiumHandle, first: Floats, last: Floats, starts: Ints, ends: Ints) -> tuple[Flags, Flags]:
    """Which words are slanted, and which of them the next word goes on.

    `first` and `last` are the upright boxes of the words' first and last characters, `(n, 4)`; both results have
    length n.
    """
    begin, end = _centres(first), _centres(last)
    way = end - begin
    long = ends - starts > 1
    least = math.tan(_LEAST_SLANT)
    oblique = np.abs(way).min(axis=1, initial=np.inf) > least * np.abs(way).max(axis=1, initial=0.0)
    # A raised figure lies obliquely to its word, too; only pdfium knows whether its letters are turned.
    slanted = long & oblique
    slanted[slanted] = _are_turned(textpage, starts[slanted])
    goes_on = np.zeros(len(starts), np.bool_)
    if not slanted.any():
        return slanted, goes_on
    slanted[~long] = _are_turned(textpage, starts[~long])
    direction = np.zeros(2)
    for word in np.flatnonzero(slanted).tolist():
        if long[word]:
            direction = way[word] / np.hypot(*way[word])
        if word + 1 < len(starts) and slanted[word + 1]:
            size = _font_height(last[word], direction)
            along, off = _along(begin[word + 1] - end[word], direction)
            goes_on[word] = 0 < along < _NEXT_WORD * size and off < _OFF_LINE * size
    return slanted, goes_on


def _are_turned(textpage: PdfiumHandle, characters: Ints) -> Flags:
    """Whether characters stand neither level nor upright."""
    import pypdfium2.raw as pdfium

    angles = map(pdfium.FPDFText_GetCharAngle, repeat(textpage), characters.tolist())
    radians = np.fromiter(angles, np.float64, len(characters))
    return np.asarray((radians >= 0) & (np.abs(np.sin(2 * radians)) > math.sin(2 * _LEAST_SLANT)), np.bool_)


def _font_height(box: Floats, direction: Floats) -> float:
    """The height of the font from the box around one turned letter."""
    cosine, sine = np.abs(direction)
    return float((box[3] - box[1]) / (cosine + _LETTER * sine)) if cosine + sine else 0.0


def _along(way: Floats, direction: Floats) -> tuple[float, float]:
    """How far a way leads along a direction, and off it."""
    along = float(way @ direction)
    return along, float(np.abs(way[0] * direction[1] - way[1] * direction[0]))


def _centres(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2, np.float64)
