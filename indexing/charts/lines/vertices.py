"""Where a line begins, bends and ends: at its markers, if it has some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..graphics import Stroke

FEWEST_MARKERS = 2
BEND = 0.25
CLEAR_BEND = 0.5
"""Thicknesses of a line by which it leaves the straight way between two vertices, and clearly does so."""
AT_MARKER = 2.0
"""Thicknesses of a line, and 2 pixels, from the middle of a marker to a bend that is none of its own edge."""


def has_markers(stroke: Stroke) -> bool:
    """Whether the points of a line are marked."""
    return len(stroke.markers) >= FEWEST_MARKERS


def vertices_of(stroke: Stroke, tolerance: float = BEND) -> NDArray[np.float64]:
    """The vertices from left to right, `(n, 2)` in pixels; `tolerance` is in thicknesses of the line."""
    import cv2

    marked = has_markers(stroke)
    tolerance = max(tolerance, CLEAR_BEND) if marked else tolerance
    line = np.stack([stroke.x, stroke.y], axis=1).astype(np.float32)[:, None]
    bends = np.asarray(cv2.approxPolyDP(line, max(1.0, tolerance * stroke.thickness), closed=False)[:, 0], np.float64)
    return np.asarray(_at_markers(bends, stroke), np.float64) if marked else bends


def ends_of(stroke: Stroke) -> tuple[float, float]:
    """The places on the axis where a line begins and ends."""
    vertices = vertices_of(stroke)
    return float(vertices[0, 0]), float(vertices[-1, 0])


def bends_of(stroke: Stroke) -> list[float]:
    """Places on the axis where a line has a marker, or clearly changes its direction."""
    return [float(x) for x in vertices_of(stroke, CLEAR_BEND)[1:-1, 0]]


def _at_markers(bends: NDArray[np.float64], stroke: Stroke) -> list[tuple[float, float]]:
    """The markers, and the bends that are far from each of them."""
    reach = AT_MARKER * stroke.thickness + 2.0
    places = [(float(x), float(y)) for x, y in bends]
    free = [(x, y) for x, y in places if all(abs(x - marker[0]) > reach for marker in stroke.markers)]
    return sorted([*stroke.markers, *free])
