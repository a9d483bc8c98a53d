"""Markers of coloured lines that OCR has read as text: an `O`, an `8`, "Cn". They hide the line that they stand on.

A letter or digit has the ground all around it; from a marker the line goes on to one side or both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...ocr_pixels import Pixels
from ..marks import Mark, line_height
from ..palette import is_neutral

LONGEST = 2
"""Characters of what OCR makes of a marker, or of two or three close to each other."""
DIGITS = frozenset("08")
"""Digits that look like a marker, or two."""
AROUND = 0.4
"""Heights of a line of text by which a line must go on beyond the box."""
GROUND = 60
"""Levels, in a channel, by which a line differs from the ground at least."""
THIN = 0.6
"""Share of a label's height that a line is thick at most where it leaves the box."""
TALL = 0.4
"""Share of a label's height that a marker has at least."""
OTHER_COLOR = 0.1
"""Share of what goes on as a line that may have another colour: a digit printed on a strip has more."""


def without_marker_texts(marks: Sequence[Mark], pixels: Pixels) -> list[Mark]:
    """The marks without those that are markers."""
    reach = max(2, round(AROUND * line_height(marks)))
    return [mark for mark in marks if not (_may_be_marker(mark) and _is_on_line(mark, pixels, reach))]


def _may_be_marker(mark: Mark) -> bool:
    short = len(mark.text) <= LONGEST and not mark.label.vertical
    return short and (not mark.is_number or mark.text in DIGITS)


def _is_on_line(mark: Mark, pixels: Pixels, reach: int) -> bool:
    """Whether what stands in a box goes on as a thin coloured line beyond it: to both sides, if it may be more."""
    import cv2

    x0, y0 = int(mark.x0) - reach, int(mark.y0) - reach
    x1, y1 = int(np.ceil(mark.x1)) + reach, int(np.ceil(mark.y1)) + reach
    if min(x0, y0) < 0 or x1 > pixels.shape[1] or y1 > pixels.shape[0]:
        return False
    area = pixels[y0:y1, x0:x1].astype(np.int16)
    ground = np.median(np.concatenate([area[0], area[-1]]), axis=0)
    inked = (np.abs(area - ground).max(axis=2) > GROUND).astype(np.uint8)
    _, parts = cv2.connectedComponents(inked, connectivity=8)
    inner = parts[reach:-reach, reach:-reach]
    if not inner.any():
        return False
    own = parts == int(np.bincount(inner[inner > 0]).argmax())
    if own[reach:-reach].any(axis=1).sum() < TALL * mark.height:
        return False
    lines = [line for side in (0, -1) if (line := _line_color(own[:, side], area[:, side], mark.height)) is not None]
    if len(lines) < (2 if mark.is_number or len(mark.text) > 1 else 1):
        return False
    return not mark.is_number or _unmixed(area[own] - ground, lines[0] - ground) <= OTHER_COLOR


def _unmixed(offsets: NDArray[np.float64], line: NDArray[np.float64]) -> float:
    """The share of pixels, by their `offsets` from the ground, that are no mixtures of it and the colour of a line."""
    share = np.clip(offsets @ line / float(line @ line), 0.0, 1.0)
    return float((np.abs(offsets - share[:, None] * line).max(axis=1) > GROUND).mean())


def _line_color(own: NDArray[np.bool_], area: NDArray[np.int16], height: float) -> NDArray[np.float64] | None:
    """The colour of a thin coloured line that crosses a column of pixels; None where none does."""
    rows = np.flatnonzero(own)
    if not len(rows) or rows[-1] - rows[0] + 1 > THIN * height or len(rows) < rows[-1] - rows[0] + 1:
        return None
    color = np.asarray(np.median(area[rows], axis=0), np.float64)
    blue, green, red = (int(level) for level in color)
    return None if is_neutral((red, green, blue)) else color
