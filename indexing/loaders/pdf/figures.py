"""The figures of a PDF page: their labels in fractions of them, and their pictures.

Labels that the text layer tells are exact, so a drawn chart needs no character recognition.
"""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass, field, replace

from ...documents import Box, Image
from ...figures.rectangles import Rectangle
from ..parsed import Label
from .lines import Line
from .words import PageFrame, PdfiumHandle

_DPI = 170.0
_MAX_SIDE = 1_800  # pixels of a crop
_LABELS_APART = 0.4  # times the height of a line, between two labels side by side
_EQUALLY_WIDE = 0.05  # share by which the letters of words may differ in width, one by one
_BLANK = 0.25  # share of a letter's width by which a blank may be wider or narrower
_MARGIN = 3.0  # points around a figure


@dataclass(slots=True)
class PageFigure:
    """A figure in the making; `box` in points of the upright page, `labels` None where it must be read by OCR."""

    page: int
    box: Rectangle
    labels: list[Line] | None
    caption: str = ""
    caption_lines: list[Line] = field(default_factory=list)


def labels_of(figure: PageFigure, frame: PageFrame) -> tuple[Label, ...] | None:
    """The labels with boxes in fractions of the figure as displayed."""
    if figure.labels is None:
        return None
    outer = frame.fraction(*figure.box)
    width, height = max(outer.x1 - outer.x0, 1e-9), max(outer.y1 - outer.y0, 1e-9)

    def place(line: Line) -> Box:
        box = frame.fraction(line.x0, line.y0, line.x1, line.y1)
        edges = (
            (box.x0 - outer.x0) / width,
            (box.y0 - outer.y0) / height,
            (box.x1 - outer.x0) / width,
            (box.y1 - outer.y0) / height,
        )
        return Box(*(min(max(edge, 0.0), 1.0) for edge in edges))

    turned = frame.turn % 2 == 1
    pieces = [piece for line in figure.labels for piece in _pieces(line)]
    return tuple(Label(piece.text, place(piece), vertical=piece.vertical != turned) for piece in pieces)


def _pieces(line: Line) -> list[Line]:
    """A line in one piece for each label: strings that the file has apart, with a gap between, are no one name."""
    pieces: list[Line] = []
    rest, start = line, 0
    for number, gap in enumerate(line.breaks):
        if gap.spaced or gap.right - gap.left < _LABELS_APART * line.height or _is_letter_wide(line, number):
            continue
        text = line.text[start : gap.offset].rstrip()
        if text:
            pieces.append(replace(rest, text=text, x1=gap.left))
            rest, start = replace(line, text=line.text[gap.offset :], x0=gap.right), gap.offset
    return [*pieces, rest]


def _is_letter_wide(line: Line, number: int) -> bool:
    """Whether a break is the blank of a font whose letters are all equally wide: those on both sides of it are."""
    gap = line.breaks[number]
    before = line.breaks[number - 1] if number else None
    after = line.breaks[number + 1] if number + 1 < len(line.breaks) else None
    left = line.text[before.offset if before else 0 : gap.offset].rstrip()
    right = line.text[gap.offset : after.offset if after else len(line.text)].rstrip()
    if not left or not right or not any(map(str.isalpha, left + right)):
        return False
    one = (gap.left - (before.right if before else line.x0)) / len(left)
    other = ((after.left if after else line.x1) - gap.right) / len(right)
    equal = abs(one - other) <= _EQUALLY_WIDE * max(one, other)
    return equal and abs(gap.right - gap.left - one) <= _BLANK * one


def render_figure(page: PdfiumHandle, frame: PageFrame, figure: PageFigure) -> Image:
    """Cut a figure out of its loaded page as PNG. The size in pixels is bounded for any page size."""
    import pypdfium2.raw as pdfium
    from PIL import Image as Pillow

    box = frame.fraction(*figure.box)
    points = ((box.x1 - box.x0) * frame.width, (box.y1 - box.y0) * frame.height)
    scale = min(_DPI / 72, _MAX_SIDE / max(*points, 1e-6))
    width, height = (max(round(side * scale), 1) for side in points)
    page_width, page_height = max(round(frame.width * scale), 1), max(round(frame.height * scale), 1)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        left, top = round(-box.x0 * page_width), round(-box.y0 * page_height)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, left, top, page_width, page_height, 0, 0)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    picture = Pillow.frombuffer("RGB", (width, height), pixels, "raw", "BGR", stride, 1)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", compress_level=4)
    return Image(encoded.getvalue(), "image/png", width, height)


def with_margin(figure: PageFigure, frame: PageFrame) -> None:
    """Leave some room around a figure, so that strokes and letters at its edge are whole."""
    width, height = frame.upright_size
    x0, y0, x1, y1 = figure.box
    figure.box = (
        max(x0 - _MARGIN, 0.0),
        max(y0 - _MARGIN, 0.0),
        min(x1 + _MARGIN, width),
        min(y1 + _MARGIN, height),
    )
