"""Reading one picture of a page by OCR: which way up it is, its lines, its figures, and whether it is a page at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL.Image import Image as PilImage
from PIL.Image import fromarray

from ..figures.rectangles import Rectangle
from ..loaders.parsed import Label
from ..loaders.pdf.lines import Line
from ..ocr import OcrEngine
from ..ocr_pixels import Pixels, resized, to_bgr
from .figures import figure_boxes
from .ink import page_ink
from .lines import lines_of
from .page_evidence import PrintedPage, may_be_page
from .pose import Pose, find_pose

_DOUBTFUL = 0.87
"""Mean confidence below which a page may be upside down: print that stands on its head is read with about 0.7."""
_STRIP = 0.07  # share of the page's height that is read to tell which way up it is
_MEASURED_SIDE = 2_400  # pixels of the longer side that lines and figures are measured on; OCR sees all


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read of the picture of a page. `labels` have boxes in fractions of the upright picture, `lines` and
    `figures` in points, of which a pixel has `points`.
    """

    pose: Pose
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]
    figures: tuple[Rectangle, ...]
    points: float

    @property
    def confidence(self) -> float:
        """Mean confidence of OCR over the characters of the page; 0 where there are none."""
        return _confidence(self.labels)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright page in points."""
        width, height = self.pose.upright_size
        return width * self.points, height * self.points

    @property
    def printed(self) -> PrintedPage:
        """What tells whether it is a page."""
        return PrintedPage(self.lines, self.figures, self.size, self.pose.upright_size)


def read_page_picture(picture: PilImage, ocr: OcrEngine, *, turn: bool, page: bool) -> PageReading:
    """Read the picture of a page; `turn` allows to bring it upright before. Without `page` it may as well be a chart,
    which has no lines and figures where its labels tell.
    """
    pixels = to_bgr(picture)
    pose = find_pose(pixels) if turn else Pose(picture.width, picture.height)
    if pose.turns:
        level = Pose(pose.width, pose.height)
        pose = _clearest([pose, replace(pose, turns=3), level], pixels, ocr)
    upright = pose.upright(pixels)
    labels = tuple(ocr.read(picture if pose.is_upright else as_picture(upright)))
    if turn and labels and _confidence(labels) < _DOUBTFUL:
        other = replace(pose, turns=(pose.turns + 2) % 4)
        if _clearest([pose, other], pixels, ocr) is other:
            pose, upright = other, other.upright(pixels)
            labels = tuple(ocr.read(as_picture(upright)))
    if not labels or not (page or may_be_page(labels, pose.upright_size)):
        return PageReading(pose, labels, (), (), 1.0)
    scale = min(_MEASURED_SIDE / max(upright.shape[:2]), 1.0)
    measured = resized(upright, scale)
    found = lines_of(labels, page_ink(measured))
    figures = tuple(figure_boxes(measured, labels, found.lines, found.points))
    return PageReading(pose, labels, found.lines, figures, found.points * scale)


def as_picture(pixels: Pixels) -> PilImage:
    """BGR pixels as a picture."""
    return fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))


def _clearest(poses: Sequence[Pose], pixels: Pixels, ocr: OcrEngine) -> Pose:
    """The pose in which a strip of the page reads best, the first of equal ones."""
    return max(poses, key=lambda pose: _legibility(pose.upright(pixels), ocr))


def _legibility(upright: Pixels, ocr: OcrEngine) -> float:
    """How much is read with confidence, and not turned, in the strip of the page with the most contrast."""
    height = upright.shape[0]
    gray = upright[:, :, 1].astype(np.int16)
    change = np.abs(np.diff(gray[:, ::2], axis=1)).mean(axis=1)
    strip = max(int(_STRIP * height), min(height, 64))
    sums = np.convolve(change, np.ones(strip), "valid")
    top = int(np.argmax(sums))
    labels = ocr.read(as_picture(upright[top : top + strip]))
    return sum(len(label.text) * (label.confidence - 0.5) for label in labels if not label.vertical)


def _confidence(labels: Sequence[Label]) -> float:
    characters = sum(len(label.text) for label in labels)
    return sum(label.confidence * len(label.text) for label in labels) / characters if characters else 0.0
