"""Walks through the objects of a PDF page and of the forms in it, asking pdfium no more than is needed.

A page can hold tens of thousands of objects, so handles stay plain integers where they are only counted.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from .words import PdfiumHandle

_MAX_DEPTH = 8  # forms inside forms
_MAX_TEXTS = 500  # text objects of a drawing; a form with more is a page
_PAGE_LIKE = 0.7  # share of the page from which a form is a page rather than a drawing on it
_THIN = 2.0  # points
_RULE = 12.0  # points; what is slimmer on the page itself is a rule, a row of a table or a mark
_BACKDROP = 45.0  # points, shorter side of a white block that only clears the ground for what is painted on it
_CURVE = 7  # stands for the points of an outline that is no rectangle, whatever it has

Matrix = tuple[float, float, float, float, float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom in page coordinates."""
_Count = Callable[[PdfiumHandle], int]
_Get = Callable[[PdfiumHandle, int], PdfiumHandle]


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture (`points` is 0), path or shading. `group` is the number of the drawing (form) it is in, or -1.

    `stroke` is the width of the stroke by which the bounds of a straight line exceed it.
    """

    handle: PdfiumHandle
    bounds: Bounds
    group: int
    points: int = 0
    stroke: float = 0.0


class ObjectWalker:
    """Walks through a loaded page. `texts` has the bounds of the text in each drawing once the walk is over."""

    def __init__(self, page: PdfiumHandle) -> None:
        import pypdfium2.raw as pdfium

        self.texts: list[list[Bounds]] = []
        self._pdfium = pdfium
        self._page = page
        self._area = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._clip_of = _integers(pdfium.FPDFPageObj_GetClipPath, 1)
        self._clips_in = _integers(pdfium.FPDFClipPath_CountPaths, 1, ctypes.c_int)

    def walk(self) -> Iterator[Painted]:
        """What the page paints besides text, in the order of painting, cut where it is clipped."""
        pdfium = self._pdfium
        yield from self._of(self._page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, None, -1, 0)

    def _of(
        self, owner: PdfiumHandle, count: _Count, get: _Get, matrix: Matrix | None, group: int, depth: int
    ) -> Iterator[Painted]:
        pdfium = self._pdfium
        address = ctypes.cast(owner, ctypes.c_void_p).value
        handles = map(_integers(get, 2), repeat(address), range(max(count(owner), 0)))
        kinds = list(map(_integers(pdfium.FPDFPageObj_GetType, 1, ctypes.c_int), handles))
        text = pdfium.FPDF_PAGEOBJ_TEXT
        for index in [index for index, kind in enumerate(kinds) if kind != text or group >= 0]:
            handle, kind = get(owner, index), kinds[index]
            if kind == text:
                self._add_text(handle, matrix, group)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth < _MAX_DEPTH:
                    yield from self._inside(handle, matrix, group, depth)
            elif kind != pdfium.FPDF_PAGEOBJ_PATH or self._paints(handle):
                bounds = self._bounds(handle, matrix)
                painted = bounds and self._painted(handle, kind, bounds, group)
                if painted:
                    yield painted

    def _inside(self, form: PdfiumHandle, matrix: Matrix | None, group: int, depth: int) -> Iterator[Painted]:
        pdfium = self._pdfium
        own = pdfium.FS_MATRIX()
        if not pdfium.FPDFPageObj_GetMatrix(form, own):
            return
        inner: Matrix = (own.a, own.b, own.c, own.d, own.e, own.f)
        if matrix is not None:
            inner = _multiply(inner, matrix)
        if group < 0 and not self._is_page_like(form, matrix):
            group = len(self.texts)
            self.texts.append([])
        yield from self._of(
            form, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, group, depth + 1
        )

    def _is_page_like(self, form: PdfiumHandle, matrix: Matrix | None) -> bool:
        """Whether a form holds a page (a letterhead, an imposed sheet) rather than a drawing on it."""
        bounds = self._bounds(form, matrix)
        return bounds is not None and (bounds[2] - bounds[0]) * (bounds[1] - bounds[3]) > _PAGE_LIKE * self._area

    def _add_text(self, text: PdfiumHandle, matrix: Matrix | None, group: int) -> None:
        texts = self.texts[group]
        if len(texts) < _MAX_TEXTS:
            bounds = self._bounds(text, matrix)
            if bounds is not None and bounds[2] > bounds[0]:
                texts.append(bounds)

    def _painted(self, handle: PdfiumHandle, kind: int, bounds: Bounds, group: int) -> Painted | None:
        pdfium = self._pdfium
        width, height = bounds[2] - bounds[0], bounds[1] - bounds[3]
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return Painted(handle, bounds, group)
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            return Painted(handle, bounds, group, _CURVE)  # a shading has no outline to count
        stroked, filled, side = self._stroke.value, self._fill.value, min(width, height)
        if not stroked and side > _BACKDROP and self._is_white(handle):
            return None
        points = max(pdfium.FPDFPath_CountSegments(handle), 1)
        if points <= 3:
            return Painted(handle, bounds, group, points, self._stroke_width(handle))
        if points <= 5 and stroked and not filled and side > _THIN and not self._is_level(handle, points):
            points = _CURVE
        return Painted(handle, bounds, group, points)

    def _paints(self, path: PdfiumHandle) -> bool:
        if not self._pdfium.FPDFPath_GetDrawMode(path, self._fill, self._stroke):
            return False
        return bool(self._fill.value or self._stroke.value)

    def _is_white(self, path: PdfiumHandle) -> bool:
        if not self._pdfium.FPDFPageObj_GetFillColor(path, *self._colour):
            return False
        return min(part.value for part in self._colour[:3]) >= 254

    def _stroke_width(self, path: PdfiumHandle) -> float:
        width = ctypes.c_float()
        return width.value if self._pdfium.FPDFPageObj_GetStrokeWidth(path, width) else 0.0

    def _is_level(self, path: PdfiumHandle, points: int) -> bool:
        """Whether all edges of a path of lines run along the axes, as those of a rectangle do."""
        places = self._places(points, lambda index: self._pdfium.FPDFPath_GetPathSegment(path, index))
        steps = np.abs(np.diff(places, axis=0))
        return bool((steps.min(axis=1) <= 0.02 * np.maximum(steps.max(axis=1), 1.0)).all())

    def _places(self, count: int, segment: Callable[[int], PdfiumHandle]) -> np.ndarray:
        places = np.zeros((count, 2))
        x, y = ctypes.c_float(), ctypes.c_float()
        for index in range(count):
            if self._pdfium.FPDFPathSegment_GetPoint(segment(index), x, y):
                places[index] = x.value, y.value
        return places

    def _bounds(self, handle: PdfiumHandle, matrix: Matrix | None) -> Bounds | None:
        """The bounds on the page, cut by the clip; None where nothing is left."""
        if not self._pdfium.FPDFPageObj_GetBounds(handle, *self._edges):
            return None
        first, second, third, fourth = self._edges
        left, bottom, right, top = first.value, second.value, third.value, fourth.value
        # Asking for the clip takes its time, and most of a page are rules.
        slim = right - left < _RULE or top - bottom < _RULE
        clip = 0 if slim and matrix is None else self._clip_of(ctypes.cast(handle, ctypes.c_void_p).value)
        for index in range(self._clips_in(clip) if clip else 0):
            x0, y0, x1, y1 = self._clip_box(clip, index)
            left, bottom, right, top = max(left, x0), max(bottom, y0), min(right, x1), min(top, y1)
        if left > right or bottom > top:
            return None
        return (left, top, right, bottom) if matrix is None else _transform((left, top, right, bottom), matrix)

    def _clip_box(self, clip: int, index: int) -> Bounds:
        """Left, bottom, right, top of one outline of a clip."""
        pdfium = self._pdfium
        handle = ctypes.cast(clip, pdfium.FPDF_CLIPPATH)
        count = pdfium.FPDFClipPath_CountPathSegments(handle, index)
        if count <= 0:
            return -np.inf, -np.inf, np.inf, np.inf
        places = self._places(count, lambda segment: pdfium.FPDFClipPath_GetPathSegment(handle, index, segment))
        x0, y0 = places.min(axis=0).tolist()
        x1, y1 = places.max(axis=0).tolist()
        return x0, y0, x1, y1


def _integers(function: PdfiumHandle, arguments: int, result: type = ctypes.c_void_p) -> Callable[..., int]:
    """The same function of pdfium, taking and giving handles as integers. A second argument is an index."""
    kinds = (ctypes.c_void_p, ctypes.c_int)[:arguments]
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ValueError("pdfium does not export the function")
    return ctypes.CFUNCTYPE(result, *kinds)(address)


def _transform(box: Bounds, matrix: Matrix) -> Bounds:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [b * x + d * y + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), max(ys), max(xs), min(ys)


def _multiply(first: Matrix, second: Matrix) -> Matrix:
    """The transformation `first`, then `second`."""
    product = np.array(first).reshape(3, 2) @ np.array(second[:4]).reshape(2, 2)
    product[2] += second[4:]
    a, b, c, d, e, f = product.ravel().tolist()
    return a, b, c, d, e, f
