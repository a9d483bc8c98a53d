"""What a PDF page paints besides text: its raster images and paths, also those inside embedded drawings (forms)."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np

from ...figures.areas import Picture
from ...figures.marks import Paths
from ...figures.rectangles import Floats, Rectangle, around
from .object_walker import Bounds, ObjectWalker
from .words import PageFrame, PdfiumHandle

_MAX_PATHS = 200_000  # a page; a map or a scatter plot beyond that is recognised from its first paths


@dataclass(frozen=True, slots=True)
class PageObjects:
    """The pictures and painted paths of a page with upright boxes.

    `forms` holds the boxes of the text in those forms that have some, by the number in `group` of pictures and paths.
    """

    pictures: list[Picture]
    paths: Paths
    forms: dict[int, Rectangle]


def page_objects(page: PdfiumHandle, frame: PageFrame) -> PageObjects:
    """What a loaded page paints, cut where it is clipped."""
    walker = ObjectWalker(page)
    boxes: list[Bounds] = []
    outlines: list[tuple[int, int, float]] = []
    picture_boxes: list[Bounds] = []
    sizes: list[tuple[tuple[int, int], int, int]] = []
    for painted in walker.walk():
        if painted.points == 0:
            picture_boxes.append(painted.bounds)
            sizes.append((*_picture_size(painted.handle), painted.group))
        elif len(boxes) < _MAX_PATHS:
            boxes.append(painted.bounds)
            outlines.append((painted.points, painted.group, painted.stroke))
    points, groups, strokes = zip(*outlines, strict=True) if outlines else ((), (), ())
    paths = Paths(
        _upright(boxes, frame),
        np.array(points, np.int64),
        np.array(groups, np.int64),
        np.array(strokes, np.float64),
    )
    pictures = [
        Picture((box[0], box[1], box[2], box[3]), pixels, encoded, group)
        for box, (pixels, encoded, group) in zip(_upright(picture_boxes, frame).tolist(), sizes, strict=True)
        if box[2] > box[0] and box[3] > box[1]
    ]
    forms = {group: around(_upright(texts, frame)) for group, texts in enumerate(walker.texts) if texts}
    return PageObjects(pictures, paths, forms)


def _upright(boxes: list[Bounds], frame: PageFrame) -> Floats:
    """Upright boxes, cut at the borders of the page."""
    if not boxes:
        return np.zeros((0, 4))
    width, height = frame.upright_size
    upright = np.nan_to_num(frame.upright(np.array(boxes, np.float64)))
    return np.clip(upright, 0.0, [width, height, width, height])


def _picture_size(image: PdfiumHandle) -> tuple[tuple[int, int], int]:
    """Width and height in pixels, and the encoded size in bytes."""
    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    return (width.value, height.value), pdfium.FPDFImageObj_GetImageDataRaw(image, None, 0)
