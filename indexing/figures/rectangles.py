"""Rectangles on a page: `x0, y0, x1, y1` in points with the origin at the top left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rectangle = tuple[float, float, float, float]


def union(first: Rectangle, second: Rectangle) -> Rectangle:
    """The smallest box that holds both."""
    return (min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3]))


def area_of(box: Rectangle) -> float:
    """Area in square points."""
    return (box[2] - box[0]) * (box[3] - box[1])


def common(first: Rectangle, second: Rectangle) -> float:
    """Common area in square points."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height if width > 0 and height > 0 else 0.0


def overlap(first: Rectangle, second: Rectangle) -> float:
    """Common area as a share of the smaller box."""
    smaller = min(area_of(first), area_of(second))
    return common(first, second) / smaller if smaller > 0 else 0.0


def distance(first: Rectangle, second: Rectangle) -> float:
    """The larger of the gaps between two boxes in both directions; 0 where they overlap."""
    dx = max(first[0] - second[2], second[0] - first[2], 0.0)
    dy = max(first[1] - second[3], second[1] - first[3], 0.0)
    return max(dx, dy)


def touching(box: Rectangle, boxes: Floats) -> NDArray[np.bool_]:
    """Which of the boxes overlap `box`."""
    return np.asarray((boxes[:, :2] < box[2:]).all(axis=1) & (boxes[:, 2:] > box[:2]).all(axis=1), np.bool_)


def around(boxes: Floats) -> Rectangle:
    """The smallest box that holds all of one or more boxes."""
    x0, y0 = boxes[:, :2].min(axis=0).tolist()
    x1, y1 = boxes[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def around_each(boxes: Floats) -> list[Rectangle]:
    """The boxes as rectangles, each only once."""
    return sorted({(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes.tolist()})


def covered(box: Rectangle, boxes: Floats) -> float:
    """Share of a box that boxes which do not overlap each other cover."""
    if not len(boxes):
        return 0.0
    width = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
    height = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
    return float((np.maximum(width, 0) * np.maximum(height, 0)).sum() / max(area_of(box), 1.0))
