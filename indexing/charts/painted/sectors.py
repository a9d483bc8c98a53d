"""Pies and donuts: circles cut into sectors of different colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..graphics import Sector
from ..palette import NO_COLOR, Indices, Palette
from .shapes import Patch

ROUND = 0.93
"""Share of its enclosing circle that the hull of a pie covers."""
ANGLES = 1440
RADII = (0.62, 0.7, 0.78, 0.86)
"""Shares of the radius at which the colours around the circle are looked up: also a donut has these."""
SMALLEST_SHARE = 0.004


def sectors_of(patches: Sequence[Patch], indices: Indices, palette: Palette) -> list[Sector]:
    """The sectors of the pies that the large `patches` form, each pie from 12 o'clock clockwise."""
    height, width = indices.shape
    large = [patch for patch in patches if patch.area >= 0.0008 * height * width and patch.fill < 0.93]
    sectors: list[Sector] = []
    for group in _touching(large, reach=max(4, round(0.012 * max(height, width)))):
        circle = _circle(group)
        if circle is not None and circle[2] >= 0.06 * min(height, width):
            sectors += _sectors(circle, indices, palette)
    return sectors


def _touching(patches: Sequence[Patch], reach: int) -> list[list[Patch]]:
    """Groups of patches whose boxes touch each other."""
    groups: list[list[Patch]] = []
    for patch in patches:
        near = [group for group in groups if any(_near(patch, other, reach) for other in group)]
        merged = [patch, *(member for group in near for member in group)]
        groups = [group for group in groups if group not in near] + [merged]
    return groups


def _near(first: Patch, second: Patch, reach: int) -> bool:
    beside = min(first.x1, second.x1) - max(first.x0, second.x0) >= -reach
    return beside and min(first.y1, second.y1) - max(first.y0, second.y0) >= -reach


def _circle(patches: Sequence[Patch]) -> tuple[float, float, float] | None:
    """Centre and radius of the circle that the patches fill, a hole in the middle aside; None for another shape."""
    import cv2

    x0, x1 = min(p.x0 for p in patches), max(p.x1 for p in patches)
    y0, y1 = min(p.y0 for p in patches), max(p.y1 for p in patches)
    if not 0.85 < (x1 - x0) / (y1 - y0) < 1.18:
        return None
    points = np.concatenate([_outline(patch) for patch in patches]).astype(np.float32)
    hull = cv2.convexHull(points)
    (cx, cy), radius = cv2.minEnclosingCircle(hull)
    if radius < 4 or cv2.contourArea(hull) < ROUND * np.pi * radius**2:
        return None
    # A letter O or a bubble is round, too; a pie fills its ring.
    filled = sum(patch.area for patch in patches) / (np.pi * radius**2)
    return (float(cx), float(cy), float(radius)) if filled > 0.25 else None


def _outline(patch: Patch) -> NDArray[np.int64]:
    """The first and last pixel of each row of the patch, `(n, 2)`."""
    rows = np.flatnonzero(patch.mask.any(axis=1))
    left = patch.mask[rows].argmax(axis=1)
    right = patch.mask.shape[1] - patch.mask[rows][:, ::-1].argmax(axis=1)
    x = np.concatenate([left, right]) + patch.x0
    y = np.concatenate([rows, rows]) + patch.y0
    return np.asarray(np.stack([x, y], axis=1), np.int64)


def _sectors(circle: tuple[float, float, float], indices: Indices, palette: Palette) -> list[Sector]:
    cx, cy, radius = circle
    angles = np.asarray((np.arange(ANGLES) + 0.5) * (2 * np.pi / ANGLES), np.float64)
    rings = np.stack([_looked_up(indices, cx, cy, radius * share, angles) for share in RADII])
    ring = np.apply_along_axis(_commonest, 0, rings)
    runs = _runs(ring)
    colored = [(start, length, color) for start, length, color in runs if color not in {0, NO_COLOR}]
    colored = [run for run in colored if run[1] >= SMALLEST_SHARE * ANGLES]
    total = sum(length for _, length, _ in colored)
    # White rules between the slices belong to neither of them.
    if not colored or total < 0.8 * ANGLES or len(colored) > 40:
        return []
    inner = _inner_radius(circle, indices, angles)
    return [
        Sector(palette.colors[color], cx, cy, radius, inner, start * 360 / ANGLES, length / total)
        for start, length, color in colored
    ]


def _looked_up(indices: Indices, cx: float, cy: float, radius: float, angles: NDArray[np.float64]) -> Indices:
    height, width = indices.shape
    x = np.clip(np.floor(cx + radius * np.sin(angles)), 0, width - 1).astype(int)
    y = np.clip(np.floor(cy - radius * np.cos(angles)), 0, height - 1).astype(int)
    return np.asarray(indices[y, x], np.uint8)


def _commonest(values: Indices) -> int:
    known = values[values != NO_COLOR]
    return int(np.bincount(known).argmax()) if len(known) else NO_COLOR


def _runs(ring: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Start, length and colour of the runs around the circle, short interruptions closed."""
    count = len(ring)
    changes = np.flatnonzero(ring != np.roll(ring, 1))
    if not len(changes):
        return [(0, count, int(ring[0]))]
    runs = [
        (int(start), int((end - start - 1) % count + 1), int(ring[start]))
        for start, end in zip(changes, np.roll(changes, -1), strict=True)
    ]
    solid = [run for run in runs if run[1] >= SMALLEST_SHARE * count and run[2] not in {0, NO_COLOR}]
    merged: list[tuple[int, int, int]] = []
    for start, length, color in solid:
        if merged and merged[-1][2] == color:
            first, known, _ = merged[-1]
            between = [run for run in runs if first + known <= run[0] < start]
            # A white rule parts two slices of one colour; anything else is what was left of a label.
            if not any(run[2] == 0 for run in between):
                merged[-1] = (first, start + length - first, color)
                continue
        merged.append((start, length, color))
    return merged


def _inner_radius(circle: tuple[float, float, float], indices: Indices, angles: NDArray[np.float64]) -> float:
    """Radius of the hole of a donut, 0 for a pie."""
    cx, cy, radius = circle
    hole = 0.0
    for share in np.arange(0.06, 0.9, 0.02):
        ring = _looked_up(indices, cx, cy, radius * float(share), angles[::8])
        if np.mean(ring == 0) < 0.6:
            break
        hole = radius * float(share)
    return hole if hole > 0.15 * radius else 0.0
