"""Grounds that a chart is painted on: panels, frames, strips behind numbers; and what letters leave of bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..extent import Extent
from ..graphics import Bar, Rule, Stroke
from ..palette import Color, Indices, Palette, color_distance, is_neutral
from .shapes import THIN

PANEL = 0.1
"""Share of the picture that the ground of a plot fills at least."""
PALE = 64
"""Levels by which a coloured ground of a plot differs from the page."""
ONE_PIECE = 0.8
"""Share of the largest piece of such a ground."""
WHOLE_EDGE = 0.9
"""Share of an edge of the picture from which a bar along it is its margin."""
SEVERAL = 3
"""Numbers printed on a ground that carries them as no bar does."""
STRIP = 40
"""Levels by which a strip behind lines differs from the page."""
FRAME = 0.3
"""Share of the picture from which a rectangle with others inside it is a panel, not a bar."""


def has_panel(palette: Palette, indices: Indices) -> bool:
    """Whether the plot has a ground of its own, on which lines of the grid may have the page's colour."""
    counts = np.bincount(indices.ravel(), minlength=2)
    return len(palette.colors) > 1 and is_neutral(palette.colors[1]) and int(counts[1]) > FRAME * indices.size


def is_panel(painted: Indices, color: int, rgb: Color, ground: Color) -> bool:
    """Whether a grey or pale colour is the ground that a plot has of its own: large, and all around what it holds."""
    if not is_neutral(rgb) and color_distance(rgb, ground) > PALE:
        return False
    mask = painted == color
    if mask.sum() < PANEL * mask.size:
        return False
    rows, columns = np.flatnonzero(mask.mean(axis=1) > PANEL), np.flatnonzero(mask.mean(axis=0) > PANEL)
    if not len(rows) or not len(columns):
        return False
    inner = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    sides = (inner[:3].any(axis=0), inner[-3:].any(axis=0), inner[:, :3].any(axis=1), inner[:, -3:].any(axis=1))
    shares = sorted(float(side.mean()) for side in sides)
    # Bars stand on one of its sides and hide most of that.
    return shares[0] > 0.1 and shares[1] > 0.35 and float(inner.mean()) < 0.95 and _is_one(inner)


def _is_one(mask: NDArray[np.bool_]) -> bool:
    """Whether the mask is one piece but for lines of the grid: bars of one colour are several."""
    import cv2

    whole = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((THIN + 2, THIN + 2), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    return bool(stats[1:, cv2.CC_STAT_AREA].max() > ONE_PIECE * whole.sum())


def without_fragments(bars: Sequence[Bar]) -> list[Bar]:
    """Bars without what was left of them inside of the letters printed on them."""
    return [bar for bar in bars if not any(_holds(other, bar) and other.color == bar.color for other in bars)]


def _holds(outer: Bar, inner: Bar) -> bool:
    within = inner.x0 >= outer.x0 and inner.x1 <= outer.x1 and inner.y0 >= outer.y0 and inner.y1 <= outer.y1
    return within and outer.area > inner.area


def without_panels(
    bars: Sequence[Bar], shape: tuple[int, int], numbers: Sequence[Extent]
) -> tuple[list[Bar], list[Rule]]:
    """Bars without the grounds of panels, which hold bars or a column of numbers, and without the frame around all.

    `shape` is the picture's height and width.
    """
    size = shape[0] * shape[1]
    kept: list[Bar] = []
    frames: list[Rule] = []
    for bar in bars:
        inside = [other for other in bars if _holds(bar, other)]
        printed = sum(bar.holds(number.cx, number.cy) for number in numbers)
        if (
            bar.area > FRAME * size
            or _is_margin(bar, *shape)
            or sum(b.area for b in inside) > 0.03 * bar.area
            or printed >= SEVERAL
        ):
            frames.append(Rule(bar.x0, bar.y0, bar.x1, bar.y1, bar.color))
        else:
            kept.append(bar)
    return kept, frames


def _is_margin(bar: Bar, height: int, width: int) -> bool:
    """Whether a bar runs along a whole edge of the picture: what is left of the page around a frame."""
    at_side = bar.x0 <= 0 or bar.x1 >= width
    at_end = bar.y0 <= 0 or bar.y1 >= height
    return (at_side and bar.height > WHOLE_EDGE * height) or (at_end and bar.width > WHOLE_EDGE * width)


def without_strips(bars: Sequence[Bar], strokes: Sequence[Stroke], page: Color) -> list[Bar]:
    """Bars without the pale strips behind lines that mark spans of the axis, or what lines of a grid leave of them."""
    return [
        bar
        for bar in bars
        if color_distance(bar.color, page) > STRIP or not any(s.x[0] < bar.x0 and bar.x1 < s.x[-1] for s in strokes)
    ]
