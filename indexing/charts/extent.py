"""The extent of something in a chart, in pixels: the base of labels, blocks of text and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """A rectangle in pixels of the figure: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def cx(self) -> float:
        """Horizontal centre."""
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        """Vertical centre."""
        return (self.y0 + self.y1) / 2

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.width * self.height

    def overlap_x(self, other: Extent) -> float:
        """Pixels that both have in common from left to right; negative: the gap between them."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def overlap_y(self, other: Extent) -> float:
        """Pixels that both have in common from top to bottom; negative: the gap between them."""
        return min(self.y1, other.y1) - max(self.y0, other.y0)

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether the point lies in the extent, or at most `margin` pixels beside it."""
        return self.x0 - margin <= x <= self.x1 + margin and self.y0 - margin <= y <= self.y1 + margin


def bounds(extents: Sequence[Extent]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the smallest rectangle around at least one extent."""
    return (
        min(extent.x0 for extent in extents),
        min(extent.y0 for extent in extents),
        max(extent.x1 for extent in extents),
        max(extent.y1 for extent in extents),
    )


def edges(extent: Extent) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    return extent.x0, extent.y0, extent.x1, extent.y1
