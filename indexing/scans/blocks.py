"""From the readings of scanned pages to blocks: their contents as those of PDF pages, their figures cut out."""

from __future__ import annotations

import io
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from PIL import Image as Pillow
from PIL.Image import Image as PilImage

from ..documents import Box, Image, Region
from ..figures.areas import FigureArea
from ..loaders.parsed import Block, FigureBlock, Label, ScannedPage, TableBlock, TextBlock, pages_of
from ..loaders.pdf.assembly import Assembled
from ..loaders.pdf.figures import PageFigure
from ..loaders.pdf.lines import Line
from ..loaders.pdf.pages import PageContent
from ..loaders.pdf.words import PageFrame
from ..ocr_pixels import to_bgr
from .page_reading import PageReading, as_picture

_MAX_SIDE = 1_800
"""Pixels of a figure's picture."""
_ONE_FORMAT = 0.25
"""By which the heights of pages, told by the size of their letters, may differ where all are of one format."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture that was read as a page: the position of its block in the document, the block, what was read, and its
    number among the scans, by which it is known as a page while blocks are made.
    """

    position: int
    block: ScannedPage | FigureBlock
    reading: PageReading
    number: int
    scale: float = 1.0
    """Points of its contents to those of its reading: pages of one format get one scale."""


@contextmanager
def opened(block: ScannedPage | FigureBlock) -> Iterator[PilImage]:
    """The picture of a block, closed at the end. Raises what `PagePicture.open` raises."""
    if isinstance(block, ScannedPage):
        picture = block.picture.open()
    else:
        picture = Pillow.open(io.BytesIO(block.image.data if block.image else b""))
    with picture:
        yield picture


def evenly_scaled(scans: Sequence[Scan]) -> list[Scan]:
    """The scans with pages of one format in one scale, so that the sizes of their letters compare."""
    usual = statistics.median(scan.reading.size[1] for scan in scans)
    return [
        replace(scan, scale=usual / scan.reading.size[1])
        if abs(usual - scan.reading.size[1]) < _ONE_FORMAT * scan.reading.size[1]
        else scan
        for scan in scans
    ]


def page_contents(scans: Sequence[Scan]) -> list[PageContent]:
    """The contents of all scans by number, as those of printed pages."""
    contents = [PageContent(PageFrame(0.0, 0.0, 612.0, 792.0)) for _ in range(scans[-1].number)]
    for scan in scans:
        width, height = scan.reading.size
        # Figures of scans are handled as drawn ones: what is printed on and around them are their labels.
        contents[scan.number - 1] = PageContent(
            frame=PageFrame(0.0, 0.0, width * scan.scale, height * scan.scale),
            lines=tuple(_scaled(line, scan.scale) for line in scan.reading.lines),
            areas=tuple(
                FigureArea((x0 * scan.scale, y0 * scan.scale, x1 * scan.scale, y1 * scan.scale), vector=True)
                for x0, y0, x1, y1 in scan.reading.figures
            ),
            painted=True,
        )
    return contents


def blocks_of_scans(scans: Sequence[Scan], assembled: Assembled) -> dict[int, list[Block]]:
    """The blocks of each scan, by its position in the document, with regions in the document and figures cut out.

    One picture at a time is opened again for the figures in it.
    """
    places = {scan.number: scan.block.region for scan in scans}
    by_number: dict[int, list[TextBlock | TableBlock | PageFigure]] = {scan.number: [] for scan in scans}
    for block in assembled.blocks:
        by_number[_number(block)].append(block)
    finished: dict[int, list[Block]] = {}
    for scan in scans:
        placed = by_number[scan.number]
        figures = iter(_cut_figures(scan, [block for block in placed if isinstance(block, PageFigure)]))
        finished[scan.position] = [
            next(figures) if isinstance(block, PageFigure) else _moved(block, places) for block in placed
        ]
    return finished


def running_lines(scans: Sequence[Scan], assembled: Assembled) -> tuple[TextBlock, ...]:
    """The running headers and footers of the scans, with regions in the document."""
    places = {scan.number: scan.block.region for scan in scans}
    return tuple(_moved_text(block, places) for block in assembled.boilerplate)


def whole_figure(block: ScannedPage | FigureBlock, reading: PageReading) -> FigureBlock:
    """A picture that is no page as one figure, with what OCR has read in it."""
    if isinstance(block, FigureBlock) and reading.pose.is_upright:
        return replace(block, labels=reading.labels)
    with opened(block) as picture:
        image = _encoded(as_picture(reading.pose.upright(to_bgr(picture))))
    return FigureBlock(image, block.region, labels=reading.labels)


def _number(block: TextBlock | TableBlock | PageFigure) -> int:
    """The number of the scan on which a block begins."""
    return block.page if isinstance(block, PageFigure) else pages_of(block)[0] or 1


def _moved(block: TextBlock | TableBlock, places: Mapping[int, Region]) -> TextBlock | TableBlock:
    """A block with the regions of scans as regions of the document."""
    if isinstance(block, TextBlock):
        return _moved_text(block, places)
    boxes = block.table.boxes and tuple(
        tuple(cell and _place(cell, places) for cell in row) for row in block.table.boxes
    )
    return TableBlock(replace(block.table, boxes=boxes), tuple(_place(region, places) for region in block.regions))


def _moved_text(block: TextBlock, places: Mapping[int, Region]) -> TextBlock:
    return replace(block, spans=tuple(replace(span, region=_place(span.region, places)) for span in block.spans))


def _place(region: Region, places: Mapping[int, Region]) -> Region:
    outer = places[region.page or 1]
    return Region(outer.page, region.box.within(outer.box))


def _cut_figures(scan: Scan, figures: Sequence[PageFigure]) -> list[FigureBlock]:
    """The pictures of the figures of a scan, with the labels that were read in them."""
    if not figures:
        return []
    width, height = scan.reading.pose.upright_size
    with opened(scan.block) as picture:
        upright = scan.reading.pose.upright(to_bgr(picture))
    points = scan.reading.points * scan.scale
    blocks: list[FigureBlock] = []
    for figure in figures:
        x0, y0, x1, y1 = (int(edge / points) for edge in figure.box)
        x1, y1 = min(max(x1, x0 + 1), width), min(max(y1, y0 + 1), height)
        box = Box(x0 / width, y0 / height, x1 / width, y1 / height)
        outer = scan.block.region
        blocks.append(
            FigureBlock(
                image=_encoded(as_picture(upright[y0:y1, x0:x1])),
                region=Region(outer.page, box.within(outer.box)),
                caption=figure.caption,
                labels=_labels_in(box, scan.reading.labels),
            )
        )
    return blocks


def _labels_in(box: Box, labels: Sequence[Label]) -> tuple[Label, ...]:
    """The labels whose middle lies in `box`, with boxes in fractions of it."""
    width, height = box.x1 - box.x0, box.y1 - box.y0
    inside = []
    for label in labels:
        x, y = (label.box.x0 + label.box.x1) / 2, (label.box.y0 + label.box.y1) / 2
        if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
            edges = (
                (label.box.x0 - box.x0) / width,
                (label.box.y0 - box.y0) / height,
                (label.box.x1 - box.x0) / width,
                (label.box.y1 - box.y0) / height,
            )
            inside.append(replace(label, box=Box(*(min(max(edge, 0.0), 1.0) for edge in edges))))
    return tuple(inside)


def _scaled(line: Line, factor: float) -> Line:
    return replace(
        line,
        x0=line.x0 * factor,
        y0=line.y0 * factor,
        x1=line.x1 * factor,
        y1=line.y1 * factor,
        size=round(line.size * factor, 1),
    )


def _encoded(picture: PilImage) -> Image:
    picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", compress_level=4)
    return Image(encoded.getvalue(), "image/png", picture.width, picture.height)
