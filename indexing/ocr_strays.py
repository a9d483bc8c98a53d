"""Short numbers that the search for text passes over: a small digit alone, or one that almost touches a bar or a line.

They are looked for by their shape, apart from everything found already; the recogniser then has to be sure of them.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .ocr_pixels import Pixels

LEVELS = (45, 110)
"""Grey levels by which ink differs from the ground around it; by the second, a number is told apart from the paler bar
that it almost touches.
"""
MOST = 24
"""With more candidates than this, a picture is full of specks: none of them is looked at."""
HEIGHTS = (0.45, 0.8)
"""Of a digit, in heights of the lines found (which have a margin)."""
WIDTHS = (0.3, 0.9)
WIDTHS_OF_TWO = (1.2, 2.0)
"""Of one digit, and of two that run together, in their own heights: round markers are in between."""
THICKEST = 0.33
"""Heights of a line from which on ink is no stroke of a letter, whichever way it is measured."""
GAP = 0.5
"""Heights of a digit that the digits of one number stand apart at most."""
MARGIN = 0.35
"""Heights of a digit left around it in its crop."""
_NUMBER = re.compile(r"\d{1,3}%?")


class Stray(NamedTuple):
    """The extent, in pixels, of what may be a short number: left, top, right, bottom."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def height(self) -> int:
        """From top to bottom."""
        return self.y1 - self.y0

    def quad(self) -> NDArray[np.float32]:
        """Its corners with the margin that lines are found with: `(4, 2)`, clockwise from the top left."""
        margin = MARGIN * self.height
        x0, y0, x1, y1 = self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)

    def overlaps(self, other: Stray) -> bool:
        """Whether both have a pixel in common."""
        return min(self.x1, other.x1) > max(self.x0, other.x0) and min(self.y1, other.y1) > max(self.y0, other.y0)


def strays(pixels: Pixels, found: Sequence[tuple[float, float, float, float]]) -> list[tuple[Stray, Pixels]]:
    """What may be a short number outside of the lines `found` (left, top, right, bottom in pixels), each with a crop
    that shows it on plain ground. Nothing in a picture that has no lines, or a great many of such shapes.
    """
    import cv2

    if not found:
        return []
    line = statistics.median(min(x1 - x0, y1 - y0) for x0, y0, x1, y1 in found)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    side = int(THICKEST * line) + 1
    square = np.ones((side, side), np.uint8)
    known = [Stray(*map(int, box)) for box in found]
    shapes: list[Stray] = []
    for operation in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        strokes = cv2.morphologyEx(grey, operation, square)
        for level in LEVELS:
            new = _shapes(np.asarray(strokes >= level, np.uint8), line)
            shapes += [shape for shape in new if not any(map(shape.overlaps, (*known, *shapes)))]
    numbers = _joined(shapes)
    if len(numbers) > MOST:
        return []
    return [(number, _alone(pixels, number)) for number in numbers]


def is_number(text: str, stray: Stray) -> bool:
    """Whether what was read can be the stray: a number of up to three digits, not the round marker of a line."""
    round_ = text == "0" and stray.x1 - stray.x0 > 0.8 * stray.height
    return _NUMBER.fullmatch(text) is not None and not round_


def _shapes(ink: NDArray[np.uint8], line: float) -> list[Stray]:
    """Connected ink of the size of a digit, as thin as its strokes are."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, width, height = stats[1:, :4].T
    fits = _is_between(height / line, HEIGHTS)
    fits &= _is_between(width / height, WIDTHS) | _is_between(width / height, WIDTHS_OF_TWO)
    return [Stray(int(x[i]), int(y[i]), int(x[i] + width[i]), int(y[i] + height[i])) for i in np.flatnonzero(fits)]


def _is_between(sizes: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.bool_]:
    return (sizes >= limits[0]) & (sizes <= limits[1])


def _joined(shapes: Sequence[Stray]) -> list[Stray]:
    """Digits side by side as one number."""
    numbers: list[Stray] = []
    for shape in sorted(shapes):
        for index, number in enumerate(numbers):
            level = abs(shape.y0 - number.y0) + abs(shape.y1 - number.y1) <= max(2.0, 0.3 * number.height)
            if level and shape.x0 - number.x1 <= GAP * number.height:
                numbers[index] = Stray(
                    number.x0, min(number.y0, shape.y0), max(number.x1, shape.x1), max(number.y1, shape.y1)
                )
                break
        else:
            numbers.append(shape)
    return numbers


def _alone(pixels: Pixels, stray: Stray) -> Pixels:
    """The stray's pixels with the ground around it, whatever else stands close by."""
    margin = max(2, round(MARGIN * stray.height))
    inside = pixels[max(0, stray.y0 - 1) : stray.y1 + 1, max(0, stray.x0 - 1) : stray.x1 + 1]
    edge = np.concatenate([inside[0], inside[-1]])
    ground = np.median(edge, axis=0).astype(np.uint8)
    height, width = inside.shape[:2]
    picture = np.empty((height + 2 * margin, width + 2 * margin, 3), np.uint8)
    picture[:] = ground
    picture[margin : margin + height, margin : margin + width] = inside
    return picture
