"""The shapes of a slide with their places: groups taken apart, turned shapes bounded, in reading order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

from ...documents import WHOLE, Box
from ...reading_order import text_rows
from ..parsed import Label
from .xml import Element, child, tag

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.shapes.group import GroupShape
    from pptx.slide import Slide

_ALTERNATIVES = tag("mc:AlternateContent")
_OLD = {"v"}
"""What alternatives may ask for and do not get: drawings in VML, behind which pictures of objects lie hidden."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape and its box in fractions of the slide."""

    shape: BaseShape
    box: Box


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the coordinates of a group to those of the slide: `place = offset + scale * coordinate`, in EMU."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def inside(self, group: GroupShape) -> Self:
        """The frame of the shapes in a group that stands in this frame."""
        transform = child(group.element, "p:grpSpPr", "a:xfrm")
        offset, extent = _pair(child(transform, "a:off"), "x", "y"), _pair(child(transform, "a:ext"), "cx", "cy")
        inner, size = _pair(child(transform, "a:chOff"), "x", "y"), _pair(child(transform, "a:chExt"), "cx", "cy")
        if offset is None or extent is None or inner is None or size is None or not all(size):
            return self
        scale_x, scale_y = extent[0] / size[0], extent[1] / size[1]
        return type(self)(
            self.scale_x * scale_x,
            self.scale_y * scale_y,
            self.x + self.scale_x * (offset[0] - inner[0] * scale_x),
            self.y + self.scale_y * (offset[1] - inner[1] * scale_y),
        )


def placed_shapes(slide: Slide, width: float, height: float) -> list[Placed]:
    """All shapes of a slide in reading order; `width` and `height` are the slide's, in EMU.

    Slides that hold alternatives for old and new programs are brought to the new ones.
    """
    for alternatives in list(slide.element.iter(_ALTERNATIVES)):
        _choose(alternatives)
    shapes = [Placed(shape, _box(shape, frame, width, height)) for shape, frame in _flat(slide.shapes, _Frame())]
    return in_reading_order(shapes)


def in_reading_order(shapes: Sequence[Placed]) -> list[Placed]:
    """Rows from top to bottom, each from left to right; the title comes first wherever it stands."""
    titles = [placed for placed in shapes if is_title(placed.shape)]
    others = [placed for placed in shapes if not is_title(placed.shape)]
    rows = text_rows([Label("", placed.box) for placed in others])
    return titles + [others[index] for row in rows for index in row]


def is_title(shape: BaseShape) -> bool:
    """Whether the shape is the slide's title."""
    return placeholder_type(shape) in {"title", "ctrTitle"}


def placeholder_type(shape: BaseShape) -> str:
    """`title`, `body`, `ftr`, …; `obj` where the file names none, empty for a shape that is no placeholder."""
    found = next(shape.element.iter(tag("p:ph")), None)
    return found.get("type", "obj") if found is not None else ""


def _flat(shapes: Iterable[BaseShape], frame: _Frame) -> Iterator[tuple[BaseShape, _Frame]]:
    for shape in shapes:
        if shape.element.tag == tag("p:grpSp"):
            group = cast("GroupShape", shape)
            yield from _flat(group.shapes, frame.inside(group))
        else:
            yield shape, frame


def _box(shape: BaseShape, frame: _Frame, width: float, height: float) -> Box:
    """The box around a shape, cut to the slide; the whole slide where the file tells no place."""
    sides = (shape.left, shape.top, shape.width, shape.height)
    if any(side is None for side in sides):
        return WHOLE
    left, top, wide, high = (float(side) for side in sides)
    angle = math.radians(shape.rotation if hasattr(shape, "rotation") else 0.0)
    cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
    half_wide, half_high = (wide * cosine + high * sine) / 2, (wide * sine + high * cosine) / 2
    x, y = left + wide / 2, top + high / 2
    edges = (
        (frame.x + frame.scale_x * (x - half_wide)) / width,
        (frame.y + frame.scale_y * (y - half_high)) / height,
        (frame.x + frame.scale_x * (x + half_wide)) / width,
        (frame.y + frame.scale_y * (y + half_high)) / height,
    )
    x0, y0, x1, y1 = (min(max(edge, 0.0), 1.0) for edge in edges)
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _pair(element: Element | None, first: str, second: str) -> tuple[float, float] | None:
    if element is None:
        return None
    return float(element.get(first, "0")), float(element.get(second, "0"))


def _choose(alternatives: Element) -> None:
    """Put what a program of today shows in the place of `mc:AlternateContent`."""
    choices = [choice for choice in alternatives.findall(tag("mc:Choice")) if choice.get("Requires") not in _OLD]
    fallback = child(alternatives, "mc:Fallback")
    shown = choices[0] if choices else fallback
    parent = alternatives.getparent()
    if parent is None:
        return
    place = parent.index(alternatives)
    parent.remove(alternatives)
    for offset, node in enumerate(list(shown) if shown is not None else []):
        parent.insert(place + offset, node)
