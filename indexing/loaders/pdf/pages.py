"""One PDF page at a time: its lines and the places of its figures, read and let go of before the next."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ....errors import DamagedFile
from ...figures.areas import FigureArea, SkippedArea, without_overlaps
from ...figures.drawings import find_drawings
from ...figures.legends import PageText
from ...figures.pictures import find_pictures
from ...figures.rectangles import Rectangle, overlap
from ..parsed import Limits
from .captions import is_figure_caption
from .cell_drawings import without_cell_drawings
from .lattice import Lattice
from .lattice_search import find_lattices
from .lines import Line, boxes_of, page_lines
from .objects import PageObjects, page_objects
from .rules import NO_RULES, PageRules, rules_of
from .scans import has_invisible_text, is_garbled, is_scan
from .words import PageFrame, PdfiumHandle, page_words

if TYPE_CHECKING:
    import pypdfium2

_WATERMARK = 48.0  # points, shorter side of a line that is no label of anything
_FALLBACK = PageFrame(0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What was read of a page; boxes in points of the upright page.

    `characters` is the length of its text layer, `painted` says whether it paints anything at all. `rules` are its
    ruling lines, `lattices` those that enclose the cells of tables, `legends` the boxes of keys with names. `scan` says
    that it is a picture, whole or but for a stamp, or that its text layer cannot be read: OCR must tell what stands on
    it.
    """

    frame: PageFrame
    lines: tuple[Line, ...] = ()
    areas: tuple[FigureArea, ...] = ()
    skipped: tuple[SkippedArea, ...] = ()
    characters: int = 0
    painted: bool = False
    rules: PageRules = NO_RULES
    lattices: tuple[Lattice, ...] = ()
    scan: bool = False
    legends: tuple[Rectangle, ...] = ()


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
    content = _read_content(page, frame)
    frame, lines, objects, characters = content.frame, content.lines, content.objects, content.characters
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
    if is_garbled(lines):
        return PageContent(frame, characters=0, painted=painted, scan=True)
    bounded = [picture.box for picture in objects.pictures if math.prod(picture.pixels) <= limits.max_pixels]
    if is_scan(lines, bounded, size, invisible=lambda: has_invisible_text(page)):
        return PageContent(frame, tuple(lines), (), (), characters, painted, scan=True)
    printed = [line for line in lines if min(line.width, line.height) < _WATERMARK]
    text = PageText(
        boxes_of(printed),
        np.array([line.reads_as_prose() for line in printed], np.bool_),
        np.array([is_figure_caption(line.text) for line in printed], np.bool_),
    )
    paths, in_cells = without_cell_drawings(objects.paths, content.lattices, text.lines)
    drawings = find_drawings(paths, objects.forms, text, size)
    areas = without_overlaps(drawings.areas, kept)
    return PageContent(
        frame,
        tuple(lines),
        tuple(areas),
        (*skipped, *in_cells, *drawings.skipped),
        characters,
        painted,
        rules=content.rules,
        lattices=tuple(
            lattice for lattice in content.lattices if not any(overlap(area.box, lattice.box) > 0.3 for area in areas)
        ),
        legends=drawings.legends,
    )


def _frame(page: PdfiumHandle) -> PageFrame:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return _FALLBACK
    return PageFrame(box.left, box.bottom, box.right, box.top, max(pdfium.FPDFPage_GetRotation(page), 0))


@dataclass(frozen=True, slots=True)
class _Content:
    """What stands on a page: its text in lines, and what is painted besides."""

    frame: PageFrame
    lines: list[Line]
    characters: int
    objects: PageObjects
    rules: PageRules
    lattices: list[Lattice]


def _read_content(page: PdfiumHandle, frame: PageFrame) -> _Content:
    """Words first, since they tell which way the page is turned; then rules, since no line of text runs over one."""
    import pypdfium2.raw as pdfium

    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        raise DamagedFile("The text of the page cannot be loaded.", hint="Save the document anew.")
    try:
        words = page_words(textpage, frame)
        objects = page_objects(page, words.frame)
        width, height = words.frame.upright_size
        rules = rules_of(objects.paths, (width, height))
        lattices = find_lattices(rules, words.boxes)
        visible = [
            line
            for line in page_lines(textpage, words, [rule for lattice in lattices for rule in lattice.dividers()])
            if 0 <= (line.x0 + line.x1) / 2 <= width and 0 <= line.middle <= height
        ]
        return _Content(words.frame, visible, len(words.text), objects, rules, lattices)
    finally:
        pdfium.FPDFText_ClosePage(textpage)


def page_label(document: pypdfium2.PdfDocument, index: int) -> str:
    """The printed number of a page (counted from 0) as the file tells it; empty where it tells none."""
    import pypdfium2.raw as pdfium

    length = pdfium.FPDF_GetPageLabel(document.raw, index, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_GetPageLabel(document.raw, index, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").strip()
