"""Filled areas under lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..graphics import Area, Stroke
from ..palette import Color
from .shapes import Mask, Patch
from .strokes import EDGE, SHORTEST

FEWEST_COLUMNS = 40
SLOPE = 5
SLOPE_SHARE = 0.03
"""Pixels, and share of its height, that the edge of an area goes up and down at least."""
LEVEL = 0.5
"""Share of the columns in which an edge may have one height."""
STEPS = 0.06
"""Share of the columns at which a sloping edge goes up or down at least."""
SMALL_STEP = 8
"""Pixels from one column to the next."""


def area_of(patches: Sequence[Patch], rgb: Color, width: int) -> Area | None:
    """A filled area under a line: one wide patch without holes whose edge is no step; None for anything else."""
    patch = max(patches, key=lambda p: p.area, default=None)
    if patch is None or patch.x1 - patch.x0 < 3 * SHORTEST * width or patch.y1 - patch.y0 < 8:
        return None
    mask: NDArray[np.uint8] = patch.mask
    height = mask.shape[0]
    top, bottom = mask.argmax(axis=0), height - mask[::-1].argmax(axis=0)
    solid = mask.sum(axis=0) >= 0.85 * (bottom - top)
    if solid.mean() < 0.85:
        return None
    x = np.arange(patch.x0, patch.x1) + 0.5
    return Area(rgb, tuple(x.tolist()), tuple((top + patch.y0).tolist()), tuple((bottom + patch.y0).tolist()))


def is_sloped(mask: Mask) -> bool:
    """Whether the upper edge of what is filled goes up and down in small steps, as no bar's and no ground's does."""
    columns = np.flatnonzero(mask.any(axis=0))
    if len(columns) < FEWEST_COLUMNS:
        return False
    edge = mask[:, columns].argmax(axis=0)
    steps = np.abs(np.diff(edge))
    if (steps > 0).mean() < STEPS:
        return False  # bars side by side
    low, high = np.percentile(edge, (2, 98))
    if (np.abs(edge - np.bincount(edge).argmax()) <= 2).mean() > LEVEL:
        return False  # straight, but for what is printed over it
    if 2 * steps[steps > SMALL_STEP].sum() > steps.sum():
        return False  # the steps of bars that touch
    return bool(high - low >= max(SLOPE, SLOPE_SHARE * mask.shape[0]) and np.percentile(steps, 98) <= SMALL_STEP)


def smooth_edge(mask: Mask) -> bool:
    """Whether an edge of an area slopes, rather than going in the steps of touching bars."""
    for edge in (mask.argmax(axis=0), mask[::-1].argmax(axis=0)):
        steps = np.abs(np.diff(edge))
        if (steps > 0).mean() > 0.1 and np.percentile(steps, 95) < 0.2 * mask.shape[0]:
            return True
    return False


def is_outline(stroke: Stroke, areas: Sequence[Area]) -> bool:
    """Whether a line is but the edge of an area, smoothed."""
    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    for area in areas if stroke.thickness <= EDGE else ():
        inside = (x >= area.x[0] - EDGE) & (x <= area.x[-1] + EDGE)
        edges = [np.interp(x, area.x, edge) for edge in (area.top, area.bottom)]
        near = np.minimum(np.abs(y - edges[0]), np.abs(y - edges[1])) <= EDGE
        if (inside & near).mean() > 0.8:
            return True
    return False
