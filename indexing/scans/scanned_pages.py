"""Scanned pages and pictures of pages to the same blocks as printed ones: text, tables, figures, each with its place.

The loaders have no OCR. They leave a `ScannedPage` or a figure, and here the picture is read. Where it shows a page,
its lines go through the machinery for pages of a PDF, all scanned pages of a document together, so that running
headers, ranks of headings and broken paragraphs are found as usual.

A page that lies on its side, on its head or askew is read upright. Its blocks have boxes in fractions of the upright
page, and `ReadDocument.poses` takes them back to the page as displayed when the nodes are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from ..documents import WHOLE, Page
from ..loaders.parsed import (
    Block,
    FigureBlock,
    Label,
    ParsedDocument,
    ScannedPage,
    SkippedFigure,
    TableBlock,
    TextBlock,
    pages_of,
)
from ..loaders.pdf.assembly import Assembled, assemble
from ..ocr import OcrEngine
from .blocks import Scan, blocks_of_scans, evenly_scaled, opened, page_contents, running_lines, whole_figure
from .page_evidence import may_be_scan, picture_is_page, scan_is_page
from .page_reading import PageReading, read_page_picture
from .pose import Pose

_UNSURE = 0.8
"""Mean confidence of a page below which the ledger notes it."""
_NEWS = 1.3
"""Times the characters of its text layer that OCR finds on a page where the picture holds text of its own."""
_TITLE_PAGES = 3


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document without `ScannedPage` blocks. `poses` tells, by page number, how those pages lie that are not upright:
    their blocks have boxes in fractions of the upright page.
    """

    parsed: ParsedDocument
    poses: Mapping[int, Pose]


def read_scanned_pages(parsed: ParsedDocument, ocr: OcrEngine) -> ReadDocument:
    """Read the pictures of `parsed` that show pages; what else a picture shows stays, or becomes, a figure.

    Raises `DamagedFile` or `UnreadableFile` where a page cannot be rendered any more.
    """
    blocks: dict[int, list[Block]] = {position: [block] for position, block in enumerate(parsed.blocks)}
    skipped: list[SkippedFigure] = []
    poses: dict[int, Pose] = {}
    scans: list[Scan] = []
    for position, block in enumerate(parsed.blocks):
        if not _may_be_page(block):
            continue
        reading = _read(block, parsed, ocr)
        if isinstance(block, ScannedPage) and 0 < _characters(reading.labels) < _NEWS * block.characters:
            blocks[position] = []
            skipped.append(SkippedFigure(block.region, "background: what it says stands in the text layer"))
            continue
        if _is_page(block, reading):
            scans.append(Scan(position, block, reading, _number(scans, position, block)))
        else:
            blocks[position] = [whole_figure(block, reading)]
        if block.region.page is not None and not reading.pose.is_upright:
            poses[block.region.page] = reading.pose
    parsed = replace(parsed, skipped_figures=(*parsed.skipped_figures, *skipped))
    if not scans:
        return ReadDocument(replace(parsed, blocks=_flat(blocks)), poses)
    scans = evenly_scaled(scans)
    assembled = assemble(page_contents(scans))
    read_pages = {scan.block.region.page for scan in scans if isinstance(scan.block, ScannedPage)}
    for position, block in enumerate(parsed.blocks):
        if isinstance(block, TextBlock | TableBlock) and read_pages.issuperset(pages_of(block)):
            blocks[position] = []
    blocks |= blocks_of_scans(scans, assembled)
    return ReadDocument(_completed(replace(parsed, blocks=_flat(blocks)), scans, assembled), poses)


def _may_be_page(block: Block) -> TypeGuard[ScannedPage | FigureBlock]:
    if isinstance(block, ScannedPage):
        return True
    if not isinstance(block, FigureBlock) or block.image is None:
        return False
    return block.labels is None and block.reading is None and not block.caption


def _read(block: ScannedPage | FigureBlock, parsed: ParsedDocument, ocr: OcrEngine) -> PageReading:
    """Read a picture upright, unless other blocks on its page, or around it, would have to be turned with it."""
    page = block.region.page
    alone = (
        page is not None and block.region.box == WHOLE and sum(page in pages_of(other) for other in parsed.blocks) == 1
    )
    scan = isinstance(block, ScannedPage)
    with opened(block) as picture:
        turn = scan or (alone and may_be_scan(picture.size))
        reading = read_page_picture(picture, ocr, turn=turn, page=scan)
        if not alone and not reading.pose.is_upright and not _is_page(block, reading):
            reading = read_page_picture(picture, ocr, turn=False, page=scan)
    return reading


def _is_page(block: ScannedPage | FigureBlock, reading: PageReading) -> bool:
    return scan_is_page(reading.printed) if isinstance(block, ScannedPage) else picture_is_page(reading.printed)


def _number(scans: Sequence[Scan], position: int, block: ScannedPage | FigureBlock) -> int:
    """The number of a scan in the sequence of scans, with one left out where it does not follow the one before."""
    if not scans:
        return 1
    before, page = scans[-1], block.region.page
    if page is not None and before.block.region.page is not None:
        follows = page == before.block.region.page + 1
    else:
        follows = position == before.position + 1
    return before.number + (1 if follows else 2)


def _flat(blocks: Mapping[int, Sequence[Block]]) -> tuple[Block, ...]:
    return tuple(block for position in sorted(blocks) for block in blocks[position])


def _characters(labels: Iterable[Label]) -> int:
    return sum(len(label.text) for label in labels)


def _completed(parsed: ParsedDocument, scans: Sequence[Scan], assembled: Assembled) -> ParsedDocument:
    """Title, printed page numbers, running lines and what the ledger has to say about the scanned pages."""
    read_pages = {scan.block.region.page for scan in scans}
    printed = {scan.block.region.page: assembled.printed_numbers[scan.number - 1] for scan in scans}
    kept = [block for block in parsed.boilerplate if block.spans[0].region.page not in read_pages]
    return replace(
        parsed,
        title=parsed.title or _title(parsed.blocks),
        pages=tuple(_labelled(page, printed.get(page.number, "")) for page in parsed.pages),
        boilerplate=(*kept, *running_lines(scans, assembled)),
        warnings=(*parsed.warnings, *_warnings(scans)),
    )


def _labelled(page: Page, printed: str) -> Page:
    return replace(page, label=printed) if printed and page.label == str(page.number) else page


def _title(blocks: Sequence[Block]) -> str:
    headings = [
        block
        for block in blocks
        if isinstance(block, TextBlock)
        and block.kind == "heading"
        and (block.spans[0].region.page or 1) <= _TITLE_PAGES
    ]
    return min(headings, key=lambda block: block.level).text if headings else ""


def _warnings(scans: Sequence[Scan]) -> list[str]:
    pages = [scan.block.region.page for scan in scans if scan.block.region.page is not None]
    unsure = [
        f"{scan.block.region.page} ({scan.reading.confidence:.0%})"
        for scan in scans
        if scan.block.region.page is not None and scan.reading.confidence < _UNSURE
    ]
    warnings = [f"Read by OCR, as pictures of pages: page {_ranges(pages)}."] if pages else []
    if len(pages) < len(scans):
        count = len(scans) - len(pages)
        warnings.append(f"Read by OCR, as pictures of pages: {count} {'picture' if count == 1 else 'pictures'}.")
    if unsure:
        warnings.append(
            f"OCR is not sure of what it read on page {', '.join(unsure)}: check what is quoted from there."
        )
    return warnings


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in rising order as "1-3, 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
