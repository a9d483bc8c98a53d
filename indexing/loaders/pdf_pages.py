"""One PDF page at a time: its lines and the places of its figures, read and let go of before the next."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DamagedFile
from ..figure_marks import Paths
from ..figures import FigureArea, Picture, SkippedArea, find_drawings, find_pictures, overlap, without_overlaps
from .parsed import Limits
from .pdf_lattice import Lattice
from .pdf_lattice_search import find_lattices
from .pdf_lines import Line, boxes_of, page_lines
from .pdf_objects import page_objects
from .pdf_rules import NO_RULES, PageRules, rules_of
from .pdf_words import PageFrame, PdfiumHandle, page_words

if TYPE_CHECKING:
    import pypdfium2

_SCAN_CHARACTERS = 10  # a page with fewer has no text layer worth the name
_SCAN_SHARE = 0.5  # of the page that pictures cover on a scanned page
_FALLBACK = PageFrame(0.0, 0.0, 612.0, 792.0)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What was read of a page; boxes in points of the upright page.

    `characters` is the length of its text layer, `painted` says whether it paints anything at all. `rules` are its
    ruling lines, `lattices` those that enclose the cells of tables.
    """

    frame: PageFrame
    lines: tuple[Line, ...] = ()
    areas: tuple[FigureArea, ...] = ()
    skipped: tuple[SkippedArea, ...] = ()
    characters: int = 0
    painted: bool = False
    rules: PageRules = NO_RULES
    lattices: tuple[Lattice, ...] = ()


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
    text = _read_objects(page, frame)
    frame, lines, characters = text.frame, text.lines, text.characters
    size = frame.upright_size
    painted = bool(lines or text.pictures or len(text.paths.boxes))
    if not painted:
        return PageContent(frame, characters=characters)
    kept, skipped = find_pictures(
        text.pictures,
        size,
        characters=characters,
        min_pixels=limits.min_figure_pixels,
        max_pixels=limits.max_pixels,
    )
    if characters < _SCAN_CHARACTERS and _share(kept, size) > _SCAN_SHARE:
        scan = FigureArea((0.0, 0.0, *size), vector=False, bytes=sum(area.bytes for area in kept))
        return PageContent(frame, tuple(lines), (scan,), tuple(skipped), characters, painted)
    prose = np.array([line.reads_as_prose() for line in lines], np.bool_)
    drawings, no_drawings = find_drawings(text.paths, boxes_of(lines), prose, size)
    areas = without_overlaps(drawings, kept)
    return PageContent(
        frame,
        tuple(lines),
        tuple(areas),
        (*skipped, *no_drawings),
        characters,
        painted,
        text.rules,
        tuple(lattice for lattice in text.lattices if not any(overlap(area.box, lattice.box) > 0.3 for area in areas)),
    )


def _frame(page: PdfiumHandle) -> PageFrame:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return _FALLBACK
    return PageFrame(box.left, box.bottom, box.right, box.top, max(pdfium.FPDFPage_GetRotation(page), 0))


@dataclass(frozen=True, slots=True)
class _Painted:
    """What stands on a page: its text in lines, and what is painted besides."""

    frame: PageFrame
    lines: list[Line]
    characters: int
    pictures: list[Picture]
    paths: Paths
    rules: PageRules
    lattices: list[Lattice]


def _read_objects(page: PdfiumHandle, frame: PageFrame) -> _Painted:
    """Words first, since they tell which way the page is turned; then rules, since no line of text runs over one."""
    import pypdfium2.raw as pdfium

    textpage = pdfium.FPDFText_LoadPage(page)
    if not textpage:
        raise DamagedFile("The text of the page cannot be loaded.", hint="Save the document anew.")
    try:
        words = page_words(textpage, frame)
        pictures, paths = page_objects(page, words.frame)
        width, height = words.frame.upright_size
        rules = rules_of(paths, (width, height))
        lattices = find_lattices(rules, words.boxes)
        visible = [
            line
            for line in page_lines(textpage, words, [rule for lattice in lattices for rule in lattice.dividers()])
            if 0 <= (line.x0 + line.x1) / 2 <= width and 0 <= line.middle <= height
        ]
        return _Painted(words.frame, visible, len(words.text), pictures, paths, rules, lattices)
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
