"""What is painted in a chart beside its text: bars, lines, slices, dots, and the keys of the legend.

    >>> graphics = find_graphics(to_bgr(picture), marks)                    # doctest: +SKIP
    >>> [(bar.x0, bar.y0, bar.x1, bar.y1, bar.color) for bar in graphics.bars]      # doctest: +SKIP

All coordinates are in pixels of the picture given. Own code: no library tells the marks of a chart.
"""

from __future__ import annotations

from dataclasses import dataclass

from .extent import Extent
from .palette import Color


@dataclass(frozen=True, slots=True)
class Bar(Extent):
    """A filled rectangle: a bar, a column, or a segment of a stacked one."""

    color: Color


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of one colour as points from left to right: one for each column of pixels that it crosses.

    `y` is its middle there. Gaps (dashes, markers of another colour, places where other lines cover it) have no points.
    `markers` are the middles of the discs and rings on it.
    """

    color: Color
    x: tuple[float, ...]
    y: tuple[float, ...]
    thickness: float
    markers: tuple[tuple[float, float], ...] = ()

    def at(self, x: float, reach: float) -> float | None:
        """The height at `x`, interpolated; None further than `reach` from any point."""
        import numpy as np

        places = np.asarray(self.x)
        if np.abs(places - x).min() > reach:
            return None
        return float(np.interp(x, places, self.y))


@dataclass(frozen=True, slots=True)
class Area:
    """A filled area under a line: for each column of pixels its upper and lower edge."""

    color: Color
    x: tuple[float, ...]
    top: tuple[float, ...]
    bottom: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    """A slice of a pie or donut. Angles in degrees clockwise from 12 o'clock; `share` of the circle in [0, 1]."""

    color: Color
    cx: float
    cy: float
    radius: float
    inner_radius: float
    start: float
    share: float

    @property
    def middle(self) -> float:
        """The angle of its middle."""
        return (self.start + 180.0 * self.share) % 360.0


@dataclass(frozen=True, slots=True)
class Dot(Extent):
    """A marker."""

    color: Color


@dataclass(frozen=True, slots=True)
class Swatch(Extent):
    """The key of a legend entry: a patch (or `dash`) beside the text whose label has the index `label`."""

    color: Color
    label: int
    dash: bool = False


@dataclass(frozen=True, slots=True)
class Rule(Extent):
    """A straight thin line: an axis, a line of the grid, a frame's edge."""

    color: Color

    @property
    def is_horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.width >= self.height


@dataclass(frozen=True, slots=True)
class Graphics:
    """All that was found. `text_colors` has one colour for each label given, None where it cannot be told."""

    background: Color = (255, 255, 255)
    bars: tuple[Bar, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    areas: tuple[Area, ...] = ()
    sectors: tuple[Sector, ...] = ()
    dots: tuple[Dot, ...] = ()
    swatches: tuple[Swatch, ...] = ()
    rules: tuple[Rule, ...] = ()
    text_colors: tuple[Color | None, ...] = ()
