"""Whether the highlighted regions are where the answer stands: intersection over union of boxes (Jaccard, 1912)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..datasets.item import Box
from .protocol import Value

_HIT = 0.5


@dataclass(frozen=True, slots=True)
class RegionOverlap:
    """Over the known regions of an item: the share that some box overlaps by half, and the mean of the best overlap."""

    hit: Value
    mean: Value


def overlap(first: Box, second: Box) -> float:
    """Intersection over union; 0 on different pages."""
    if first.page != second.page:
        return 0.0
    width = min(first.right, second.right) - max(first.left, second.left)
    height = min(first.bottom, second.bottom) - max(first.top, second.top)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (_area(first) + _area(second) - common)


def best_overlap(box: Box, others: Iterable[Box]) -> float:
    """The largest overlap with any of the others."""
    return max((overlap(box, other) for other in others), default=0.0)


def region_overlap(known: Sequence[tuple[Box, Sequence[Box]]]) -> RegionOverlap:
    """Compare each known region with those that were shown in its document."""
    if not known:
        none = Value(None, "no region is known")
        return RegionOverlap(none, none)
    best = [best_overlap(box, shown) for box, shown in known]
    return RegionOverlap(Value(sum(one >= _HIT for one in best) / len(best)), Value(sum(best) / len(best)))


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
