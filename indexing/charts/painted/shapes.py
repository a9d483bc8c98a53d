"""Connected patches of one colour, and which of them are bars, dots or straight rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..graphics import Bar, Dot, Rule
from ..palette import Color, Indices, is_neutral

Mask = NDArray[np.uint8]

FULL = 0.86
"""Share of its box that a rectangle fills; the rest is noise at its edges."""
CORE = 0.9
"""Share of a patch that lies in a rectangle which it is taken for."""
CLEAN = 0.98
"""Share of that rectangle that is filled: a round marker has corners."""
ACROSS = 0.75
"""Share of the thickness of a bar from which a hole in it is no letter."""
MOSTLY = 0.6
"""Share of a patch that bars take which thin lines join."""
THIN = 3
"""Pixels up to which a straight patch is a rule."""
LONG = 0.3
"""Share of the picture's side from which a row of one neutral colour is a rule."""
MANY = 80
"""Patches of one colour from which on it is taken for hatched, and small gaps are closed."""
SMALLEST = 10
"""Square pixels."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A connected patch: its box in pixels (`x1`, `y1` exclusive), its size and its pixels within the box."""

    color: int
    x0: int
    y0: int
    x1: int
    y1: int
    area: int
    mask: Mask

    @property
    def fill(self) -> float:
        """Share of the box that is filled."""
        return self.area / ((self.x1 - self.x0) * (self.y1 - self.y0))


def patches_of(indices: Indices, color: int, rgb: Color, rules: Sequence[Rule]) -> list[Patch]:
    """The patches of a colour. Lines of the grid, `rules`, that cut through them are closed."""
    rows = np.flatnonzero((indices == color).any(axis=1))
    if not len(rows):
        return []
    top = int(rows[0])
    mask = (indices[top : int(rows[-1]) + 1] == color).astype(np.uint8)
    for rule in rules:
        if rule.color != rgb:
            _close(mask if rule.is_horizontal else mask.T, rule, top if rule.is_horizontal else 0)
    import cv2

    if is_neutral(rgb):
        # Lines of the grid may have the grey of the bars that they run between.
        solid = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((THIN + 2, THIN + 2), np.uint8)), np.uint8)
        return [*_connected(solid, color, top), *_connected(mask & ~solid, color, top)]
    patches = _connected(mask, color, top)
    if len(patches) > MANY:
        closed = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
        patches = _connected(closed, color, top)
    return patches


def _close(view: Mask, rule: Rule, top: int) -> None:
    """Fill the rows of a rule where what lies on both sides of it is filled."""
    low, high = (rule.y0, rule.y1) if rule.is_horizontal else (rule.x0, rule.x1)
    start, end = int(low) - top - 1, int(high) - top + 1
    if start < 0 or end >= view.shape[0]:
        return
    both = (view[start] & view[end]).astype(bool)
    view[start + 1 : end][:, both] = 1


def take_rules(indices: Indices, color: int, rgb: Color) -> list[Rule]:
    """Straight thin lines of a neutral colour, at least `LONG` of a side; `indices` loses them, the ground's aside."""
    import cv2

    rules: list[Rule] = []
    mask = (indices == color).astype(np.uint8)
    for across in (False, True):
        kernel = np.ones((1, THIN + 1) if across else (THIN + 1, 1), np.uint8)
        thin = mask & ~np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), np.uint8)
        view = thin.T if across else thin
        filled = view.sum(axis=1)
        rows = np.flatnonzero(filled >= LONG * view.shape[1])
        for group in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            if not 0 < len(group) <= THIN:
                continue
            start, end = int(group[0]), int(group[-1]) + 1
            places = np.flatnonzero(view[start:end].any(axis=0))
            if color:
                (indices.T if across else indices)[start:end][view[start:end].astype(bool)] = 0
            low, high = float(places[0]), float(places[-1] + 1)
            found = Rule(start, low, end, high, rgb) if across else Rule(low, start, high, end, rgb)
            rules.append(found)
    return rules


def _connected(mask: Mask, color: int, top: int) -> list[Patch]:
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    patches: list[Patch] = []
    for number in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[number])
        if area >= SMALLEST and (len(patches) < 2000):
            own = (labels[y : y + height, x : x + width] == number).astype(np.uint8)
            patches.append(Patch(color, x, y + top, x + width, y + height + top, area, own))
    return patches


def bars_of(patch: Patch, rgb: Color) -> list[Bar]:
    """The rectangles that a patch consists of: itself, or several that touch along a common baseline."""
    width, height = patch.x1 - patch.x0, patch.y1 - patch.y0
    if min(width, height) < 2:
        return []
    solid = _without_outlines(patch.mask) if patch.fill < CLEAN else []
    if solid:
        return [Bar(patch.x0 + x0, patch.y0 + y0, patch.x0 + x1, patch.y0 + y1, rgb) for x0, y0, x1, y1 in solid]
    if patch.fill >= FULL or (patch.fill > 0.5 and _framed(patch.mask)):
        return [Bar(patch.x0, patch.y0, patch.x1, patch.y1, rgb)]
    core = _core(patch.mask)
    if core is not None:
        x0, y0, x1, y1 = core
        return [Bar(patch.x0 + x0, patch.y0 + y0, patch.x0 + x1, patch.y0 + y1, rgb)]
    for turned in (False, True):
        pieces = _skyline(patch.mask.T if turned else patch.mask)
        if pieces:
            boxes = [(y0, x0, y1, x1) if turned else (x0, y0, x1, y1) for x0, y0, x1, y1 in pieces]
            return [
                Bar(patch.x0 + x0, patch.y0 + y0, patch.x0 + x1, patch.y0 + y1, rgb)
                for x0, y0, x1, y1 in boxes
                if min(x1 - x0, y1 - y0) >= 2
            ]
    return []


def _without_outlines(mask: Mask) -> list[tuple[int, int, int, int]]:
    """The rectangles that thin lines of their colour join, as outlines of other bars do or a line that they stand on.

    Empty where the patch is anything else.
    """
    import cv2

    mask = _without_letters(mask)
    kernel = np.ones((THIN, THIN), np.uint8)
    thick = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), np.uint8)
    if thick.sum() < MOSTLY * mask.sum():
        return []
    count, _, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=4)
    boxes = [(x, y, x + width, y + height) for x, y, width, height, _ in stats[1:count].tolist()]
    full = all(width > THIN < height and area >= CLEAN * width * height for _, _, width, height, area in stats[1:count])
    shorter = any(x1 - x0 < mask.shape[1] - THIN or y1 - y0 < mask.shape[0] - THIN for x0, y0, x1, y1 in boxes)
    return boxes if full and shorter else []


def _without_letters(mask: Mask) -> Mask:
    """The mask with the holes filled that letters leave in it, but not those as thick as it: bars in an outline."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    filled = mask.copy()
    for number, (x, y, width, height, _) in enumerate(stats[1:count].tolist(), start=1):
        inside = x > 0 < y and x + width < mask.shape[1] and y + height < mask.shape[0]
        if inside and height < ACROSS * mask.shape[0] and width < ACROSS * mask.shape[1]:
            filled[labels == number] = 1
    return filled


def _core(mask: Mask) -> tuple[int, int, int, int] | None:
    """The rectangle that nearly all of a patch lies in: what sticks out is left of letters printed across its end."""
    rows, columns = np.flatnonzero(mask.mean(axis=1) > 0.5), np.flatnonzero(mask.mean(axis=0) > 0.5)
    if not len(rows) or not len(columns):
        return None
    x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    inner = mask[y0:y1, x0:x1]
    whole = inner.mean() >= CLEAN and min(inner.shape) > THIN and inner.sum() >= CORE * mask.sum()
    return (x0, y0, x1, y1) if whole else None


def _framed(mask: Mask) -> bool:
    """Whether the edges of the box are filled all around: a rectangle with something printed on it."""
    edges = (mask[:2].any(axis=0), mask[-2:].any(axis=0), mask[:, :2].any(axis=1), mask[:, -2:].any(axis=1))
    thick = min(mask.shape) >= 8 and mask[2:-2, 2:-2].mean() > 0.4
    return bool(thick and all(edge.mean() > 0.92 for edge in edges))


def _skyline(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Columns side by side on one baseline: runs of equal height; empty where it is anything else."""
    height, width = mask.shape
    if width < 6 or height < 4:
        return []
    any_row = mask.any(axis=0)
    top = np.where(any_row, mask.argmax(axis=0), height)
    bottom = np.where(any_row, height - mask[::-1].argmax(axis=0), height)
    filled = mask.sum(axis=0) >= 0.9 * (bottom - top)
    if filled.mean() < 0.95:
        return []
    jumps = np.flatnonzero((np.abs(np.diff(top)) > 1) | (np.abs(np.diff(bottom)) > 1)) + 1
    runs = [(int(a), int(b)) for a, b in zip([0, *jumps], [*jumps, width], strict=True) if b - a >= 3]
    if not 2 <= len(runs) <= 80 or sum(b - a for a, b in runs) < 0.9 * width:
        return []
    pieces = [(a, int(np.median(top[a:b])), b, int(np.median(bottom[a:b]))) for a, b in runs]
    level = all(np.ptp(top[a + 1 : b - 1]) <= 2 and np.ptp(bottom[a + 1 : b - 1]) <= 2 for a, b in runs if b - a > 3)
    on_line = max(np.ptp([p[3] for p in pieces]), 0) <= 2 or max(np.ptp([p[1] for p in pieces]), 0) <= 2
    return pieces if level and on_line else []


def dots_of(patches: Sequence[Patch], rgb: Color, side: float) -> list[Dot]:
    """Markers: round, square or pointed patches of about one size."""
    dots = []
    for patch in patches:
        width, height = patch.x1 - patch.x0, patch.y1 - patch.y0
        round_enough = 0.7 <= width / height <= 1.4 and patch.fill >= 0.45
        if round_enough and min(width, height) >= 4 and max(width, height) <= 0.05 * side:
            dots.append(Dot(patch.x0, patch.y0, patch.x1, patch.y1, rgb))
    return dots
