"""Lines: what runs from left to right in one colour, and is thin."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..graphics import Bar, Stroke
from ..palette import Color, Indices
from .shapes import Mask, Patch

SHORTEST = 0.08
"""Share of the picture's width that a line of a chart spans at least."""
THICKEST = 0.02
"""Share of the longer side that a line may be thick."""
COVERED = 0.35
"""Share of its columns in which a (dashed) line must be seen."""

EDGE = 2.5
"""Pixels within which the smoothed edge of a bar lies."""
NEXT = 4
"""Pixels between two pieces of a smoothed line."""
TURN = 0.3
"""Share of the shorter one's width by which two pieces of one line may overlap: where it is steep."""
JUMP = 0.05
"""Share of the picture's height between two pieces of a line, one of them hidden in part."""
HAIR = 1.5
"""Pixels of a line of the grid, in thickness and in height."""
PANELS = 0.1
"""Share of the picture's width from which a gap lies between the lines of two panels."""
STEEP = 3.0
"""Pixels up or down for one to the right that a line may go where it is not seen."""


def is_stroke(patch: Patch, side: float) -> bool:
    """Whether the patch is thin everywhere, wherever it bends."""
    import cv2

    limit = max(4.0, THICKEST * side) / 2 + 1
    if patch.area > 2 * limit * (patch.mask.shape[0] + patch.mask.shape[1]) * 3:
        return False
    padded = np.pad(patch.mask, 1)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    # Markers on the line may be thicker than the line.
    return float(np.percentile(inside[padded > 0], 80)) <= limit


def strokes_of(
    patches: Sequence[Patch], soft: Indices, color: int, rgb: Color, rectangles: Sequence[Patch] = ()
) -> list[Stroke]:
    """The lines that thin patches of one colour make: each runs from patch to patch as they continue each other.

    What is left over, letters and specks, makes chains that are too short or do not run on. Of the `rectangles`, those
    that go on level where a line ends are its dashes.
    """
    width = soft.shape[1]
    found = _strokes_of(patches, soft, color, rgb)
    dashes = _dashes(found, rectangles, PANELS * width)
    return _strokes_of([*patches, *dashes], soft, color, rgb) if dashes else found


def _dashes(strokes: Sequence[Stroke], rectangles: Sequence[Patch], farthest: float) -> list[Patch]:
    """The rectangles, as thick as a line, that follow each other from its end on, at its height."""
    dashes: list[Patch] = []
    for stroke in strokes:
        end, y = stroke.x[-1], stroke.y[-1]
        for patch in sorted(rectangles, key=lambda p: p.x0):
            level = abs((patch.y0 + patch.y1) / 2 - y) <= 1.5 * stroke.thickness
            thin = patch.y1 - patch.y0 <= 1.5 * stroke.thickness + 1
            if level and thin and 0 < patch.x0 - end <= farthest:
                dashes.append(patch)
                end, y = float(patch.x1), (patch.y0 + patch.y1) / 2
    return dashes


def is_dash(bar: Bar, strokes: Sequence[Stroke]) -> bool:
    """Whether what was taken for a bar is a piece of a line in its colour."""
    for stroke in strokes:
        if stroke.color == bar.color and bar.height <= 1.5 * stroke.thickness + 1:
            y = stroke.at(bar.cx, 1.0)
            if y is not None and bar.y0 <= y <= bar.y1:
                return True
    return False


def _strokes_of(patches: Sequence[Patch], soft: Indices, color: int, rgb: Color) -> list[Stroke]:
    width = soft.shape[1]
    found: list[Stroke] = []
    for chain in _chains(patches, soft.shape):
        x0, x1 = min(p.x0 for p in chain), max(p.x1 for p in chain)
        if x1 - x0 >= SHORTEST * width and _run_on(chain):
            stroke = _polyline(_mask_of(chain, soft[:, x0:x1] == color, x0), x0, rgb)
            if stroke is not None and not _is_rule(stroke):
                found.append(stroke)
    return found


def _is_rule(stroke: Stroke) -> bool:
    """Whether a line is level and hair-thin: one of the grid, seen where it crosses an area, an axis, a frame's edge.

    The corners of a frame may be round.
    """
    low, high = np.percentile(stroke.y, [10, 90])
    return stroke.thickness <= HAIR and bool(high - low <= HAIR)


def is_slanted(stroke: Stroke) -> bool:
    """Whether a line goes up or down and is no hair: even in the grey of a grid, it is none of its lines."""
    return stroke.thickness > HAIR and max(stroke.y) - min(stroke.y) > 2 * stroke.thickness


def _chains(patches: Sequence[Patch], size: tuple[int, ...]) -> list[list[Patch]]:
    """The patches from left to right, each after the one that it continues best."""
    chains: list[list[Patch]] = []
    for patch in sorted(patches, key=lambda p: (p.x0, p.y0)):
        steps = [(step, n) for n, chain in enumerate(chains) if (step := _step(chain[-1], patch, size)) is not None]
        if steps:
            chains[min(steps)[1]].append(patch)
        else:
            chains.append([patch])
    return chains


def _step(last: Patch, patch: Patch, size: tuple[int, ...]) -> float | None:
    """How far a patch is from the end of the one before it; None where a line would have to jump or turn back."""
    height, width = size
    along = patch.x0 - last.x1
    if along > PANELS * width or -along > NEXT + TURN * min(last.x1 - last.x0, patch.x1 - patch.x0):
        return None
    across = abs(_height_at(patch, 0) - _height_at(last, -1))
    return max(along, 0) + across if across <= JUMP * height + STEEP * max(along, 0) else None


def _height_at(patch: Patch, column: int) -> float:
    """The middle of a patch at its left end (0) or right end (-1)."""
    return patch.y0 + float(np.flatnonzero(patch.mask[:, column]).mean())


def _mask_of(chain: Sequence[Patch], colored: NDArray[np.bool_], x0: int) -> Mask:
    """The pixels of a chain that begins at `x0`, with those at its edges that are mixed from its colour."""
    import cv2

    mask = np.zeros(colored.shape, np.uint8)
    for patch in chain:
        mask[patch.y0 : patch.y1, patch.x0 - x0 : patch.x1 - x0] |= patch.mask
    grown = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)
    return mask | (grown & colored.astype(np.uint8))


def _polyline(mask: Mask, x0: int, rgb: Color) -> Stroke | None:
    """The middle of the line in each column of `mask`; None where the columns do not hold one line."""
    height, width = mask.shape
    filled = mask.sum(axis=0)
    columns = np.flatnonzero(filled)
    if len(columns) < COVERED * width:
        return None
    rows = np.arange(height, dtype=np.float64)
    middle = (mask * rows[:, None]).sum(axis=0)[columns] / filled[columns]
    low, high = mask.argmax(axis=0)[columns], height - 1 - mask[::-1].argmax(axis=0)[columns]
    # Where a column holds two separate pieces, the colour is that of two things, or of none that is a line.
    scattered = (high - low + 1) > 1.8 * filled[columns] + 3
    apart = (high - low + 1) > filled[columns] + 0.03 * height + 2 * float(np.median(filled[columns]))
    if scattered.mean() > 0.4 or apart.mean() > 0.25:
        return None
    usable = ~scattered
    x = (columns[usable] + x0 + 0.5).tolist()
    y = (middle[usable] + 0.5).tolist()
    return Stroke(rgb, tuple(x), tuple(y), float(np.median(filled[columns])))


def _run_on(patches: Sequence[Patch]) -> bool:
    """Whether the patches can be a line: not dots, nor straight rules at several heights (a grid, or between dots)."""
    long_ = sum(patch.area for patch in patches if _is_long(patch))
    if long_ < 0.4 * sum(patch.area for patch in patches) and not _is_chain(patches):
        return False
    level = [patch for patch in patches if patch.y1 - patch.y0 <= 4 and patch.x1 - patch.x0 > 12]
    return len(level) < len(patches) or len({patch.y0 // 6 for patch in level}) <= 2


def _is_long(patch: Patch) -> bool:
    """Whether the patch runs on: a dash or more, rather than a dot."""
    height, width = patch.mask.shape
    return bool(max(height, width) >= 1.8 * min(height, width) or max(height, width) > 24)


def is_edge(stroke: Stroke, bars: Sequence[Bar]) -> bool:
    """Whether a line is but the smoothed edges of bars."""
    x, y = np.asarray(stroke.x), np.asarray(stroke.y)
    at_edge = np.zeros(len(x), bool)
    for bar in bars:
        inside = (x >= bar.x0 - EDGE) & (x <= bar.x1 + EDGE)
        at_edge |= inside & (np.minimum(np.abs(y - bar.y0), np.abs(y - bar.y1)) <= EDGE)
    return bool(at_edge.mean() > 0.8)


def _is_chain(patches: Sequence[Patch]) -> bool:
    """Whether each patch goes on where the last one ends: a thin slanted line, smoothed into pieces."""
    ordered = sorted(patches, key=lambda p: (p.x0, p.y0))
    joined = sum(
        max(right.x0 - left.x1, right.y0 - left.y1, left.y0 - right.y1) <= NEXT
        for left, right in itertools.pairwise(ordered)
    )
    return joined >= 0.8 * (len(ordered) - 1) > 0
