"""What is printed on a scanned page: its ink against its paper, coloured areas, and straight rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..ocr_pixels import Pixels

Ink = NDArray[np.bool_]
"""`(height, width)`, True where something is printed."""
Mask = NDArray[np.uint8]
"""The same as 0 and 1, for OpenCV."""

_DARK = 0.72  # of the paper's brightness: letters
_TINTED = 0.66  # of the paper's brightness in its weakest colour: coloured areas; the shading of tables is paler
_PALE = 0.85  # the same for rules, of which thin ones are blurred
_THICK = 11  # pixels of a page from which something dark is an area and no rule
_BREAK = 5  # pixels of a page by which noise breaks a rule
_RULE = 14  # pixels of a small picture from which a thin straight thing is a rule
_TILES = 8  # a side, in which the brightness of the paper is measured
_EDGE = 0.08  # share of the page: dark stripes as wide as this at its edges are the scanner's


def page_ink(pixels: Pixels) -> Ink:
    """The dark parts of a page, without long rules, at its full size."""
    import cv2

    gray = np.asarray(cv2.medianBlur(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), 3), np.uint8)
    ink = np.asarray(gray < _DARK * _paper(gray), np.uint8)
    length = max(pixels.shape[1] // 16, 24)
    areas = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_THICK, _THICK), np.uint8))
    for along, across in (((1, length), (3, 1)), ((length, 1), (1, 3))):
        bridge = np.ones((1, _BREAK) if along[0] == 1 else (_BREAK, 1), np.uint8)
        straight = cv2.morphologyEx(
            cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge), cv2.MORPH_OPEN, np.ones(along, np.uint8)
        )
        ink[(cv2.dilate(straight, np.ones(across, np.uint8)) > 0) & (areas == 0)] = 0
    return np.asarray(ink, np.bool_)


def marks_and_rules(pixels: Pixels) -> tuple[Mask, Mask]:
    """Coloured and dark things on a page, in a small picture of it, and the thin straight rules among them apart.

    What lies along the page's edges is in neither.
    """
    import cv2

    weakest = np.asarray(pixels.min(axis=2), np.uint8)
    paper = _paper(weakest)
    marks = np.asarray(weakest < _TINTED * paper, np.uint8)
    _remove_edges(marks)
    pale = np.asarray(weakest < _PALE * paper, np.uint8)
    _remove_edges(pale)
    square = np.ones((3, 3), np.uint8)
    rules = np.zeros_like(marks)
    thick = cv2.morphologyEx(pale, cv2.MORPH_OPEN, square)
    for shape in ((1, _RULE), (_RULE, 1)):
        straight = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        rules[(straight > 0) & (thick == 0)] = 1
    # The blurred edges of a rule are no marks either.
    solid = cv2.morphologyEx(marks, cv2.MORPH_OPEN, square)
    marks[(cv2.dilate(rules, square) > 0) & (solid == 0)] = 0
    return marks, rules


def _paper(gray: Mask) -> NDArray[np.float32]:
    """Brightness of the paper at each pixel: high levels of gray in tiles of the page, between them in proportion."""
    import cv2

    height, width = gray.shape
    whole = float(np.percentile(gray[:: max(height // 400, 1), :: max(width // 400, 1)], 90))
    rows, columns = np.array_split(np.arange(height), _TILES), np.array_split(np.arange(width), _TILES)
    levels = [
        [
            float(np.percentile(gray[r[0] : r[-1] + 1 : 3, c[0] : c[-1] + 1 : 3], 90)) if len(r) and len(c) else whole
            for c in columns
        ]
        for r in rows
    ]
    tiles = np.maximum(np.array(levels, np.float32), 0.75 * whole)
    return np.asarray(cv2.resize(tiles, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _remove_edges(marks: Mask) -> None:
    """Take out what lies along the page's edges: shadows of the lid, punched holes, the black of skewed corners."""
    import cv2

    height, width = marks.shape
    count, parts, stats, _ = cv2.connectedComponentsWithStats(marks)
    for part in range(1, count):
        x, y, wide, high = (int(value) for value in stats[part][:4])
        touches = x <= 1 or y <= 1 or x + wide >= width - 1 or y + high >= height - 1
        if touches and (wide < _EDGE * width or high < _EDGE * height):
            marks[parts == part] = 0
