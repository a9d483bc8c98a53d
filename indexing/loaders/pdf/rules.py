"""Ruling lines among the painted paths of a page: thin strokes and the edges of rectangles, pieces of one rule joined.

Coordinates are points of the upright page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...figures.marks import Paths

Floats = NDArray[np.float64]

_THIN = 3.0  # points; a path thinner than this is a rule
_SHORT = 3.0  # points; shorter rules are dots and dashes
_SNAP = 1.5  # points by which the pieces of one rule may lie apart across it
_GAP = 3.0  # points between two pieces of one rule
_MAX_PIECES = 60_000
_MAX_RULES = 2_000
"""Pages with more rules than this in one direction are drawings or hatching: none of them is used."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Straight rules. `horizontal` has rows `y, x0, x1`, `vertical` has rows `x, y0, y1`; each sorted."""

    horizontal: Floats
    vertical: Floats


@dataclass(frozen=True, slots=True)
class PageRules:
    """`rules` are thin lines; in `edges` stand the edges of rectangles, too, which may be boxes or shading.

    `blocks` has the boxes `x0, y0, x1, y1` of the rectangles.
    """

    rules: Rules
    edges: Rules
    blocks: Floats


_NONE = Rules(np.zeros((0, 3)), np.zeros((0, 3)))
NO_RULES = PageRules(_NONE, _NONE, np.zeros((0, 4)))


def rules_of(paths: Paths, size: tuple[float, float]) -> PageRules:
    """The rules of a page of `size` points."""
    if not len(paths.boxes):
        return NO_RULES
    boxes = paths.boxes.copy()
    boxes[:, :2] += paths.strokes[:, None]
    boxes[:, 2:] -= paths.strokes[:, None]
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    level = (height <= _THIN) & (width > max(_SHORT, _THIN)) & (paths.segments <= 6)
    upright = (width <= _THIN) & (height > max(_SHORT, _THIN)) & (paths.segments <= 6)
    block = (paths.segments >= 4) & (paths.segments <= 6) & (width > _THIN) & (height > _THIN)
    block &= (width < 0.97 * size[0]) | (height < 0.9 * size[1])
    x0, y0, x1, y1 = boxes.T
    blocks = boxes[block]
    horizontal = np.stack([(y0 + y1)[level] / 2, x0[level], x1[level]], 1)
    vertical = np.stack([(x0 + x1)[upright] / 2, y0[upright], y1[upright]], 1)
    rules = _rules(horizontal, vertical)
    if not len(blocks):
        return PageRules(rules, rules, blocks)
    edges = _rules(
        np.concatenate([horizontal, blocks[:, (1, 0, 2)], blocks[:, (3, 0, 2)]]),
        np.concatenate([vertical, blocks[:, (0, 1, 3)], blocks[:, (2, 1, 3)]]),
    )
    return PageRules(rules, edges, blocks)


def _rules(horizontal: Floats, vertical: Floats) -> Rules:
    if max(len(horizontal), len(vertical)) > _MAX_PIECES:
        return _NONE
    horizontal, vertical = _joined(horizontal), _joined(vertical)
    return Rules(horizontal, vertical) if max(len(horizontal), len(vertical)) <= _MAX_RULES else _NONE


def _joined(pieces: Floats) -> Floats:
    """Rules of pieces `position, start, end` that lie on one line and touch."""
    if not len(pieces):
        return pieces
    pieces = pieces[np.argsort(pieces[:, 0], kind="stable")]
    line = np.concatenate([[0], np.cumsum(np.diff(pieces[:, 0]) > _SNAP)])
    order = np.lexsort((pieces[:, 1], line))
    pieces, line = pieces[order], line[order]
    rules: list[tuple[float, float, float]] = []
    current = -1
    for (position, start, end), number in zip(pieces.tolist(), line.tolist(), strict=True):
        if number == current and start <= rules[-1][2] + _GAP:
            rules[-1] = (rules[-1][0], rules[-1][1], max(rules[-1][2], end))
        else:
            rules.append((position, start, end))
            current = number
    return np.array(rules, np.float64)
