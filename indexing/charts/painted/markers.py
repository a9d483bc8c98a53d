"""The markers of a line: discs and rings on it, which are thicker than the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..graphics import Stroke
from .shapes import Mask

THICKER = 1.35
"""Times half the thickness of a line, and 0.7 pixels, that a marker's radius is at least."""
LARGEST = 16
"""Pixels that the hole in a ring is wide at most."""
ROUND = 1.5
"""Times its height that such a hole is wide at most, or the other way round."""


def with_markers(strokes: Sequence[Stroke], colored: NDArray[np.bool_]) -> list[Stroke]:
    """The lines of one colour with the markers on each from left to right; `colored` are all pixels of the colour."""
    import cv2

    if not strokes:
        return []
    depth = np.asarray(cv2.distanceTransform(_without_holes(colored), cv2.DIST_L2, 5), np.float32)
    return [replace(stroke, markers=tuple(_markers_on(stroke, depth))) for stroke in strokes]


def _without_holes(colored: NDArray[np.bool_]) -> Mask:
    """The pixels of a colour with what rings of it enclose."""
    import cv2

    closed = cv2.morphologyEx(colored.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    filled = np.asarray(closed, np.uint8)
    contours, tree = cv2.findContours(filled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (_, _, _, parent) in zip(contours, tree[0] if tree is not None else (), strict=True):
        _, _, width, height = cv2.boundingRect(contour)
        if parent >= 0 and max(width, height) <= min(LARGEST, ROUND * min(width, height)):
            cv2.drawContours(filled, [contour], -1, 1, cv2.FILLED)
    return filled


def _markers_on(stroke: Stroke, depth: NDArray[np.float32]) -> list[tuple[float, float]]:
    import cv2

    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    half = float(np.percentile(depth[y.astype(int), x.astype(int)], 30))
    left, top = max(0, int(x.min()) - LARGEST), max(0, int(y.min()) - LARGEST)
    around = depth[top : int(y.max()) + LARGEST, left : int(x.max()) + LARGEST]
    inner = (around >= THICKER * half + 0.7).astype(np.uint8)
    count, _, _, middles = cv2.connectedComponentsWithStats(inner, connectivity=8)
    found = [(float(mx) + left + 0.5, float(my) + top + 0.5) for mx, my in middles[1:count]]
    return sorted((mx, my) for mx, my in found if np.hypot(x - mx, y - my).min() <= depth[int(my), int(mx)])
