"""Pages of a PDF that are pictures: which they are, and their picture for OCR."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import DamagedFile, UnreadableFile
from ...figures.rectangles import Rectangle
from .lines import Line
from .words import PdfiumHandle

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

_MOST = 0.5  # share of a page without text that pictures cover where it is a scan
_WHOLE = 0.85  # the same for a page with text: pictures between titles and notes cover less
_FEW_CHARACTERS = 10  # a page with fewer has no text layer worth the name
_STAMP_LINES = 12
_STAMP_CHARACTERS = 600  # filing stamps, signatures, page numbers
_GARBLED = 0.3  # share of a text layer's characters that no reader could read
_ENOUGH_TO_JUDGE = 30  # characters
_UNREADABLE = frozenset({"Co", "Cn", "Cc", "Cs"})
_DPI = 200.0
_MAX_SIDE = 2_400
"""Pixels: at 200 dpi an ISO A4 page has 2,339."""


def is_scan(
    lines: Sequence[Line], pictures: Sequence[Rectangle], size: tuple[float, float], *, invisible: Callable[[], bool]
) -> bool:
    """Whether a page is a picture, whole or but for a few stamped lines.

    A scan with a text layer of its own, which is printed invisibly, has been read by OCR before and is used as it is;
    `invisible` tells whether there is such text. OCR compares later: see `ScannedPage`.
    """
    covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in pictures) / (size[0] * size[1])
    characters = sum(len(line.text) for line in lines)
    if characters < _FEW_CHARACTERS:
        return covered > _MOST
    few = len(lines) <= _STAMP_LINES and characters <= _STAMP_CHARACTERS
    return covered > _WHOLE and few and not invisible()


def is_garbled(lines: Sequence[Line]) -> bool:
    """Whether a text layer tells no text: its font does not say which characters its glyphs are."""
    text = "".join(line.text for line in lines).replace(" ", "")
    strange = sum(character == "\ufffd" or unicodedata.category(character) in _UNREADABLE for character in text)
    return len(text) >= _ENOUGH_TO_JUDGE and strange > _GARBLED * len(text)


def has_invisible_text(page: PdfiumHandle) -> bool:
    """Whether a loaded page has text that is not painted."""
    import pypdfium2.raw as pdfium

    for index in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            if mode in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP):
                return True
    return False


@dataclass(frozen=True, slots=True)
class PdfPagePicture:
    """Page `page` (from 1) of the PDF at `path` as a picture."""

    path: Path
    page: int

    def open(self) -> PilImage:
        """Render the page as displayed; see `PagePicture.open`."""
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(self.path) as document:
                sheet = document[self.page - 1]
                scale = min(_DPI / 72.0, _MAX_SIDE / max(*sheet.get_size(), 1.0))
                picture: PilImage = sheet.render(scale=scale).to_pil().convert("RGB")
                return picture
        except FileNotFoundError as error:
            raise UnreadableFile(f"{self.path} is gone.", hint="Index it again when it is complete.") from error
        except pypdfium2.PdfiumError as error:
            raise DamagedFile(
                f"Page {self.page} of {self.path} cannot be rendered: {error}.", hint="Save the document anew."
            ) from error
