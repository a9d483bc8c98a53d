"""How a scanned page lies: turned by quarters, skewed by some degrees, and what its upright picture is.

Both are told by the profile of the ink: across lines of print it rises and falls steeply, in any other direction it is
smooth (W. Postl, Detection of linear oblique structures and skew scan in digitized documents, ICPR 1986). This takes
some hundredths of a second; which of two opposite turns it is, only reading tells.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..documents import Box, Node, Region
from ..ocr_pixels import Pixels

Ink = NDArray[np.bool_]

_PROFILE_SIDE = 800  # pixels of the longer side of the picture that profiles are taken of
_MAX_SKEW = 12.0  # degrees
_COARSE, _FINE = 0.5, 0.1  # degrees between the angles that are tried
_LEAST_SKEW = 0.25  # degrees; OCR and rows bear less
_CLEARER = 1.15  # times steeper a profile is before the page is turned for it
_CLEARLY_TURNED = 1.6  # the same for quarter turns
_FEW_INK = 400  # pixels


@dataclass(frozen=True, slots=True)
class Pose:
    """How to bring a page upright: `turns` quarter turns clockwise, then by `skew` degrees clockwise.

    `width` and `height` are the page's pixels as displayed; the upright picture is larger where it is skewed.
    """

    width: int
    height: int
    turns: int = 0
    skew: float = 0.0

    @property
    def is_upright(self) -> bool:
        """Whether the page lies as it should."""
        return not self.turns and not self.skew

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the upright picture in pixels."""
        width, height = (self.height, self.width) if self.turns % 2 else (self.width, self.height)
        if not self.skew:
            return width, height
        sine, cosine = abs(math.sin(math.radians(self.skew))), math.cos(math.radians(self.skew))
        return math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)

    def displayed(self, box: Box) -> Box:
        """A box in fractions of the upright picture as the smallest one around it in fractions of the page."""
        if self.is_upright:
            return box
        matrix = np.linalg.inv(np.vstack([self._matrix(), [0.0, 0.0, 1.0]]))
        width, height = self.upright_size
        corners = np.array([(x * width, y * height, 1.0) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
        x, y, _ = matrix @ corners.T
        x0, x1 = np.clip([x.min() / self.width, x.max() / self.width], 0.0, 1.0).tolist()
        y0, y1 = np.clip([y.min() / self.height, y.max() / self.height], 0.0, 1.0).tolist()
        return Box(x0, y0, x1, y1)

    def upright(self, pixels: Pixels) -> Pixels:
        """The picture of the page brought upright; what was outside of it is white."""
        import cv2

        if not self.skew:
            return np.ascontiguousarray(np.rot90(pixels, -self.turns))
        white = (255, 255, 255)
        return np.asarray(
            cv2.warpAffine(pixels, self._matrix()[:2], self.upright_size, flags=cv2.INTER_CUBIC, borderValue=white),
            np.uint8,
        )

    def _matrix(self) -> NDArray[np.float64]:
        """`(2, 3)` from pixels of the page as displayed to pixels of the upright picture."""
        angle = math.radians(90 * self.turns + self.skew)
        cosine, sine = math.cos(angle), math.sin(angle)
        width, height = self.upright_size
        turn = np.array([[cosine, -sine], [sine, cosine]])
        middle = np.array([self.width / 2, self.height / 2])
        return np.column_stack([turn, np.array([width / 2, height / 2]) - turn @ middle])


def find_pose(pixels: Pixels) -> Pose:
    """How the page in `pixels` lies. `turns` is 0 or 1, where 1 may as well be 3 and 0 may be 2: see the module."""
    height, width = pixels.shape[:2]
    ink = _ink(pixels)
    if np.count_nonzero(ink) < _FEW_INK:
        return Pose(width, height)
    level, steep = _best_skew(ink)
    upended, steep_upended = _best_skew(np.rot90(ink, -1))
    if steep_upended > _CLEARLY_TURNED * steep:
        return Pose(width, height, 1, upended)
    return Pose(width, height, 0, level)


def displayed(nodes: Sequence[Node], poses: Mapping[int, Pose]) -> list[Node]:
    """Nodes with boxes on upright pages as nodes with boxes on the pages as displayed; `poses` is by page number."""

    def place(region: Region) -> Region:
        pose = poses.get(region.page or 0)
        return Region(region.page, pose.displayed(region.box)) if pose else region

    def moved(node: Node) -> Node:
        parts = tuple(replace(part, regions=tuple(map(place, part.regions))) for part in node.parts)
        table, reading = node.table, node.reading
        if table and table.boxes:
            boxes = tuple(tuple(cell and place(cell) for cell in row) for row in table.boxes)
            table = replace(table, boxes=boxes)
        if reading:
            values = tuple(replace(value, region=place(value.region)) for value in reading.values)
            reading = replace(reading, values=values)
        return replace(node, regions=tuple(map(place, node.regions)), parts=parts, table=table, reading=reading)

    return [moved(node) if any(region.page in poses for region in node.regions) else node for node in nodes]


def _ink(pixels: Pixels) -> Ink:
    """What is darker or lighter than what surrounds it, in a small version of the picture."""
    import cv2

    gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    scale = _PROFILE_SIDE / max(gray.shape)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around = cv2.blur(gray, (31, 31)).astype(np.int16)
    return np.asarray(around - gray > 24, np.bool_)


def _best_skew(ink: Ink) -> tuple[float, float]:
    """The angle in degrees, clockwise, that brings the lines of `ink` level, and how steep their profile is then."""
    y, x = np.nonzero(ink)
    side = max(ink.shape)

    def steepest(angles: NDArray[np.float64]) -> float:
        return float(max(angles, key=lambda angle: (_steepness(x, y, angle, side), -abs(angle))))

    straight = _steepness(x, y, 0.0, side)
    coarse = steepest(np.arange(-_MAX_SKEW, _MAX_SKEW + _COARSE / 2, _COARSE))
    best = round(steepest(coarse + np.arange(-_COARSE, _COARSE + _FINE / 2, _FINE)), 2)
    steepness = _steepness(x, y, best, side)
    if abs(best) < _LEAST_SKEW or abs(best) > _MAX_SKEW - _COARSE or steepness < _CLEARER * straight:
        return 0.0, straight
    return best, steepness


def _steepness(x: NDArray[np.int64], y: NDArray[np.int64], angle: float, side: int) -> float:
    """How much the number of ink pixels a row changes from row to row, were the picture turned by `angle`."""
    slope = math.tan(math.radians(angle))
    rows = np.rint(y + slope * x).astype(np.int64)
    profile = np.bincount(rows + side, minlength=3 * side).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())
