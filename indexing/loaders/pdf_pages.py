"""One PDF page at a time: its lines and the places of its figures, read and let go of before the next."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DamagedFile
from ..figure_drawings import find_drawings
from ..figure_legends import PageText
from ..figure_pictures import find_pictures
from ..figures import FigureArea, SkippedArea, without_overlaps
from .parsed import Limits
from .pdf_captions import is_figure_caption
from .pdf_lines import Line, boxes_of, page_lines
from .pdf_objects import page_objects
from .pdf_words import PageFrame, PdfiumHandle, page_words

if TYPE_CHECKING:
    import pypdfium2

_SCAN_CHARACTERS = 10  # a page with fewer has no text layer worth the name
_SCAN_SHARE = 0.5  # of the page that pictures cover on a scanned page
_WATERMARK = 48.0  # points, shorter side of a line that is no label of anything
_FALLBACK = PageFrame(0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What was read of a page; boxes in points of the upright page.

    `characters` is the length of its text layer, `painted` says whether it paints anything at all.
    """

    frame: PageFrame
    lines: tuple[Line, ...] = ()
    areas: tuple[FigureArea, ...] = ()
    skipped: tuple[SkippedArea, ...] = ()
    characters: int = 0
    painted: bool = False


UNREADABLE = PageContent(_FALLBACK)
"""Stands for a page that could not be loaded."""


@contextmanager
def loaded_page(document: pypdfium2.PdfDocument, index: int) -> Iterator[PdfiumHandle]:
    """A page (counted from 0), closed again at the end. Raises `DamagedFile` where pdfium cannot load it."""
    import pypdfium2.raw as pdfium

    page = pdfium.FPDF_LoadPage(document.raw, index)
    if not page:
        raise DamagedFile(f"Page {index + 1} cannot be loaded.", hint="Save the document anew.")
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


def read_page(page: PdfiumHandle, limits: Limits) -> PageContent:
    """Read a loaded page. Raises `DamagedFile` where it has no usable size or its text cannot be loaded."""
    frame = _frame(page)
    if not frame.usable():
        raise DamagedFile(
            f"The page measures {frame.width:g} x {frame.height:g} points.", hint="Save the document anew."
        )
    lines, characters, frame = _read_text(page, frame)
    objects = page_objects(page, frame)
    size = frame.upright_size
    painted = bool(lines or objects.pictures or len(objects.paths.boxes))
    if not painted:
        return PageContent(frame, characters=characters)
    kept, skipped = find_pictures(
        objects.pictures,
        size,
        characters=characters,
        min_pixels=limits.min_figure_pixels,
        max_pixels=limits.max_pixels,
    )
    if characters < _SCAN_CHARACTERS and _share(kept, size) > _SCAN_SHARE:
        scan = FigureArea((0.0, 0.0, *size), vector=False, bytes=sum(area.bytes for area in kept))
        return PageContent(frame, tuple(lines), (scan,), tuple(skipped), characters, painted)
    printed = [line for line in lines if min(line.width, line.height) < _WATERMARK]
    text = PageText(
        boxes_of(printed),
        np.array([line.reads_as_prose() for line in printed], np.bool_),
        np.array([is_figure_caption(line.text) for line in printed], np.bool_),
    )
    drawings, no_drawings = find_drawings(objects.paths, objects.forms, text, size)
    areas = without_overlaps(drawings, kept)
    return PageContent(frame, tuple(lines), tuple(areas), (*skipped, *no_drawings), characters, painted)


def _frame(page: PdfiumHandle) -> PageFrame:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return _FALLBACK
    return PageFrame(box.left, box.bottom, box.right, box.top, max(pdfium.FPDFPage_GetRotation(page), 0))


def _read_text(page: PdfiumHandle, frame: PageFrame) -> tuple[list[Line], int, PageFrame]:
    import pypdfium2.raw as pdfium

    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        raise DamagedFile("The text of the page cannot be loaded.", hint="Save the document anew.")
    try:
        words = page_words(textpage, frame)
        width, height = words.frame.upright_size
        visible = [
            line
            for line in page_lines(textpage, words)
            if 0 <= (line.x0 + line.x1) / 2 <= width and 0 <= line.middle <= height
        ]
        return visible, len(words.text), words.frame
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def _share(areas: list[FigureArea], size: tuple[float, float]) -> float:
    covered = sum((area.box[2] - area.box[0]) * (area.box[3] - area.box[1]) for area in areas)
    return covered / (size[0] * size[1])


def page_label(document: pypdfium2.PdfDocument, index: int) -> str:
    """The printed number of a page (counted from 0) as the file tells it; empty where it tells none."""
    import pypdfium2.raw as pdfium

    length = pdfium.FPDF_GetPageLabel(document.raw, index, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_GetPageLabel(document.raw, index, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").strip()
