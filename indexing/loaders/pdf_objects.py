"""What a PDF page paints besides text: its raster images and paths, also those inside embedded drawings (forms)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import repeat

import numpy as np

from ..figure_marks import Paths
from ..figures import Picture
from .pdf_words import Floats, PageFrame, PdfiumHandle

_MAX_DEPTH = 8  # forms inside forms
_MAX_PATHS = 200_000  # a page; a map or a scatter plot beyond that is recognised from its first paths

Matrix = tuple[float, float, float, float, float, float]
_Count = Callable[[PdfiumHandle], int]
_Get = Callable[[PdfiumHandle, int], PdfiumHandle]


def page_objects(page: PdfiumHandle, frame: PageFrame) -> tuple[list[Picture], Paths]:
    """Pictures and painted paths of a loaded page, with upright boxes."""
    import pypdfium2.raw as pdfium

    boxes: list[tuple[float, ...]] = []
    segments: list[int] = []
    groups: list[int] = []
    strokes: list[float] = []
    picture_boxes: list[tuple[float, ...]] = []
    sizes: list[tuple[tuple[int, int], int]] = []
    for handle, kind, bounds, group in _Walker(page).walk():
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            picture_boxes.append(bounds)
            sizes.append((_pixel_size(handle), pdfium.FPDFImageObj_GetImageDataRaw(handle, None, 0)))
        elif len(boxes) < _MAX_PATHS:
            boxes.append(bounds)
            groups.append(group)
            # A shading has no outline to count; it is as much of a drawing as a curve.
            segments.append(pdfium.FPDFPath_CountSegments(handle) if kind == pdfium.FPDF_PAGEOBJ_PATH else 6)
            strokes.append(_stroke_width(handle) if segments[-1] <= 3 else 0.0)
    paths = Paths(
        _upright(boxes, frame),
        np.array(segments, np.int64),
        np.array(groups, np.int64),
        np.array(strokes, np.float64),
    )
    pictures = [
        Picture((box[0], box[1], box[2], box[3]), pixels, encoded)
        for box, (pixels, encoded) in zip(_upright(picture_boxes, frame).tolist(), sizes, strict=True)
        if box[2] > box[0] and box[3] > box[1]
    ]
    return pictures, paths


class _Walker:
    """Walks through the objects of a page and of the forms in it."""

    def __init__(self, page: PdfiumHandle) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page
        self._forms = 0
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._fill = ctypes.c_int()
        self._stroke = ctypes.c_int()

    def walk(self) -> Iterator[tuple[PdfiumHandle, int, tuple[float, ...], int]]:
        """Images, paths and shadings as (handle, type, bounds in page coordinates, number of the form or -1)."""
        pdfium = self._pdfium
        yield from self._of(self._page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, None, -1, 0)

    def _of(
        self, owner: PdfiumHandle, count: _Count, get: _Get, matrix: Matrix | None, group: int, depth: int
    ) -> Iterator[tuple[PdfiumHandle, int, tuple[float, ...], int]]:
        pdfium = self._pdfium
        # Text is read elsewhere, and there can be one text object for each character of the page: for these, handles
        # stay plain integers, which spares a third of the time.
        address = ctypes.cast(owner, ctypes.c_void_p).value
        handles = map(_integers(get, 2), repeat(address), range(max(count(owner), 0)))
        kinds = list(map(_integers(pdfium.FPDFPageObj_GetType, 1, ctypes.c_int), handles))
        for index in [index for index, kind in enumerate(kinds) if kind != pdfium.FPDF_PAGEOBJ_TEXT]:
            handle, kind = get(owner, index), kinds[index]
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth < _MAX_DEPTH:
                    yield from self._inside(handle, matrix, group, depth)
                continue
            if kind == pdfium.FPDF_PAGEOBJ_PATH and not self._paints(handle):
                continue
            bounds = self._bounds(handle)
            if bounds is not None:
                yield handle, kind, bounds if matrix is None else _transform(bounds, matrix), group

    def _inside(
        self, form: PdfiumHandle, matrix: Matrix | None, group: int, depth: int
    ) -> Iterator[tuple[PdfiumHandle, int, tuple[float, ...], int]]:
        pdfium = self._pdfium
        own = pdfium.FS_MATRIX()
        if not pdfium.FPDFPageObj_GetMatrix(form, own):
            return
        inner: Matrix = (own.a, own.b, own.c, own.d, own.e, own.f)
        if matrix is not None:
            inner = _multiply(inner, matrix)
        if depth == 0:
            group, self._forms = self._forms, self._forms + 1
        yield from self._of(
            form, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, group, depth + 1
        )

    def _paints(self, path: PdfiumHandle) -> bool:
        if not self._pdfium.FPDFPath_GetDrawMode(path, self._fill, self._stroke):
            return False
        return bool(self._fill.value or self._stroke.value)

    def _bounds(self, handle: PdfiumHandle) -> tuple[float, ...] | None:
        if not self._pdfium.FPDFPageObj_GetBounds(handle, *self._edges):
            return None
        left, bottom, right, top = (edge.value for edge in self._edges)
        return left, top, right, bottom


def _integers(function: PdfiumHandle, arguments: int, result: type = ctypes.c_void_p) -> Callable[..., int]:
    """The same function of pdfium, taking and giving handles as integers. A second argument is an index."""
    kinds = (ctypes.c_void_p, ctypes.c_int)[:arguments]
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ValueError("pdfium does not export the function")
    return ctypes.CFUNCTYPE(result, *kinds)(address)


def _upright(boxes: list[tuple[float, ...]], frame: PageFrame) -> Floats:
    """Upright boxes, cut at the borders of the page."""
    if not boxes:
        return np.zeros((0, 4))
    width, height = frame.upright_size
    upright = np.nan_to_num(frame.upright(np.array(boxes, np.float64)))
    return np.clip(upright, 0.0, [width, height, width, height])


def _stroke_width(path: PdfiumHandle) -> float:
    import pypdfium2.raw as pdfium

    width = ctypes.c_float()
    return width.value if pdfium.FPDFPageObj_GetStrokeWidth(path, width) else 0.0


def _pixel_size(image: PdfiumHandle) -> tuple[int, int]:
    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    return width.value, height.value


def _transform(box: tuple[float, ...], matrix: Matrix) -> tuple[float, ...]:
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
