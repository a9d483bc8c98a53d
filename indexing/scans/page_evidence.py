"""Whether what a picture shows is a page of print rather than a chart, told by the lines that OCR found on it.

A page is covered with running text, or with rows of entries on a sheet of paper's format, and what is drawn on it
takes the smaller part. A chart has some lines of text, in its title and notes, around marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..east_asian import EAST_ASIAN
from ..figures.rectangles import Rectangle
from ..loaders.parsed import Label
from ..loaders.pdf.lines import Line

_CJK = re.compile(f"[{EAST_ASIAN}]")
_RUNNING_WORDS = 160  # in lines of running text; the notes of charts have fewer
_CJK_WORD = 2.0  # characters that count as a word
_DRAWN = 0.5  # share of the picture that figures may take on a page full of text
_SHEETS = ((0.63, 0.83), (1.2, 1.6))  # width over height of Letter, Legal and ISO sheets, upright and across
_SCAN_PIXELS = 600  # a sheet of paper scanned so small, at 72 dots an inch, can hardly be read
_SHEET_PIXELS = 900  # a scan's shorter side has more
_SHEET_LINES = 8
_SHEET_DRAWN = 0.15
_SMALL_PRINT = 0.03  # of the shorter side, that a line of usual text is high on a sheet
_FEW_WORDS = 40  # that a chart has above and below its marks
_MANY_WORDS = 7  # in a line, which no label of a chart has
_NARROW = 450.0  # points: a chart that fills a page has larger letters than a page of print
_TRACE = 0.02  # share of the page that some figure takes
_LITTLE = 0.1  # share of a scanned page that figures take where it is no single chart


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A picture's lines and figures in points, and its size in points and in pixels."""

    lines: Sequence[Line]
    figures: Sequence[Rectangle]
    size: tuple[float, float]
    pixels: tuple[int, int]

    @property
    def drawn(self) -> float:
        """Share of the picture that figures take."""
        area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in self.figures)
        return area / max(self.size[0] * self.size[1], 1e-6)


def may_be_scan(pixels: tuple[int, int]) -> bool:
    """Whether a picture is large enough for a scan, which may lie askew or on its side."""
    return min(pixels) >= _SCAN_PIXELS


def may_be_page(labels: Sequence[Label], pixels: tuple[int, int]) -> bool:
    """Whether `picture_is_page` is worth asking: most charts have neither the words nor the size."""
    return min(pixels) >= _SHEET_PIXELS or sum(_words_of(label.text) for label in labels) >= _RUNNING_WORDS


def picture_is_page(page: PrintedPage) -> bool:
    """Whether a picture of unknown kind is a page; a chart or a photo where nothing tells."""
    running = sum(_words(line) for line in page.lines if line.reads_as_prose())
    if running >= _RUNNING_WORDS and page.drawn < _DRAWN:
        return True
    shorter = min(page.pixels)
    ratio = page.pixels[0] / page.pixels[1]
    sheet = shorter >= _SHEET_PIXELS and any(low <= ratio <= high for low, high in _SHEETS)
    if not sheet or page.drawn > _SHEET_DRAWN or len(_rows(page.lines)) < _SHEET_LINES:
        return False
    sizes = sorted(line.size for line in page.lines)
    return sizes[len(sizes) // 2] < _SMALL_PRINT * min(page.size)


def scan_is_page(page: PrintedPage) -> bool:
    """Whether a picture that fills a page of a document is to be read as that page: unless it is one chart or photo."""
    if not page.lines:
        return False
    running = sum(_words(line) for line in page.lines if line.reads_as_prose())
    if page.size[0] < _NARROW and page.drawn > _TRACE and running < _RUNNING_WORDS:
        return False
    outside = [line for line in page.lines if _is_apart(line, page.figures)]
    return page.drawn < _LITTLE or sum(_words(line) for line in outside) >= _FEW_WORDS


def _words(line: Line) -> float:
    return max(float(line.words), line.cjk / _CJK_WORD)


def _words_of(text: str) -> float:
    return max(float(len(text.split())), len(_CJK.findall(text)) / _CJK_WORD)


def _rows(lines: Sequence[Line]) -> set[int]:
    return {round(line.middle / max(line.height, 1.0)) for line in lines if not line.vertical}


def _is_apart(line: Line, figures: Sequence[Rectangle]) -> bool:
    """Whether a line stands neither in a figure nor beside one, where labels and tick labels stand."""
    if line.vertical or any(y0 <= line.middle <= y1 and x0 < line.x1 and line.x0 < x1 for x0, y0, x1, y1 in figures):
        return False
    return _words(line) >= _MANY_WORDS or not any(y0 <= line.middle <= y1 for _, y0, _, y1 in figures)
