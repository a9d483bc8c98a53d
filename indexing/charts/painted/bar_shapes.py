"""Rectangles that are bars, and those that are markers or rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..graphics import Bar, Dot, Rule
from ..palette import Color, is_neutral
from .shapes import THIN


def without_markers(bars: Sequence[Bar], side: float) -> tuple[list[Bar], list[Dot]]:
    """Bars, and small squares apart from them: markers, unless they are as thick as longer bars of their colour."""
    kept: list[Bar] = []
    dots: list[Dot] = []
    for bar in bars:
        square = 0.7 <= bar.width / bar.height <= 1.4 and max(bar.width, bar.height) <= 0.03 * side
        longer = [b for b in bars if b.area > 2 * bar.area and b.color == bar.color]
        as_thick = [b for b in longer if abs(b.height - bar.height) <= 1.5 or abs(b.width - bar.width) <= 1.5]
        if square and not as_thick:
            dots.append(Dot(bar.x0, bar.y0, bar.x1, bar.y1, bar.color))
        else:
            kept.append(bar)
    return kept, dots


def rules_apart(bars: Sequence[Bar]) -> tuple[list[Rule], list[Bar]]:
    """Rules and bars: a thin rectangle is a bar only where others of its colour are as thick the other way."""
    rules: list[Rule] = []
    kept: list[Bar] = []
    by_color: dict[Color, list[Bar]] = defaultdict(list)
    for bar in bars:
        by_color[bar.color].append(bar)
    solid = [bar for bar in bars if min(bar.width, bar.height) > THIN]
    heights = np.array([bar.height for bar in solid])
    widths = np.array([bar.width for bar in solid])
    for bar in bars:
        if min(bar.width, bar.height) > THIN:
            kept.append(bar)
            continue
        across, sizes = (bar.height, heights) if bar.width < bar.height else (bar.width, widths)
        same = np.abs(sizes - across) <= max(1.0, 0.08 * across) if len(sizes) else np.zeros(0, bool)
        if same.sum() >= 2 and across >= 5 and not (is_neutral(bar.color) and max(bar.color) < 60):
            kept.append(bar)
        else:
            rules.append(Rule(bar.x0, bar.y0, bar.x1, bar.y1, bar.color))
    return rules, kept
