"""Size, weight and slant of the fonts of a page."""

from __future__ import annotations

import ctypes
import math
import re

from .words import PdfiumHandle

_FORCED_BOLD, _ITALIC = 1 << 18, 1 << 6  # font descriptor flags, ISO 32000-1 table 123


class FontReader:
    """Size, weight and slant of a character's font, asked of pdfium and remembered by font."""

    def __init__(self, textpage: PdfiumHandle) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._textpage = textpage
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._faces: dict[tuple[bytes, int], tuple[bool, bool]] = {}

    def __call__(self, index: int) -> tuple[float, bool, bool]:
        """(size in points or 0 where unknown, bold, italic) of the character at `index`."""
        pdfium = self._pdfium
        size = pdfium.FPDFText_GetFontSize(self._textpage, index)
        if pdfium.FPDFText_GetMatrix(self._textpage, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d)
        pdfium.FPDFText_GetFontInfo(self._textpage, index, self._name, len(self._name), self._flags)
        key = (self._name.value, self._flags.value)
        if key not in self._faces:
            name = key[0].decode("latin-1").lower()
            bold = bool(re.search("bold|black|heavy|demi", name)) or bool(key[1] & _FORCED_BOLD)
            self._faces[key] = (bold, bool(re.search("italic|oblique", name)) or bool(key[1] & _ITALIC))
        bold, italic = self._faces[key]
        return size, bold or pdfium.FPDFText_GetFontWeight(self._textpage, index) >= 600, italic
