"""The figures of a PDF page: which lines are their labels, which is their caption, and their picture.

Labels that the text layer tells are exact, so a drawn chart needs no character recognition.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..documents import Box, Image
from ..figure_marks import Rectangle
from ..figures import FigureArea, union
from .parsed import Label
from .pdf_captions import is_figure_caption, is_table_caption
from .pdf_lines import Line
from .pdf_words import PageFrame, PdfiumHandle

_MAX_LABEL_WORDS = 12
_ROUNDS = 5  # tick labels, axis title, subtitle, title, one spare
_DPI = 170.0
_MAX_SIDE = 1_800  # pixels of a crop
_MARGIN = 3.0  # points around a figure


@dataclass(slots=True)
class PageFigure:
    """A figure in the making; `box` in points of the upright page, `labels` None where it must be read by OCR."""

    page: int
    box: Rectangle
    labels: list[Line] | None
    caption: str = ""
    caption_lines: list[Line] = field(default_factory=list)


def take_labels(areas: Sequence[FigureArea], lines: Sequence[Line], page: int) -> tuple[list[PageFigure], set[int]]:
    """Give each drawn figure the lines inside it and the short ones that lie at its edges.

    Returns the figures, and the positions in `lines` that are labels now and no text of the page any more.
    """
    figures: list[PageFigure] = []
    taken: set[int] = set()
    for area in areas:
        if not area.vector:
            figures.append(PageFigure(page, area.box, None))
            continue
        inside = {
            i for i, line in enumerate(lines) if i not in taken and _holds(area.box, line) and not _is_caption(line)
        }
        figures.append(PageFigure(page, area.box, [lines[i] for i in sorted(inside)]))
        taken |= inside
    for figure, area in zip(figures, areas, strict=True):
        if area.vector and figure.labels is not None:
            others = [other.box for other in areas if other is not area]
            _take_edges(figure, lines, taken, others)
            # A drawing without text may be one whose letters are drawn too: leave it to character recognition.
            figure.labels = sorted(figure.labels, key=lambda line: (line.y0, line.x0)) or None
    return figures, taken


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
    return tuple(Label(line.text, place(line), vertical=line.vertical != turned) for line in figure.labels)


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


def _holds(box: Rectangle, line: Line) -> bool:
    middle_x, middle_y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    return box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3]


def _take_edges(figure: PageFigure, lines: Sequence[Line], taken: set[int], others: Sequence[Rectangle]) -> None:
    """Grow a figure over titles, tick labels and axis titles right outside of what is drawn."""
    if figure.labels is None:
        return
    for line in figure.labels:
        figure.box = union(figure.box, (line.x0, line.y0, line.x1, line.y1))
    drawn = figure.box
    for _ in range(_ROUNDS):
        titled = any(label.middle < drawn[1] and any(map(str.isalpha, label.text)) for label in figure.labels)
        added = [
            i
            for i, line in enumerate(lines)
            if i not in taken and _at_edge(figure.box, drawn, line, titled=titled) and _is_label(line, lines, taken)
        ]
        added = [i for i in added if not any(_nearer(other, drawn, lines[i]) for other in others)]
        if not added:
            return
        taken.update(added)
        for i in added:
            line = lines[i]
            figure.labels.append(line)
            figure.box = union(figure.box, (line.x0, line.y0, line.x1, line.y1))


def _at_edge(box: Rectangle, drawn: Rectangle, line: Line, *, titled: bool) -> bool:
    letter = line.x1 - line.x0 if line.vertical else line.height
    slack = 0.1 * (drawn[2] - drawn[0]) + 10
    within = box[0] - slack <= line.x0 and line.x1 <= box[2] + slack
    above, below = box[1] - line.y1, line.y0 - box[3]
    # The title may keep its distance, what stands above the title may not.
    reach = 1.1 if titled else 2.0
    if within and (-letter <= above <= reach * letter or -letter <= below <= 1.1 * letter):
        return True
    beside = box[1] - line.height <= line.middle <= box[3] + line.height
    gap_x = max(box[0] - line.x1, line.x0 - box[2])
    return beside and gap_x <= 1.3 * letter


def _is_label(line: Line, lines: Sequence[Line], taken: set[int]) -> bool:
    """Short, no caption, and not a line of a paragraph that happens to stand near."""
    if line.words > _MAX_LABEL_WORDS or line.cjk > 30 or _is_caption(line):
        return False
    if line.reads_as_prose() and line.text.endswith((".", "。")):
        return False
    return not any(
        other is not line
        and i not in taken
        and other.reads_as_prose()
        and (other.words >= 7 or other.cjk >= 14)
        and max(other.y0 - line.y1, line.y0 - other.y1) < 0.6 * line.height
        and min(other.x1, line.x1) > max(other.x0, line.x0)
        for i, other in enumerate(lines)
    )


def _is_caption(line: Line) -> bool:
    return is_figure_caption(line.text) or is_table_caption(line.text)


def _nearer(other: Rectangle, own: Rectangle, line: Line) -> bool:
    return _gap(other, line) < _gap(own, line)


def _gap(box: Rectangle, line: Line) -> float:
    dx = max(box[0] - line.x1, line.x0 - box[2], 0.0)
    dy = max(box[1] - line.y1, line.y0 - box[3], 0.0)
    return dx + dy
