"""PDF files: text in reading order with the place of every line, tables, and figures cut out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import DamagedFile, EncryptedFile, LimitExceeded
from ...documents import WHOLE, Page, Region
from ..file_access import read_bytes
from ..parsed import Block, FigureBlock, Limits, ParsedDocument, ScannedPage, TextBlock, pages_of
from .assembly import Assembled, assemble
from .figures import PageFigure, labels_of, render_figure
from .pages import UNREADABLE, PageContent, loaded_page, page_label, read_page
from .scans import PdfPagePicture

if TYPE_CHECKING:
    import pypdfium2

_TAIL = 4096  # bytes at the end of a file among which the end marker stands
_TITLE_PAGES = 3
_NO_TITLE = ("untitled", "microsoft word", "powerpoint", "slide 1", "document")
_HINT_DAMAGED = "Download or save it again, and check that a PDF viewer opens it."


class PdfLoader:
    """Reads PDF files.

    Two passes: first every page's lines and the places of its figures, which tell running headers, headings and
    repeated logos; then the pictures of the figures that are kept. One page is loaded at a time.
    """

    media_types = ("application/pdf",)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the file at `path`.

        Raises `EncryptedFile` where it needs a password, `DamagedFile` where it is truncated, no PDF or without
        pages, `LimitExceeded` beyond `limits`, `UnreadableFile` where it cannot be read. A single damaged page is a
        warning.
        """
        data = read_bytes(path, limits)
        document = _open(path, data)
        try:
            count = _page_count(path, document, limits)
            warnings: list[str] = []
            _check_whole(path, document, data, warnings)
            pages = _read_pages(path, document, count, limits, warnings)
            assembled = assemble(pages)
            blocks = _with_scans(_with_pictures(document, pages, assembled), path, pages)
            return ParsedDocument(
                media_type=self.media_types[0],
                title=_title(document, path, blocks),
                pages=_pages(document, pages, assembled),
                blocks=blocks,
                skipped_figures=assembled.skipped,
                boilerplate=assembled.boilerplate,
                warnings=tuple(warnings),
            )
        finally:
            document.close()


def _open(path: Path, data: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # pdfium's last error may be that of an earlier file; an encrypted file has this key in plain sight.
        encrypted = b"/Encrypt" in data
        if encrypted and error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise EncryptedFile(
                f"{path} is encrypted and needs a password.",
                hint="Save it without a password (for example `qpdf --decrypt`) and index it again.",
            ) from error
        if encrypted and error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise EncryptedFile(
                f"{path} is encrypted by a method that is not supported.", hint="Save it without encryption."
            ) from error
        # For a file without pages pdfium has no error, or still that of an earlier file.
        raise DamagedFile(f"{path} is no readable PDF, or one without pages.", hint=_HINT_DAMAGED) from error


def _page_count(path: Path, document: pypdfium2.PdfDocument, limits: Limits) -> int:
    count = len(document)
    if count <= 0:
        raise DamagedFile(f"{path} has no pages.", hint=_HINT_DAMAGED)
    if count > limits.max_pages:
        raise LimitExceeded(
            f"{path} has {count:,} pages; the limit is {limits.max_pages:,}.",
            hint="Split the file, or raise the setting `index.max_pages`.",
        )
    return count


def _check_whole(path: Path, document: pypdfium2.PdfDocument, data: bytes, warnings: list[str]) -> None:
    """A file without its end has lost pages, even where pdfium makes do with the rest."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDF_DocumentHasValidCrossReferenceTable(document.raw):
        return
    if b"startxref" not in data[-_TAIL:] and b"%%EOF" not in data[-_TAIL:]:
        raise DamagedFile(f"{path} is truncated: its end is missing.", hint=_HINT_DAMAGED)
    warnings.append("The file's table of contents is damaged; it was rebuilt, and pages may be missing.")


def _read_pages(
    path: Path, document: pypdfium2.PdfDocument, count: int, limits: Limits, warnings: list[str]
) -> list[PageContent]:
    pages: list[PageContent] = []
    characters = 0
    empty: list[int] = []
    for index in range(count):
        try:
            with loaded_page(document, index) as page:
                content = read_page(page, limits)
        except DamagedFile as error:
            warnings.append(f"Page {index + 1} is damaged and was left out: {error.message}")
            content = UNREADABLE
        else:
            if not content.painted:
                empty.append(index + 1)
        characters += content.characters
        if characters > limits.max_characters:
            raise LimitExceeded(
                f"{path} has more than {limits.max_characters:,} characters (page {index + 1} of {count}).",
                hint="Split the file, or raise the setting `index.max_characters`.",
            )
        pages.append(content)
    if all(content is UNREADABLE for content in pages):
        raise DamagedFile(f"{path} has no page that can be read ({warnings[-1]})", hint=_HINT_DAMAGED)
    if empty:
        numbers = ", ".join(map(str, empty[:20])) + (" and more" if len(empty) > 20 else "")
        warnings.append(f"Nothing stands on page {numbers}: blank, or its content is damaged.")
    return pages


def _with_pictures(
    document: pypdfium2.PdfDocument, pages: Sequence[PageContent], assembled: Assembled
) -> tuple[Block, ...]:
    """Cut out the pictures of the figures; each page with figures is loaded once more."""
    by_page: dict[int, list[PageFigure]] = {}
    for block in assembled.blocks:
        if isinstance(block, PageFigure):
            by_page.setdefault(block.page, []).append(block)
    finished: dict[int, FigureBlock] = {}
    for number, figures in by_page.items():
        frame = pages[number - 1].frame
        with loaded_page(document, number - 1) as page:
            for figure in figures:
                finished[id(figure)] = FigureBlock(
                    image=render_figure(page, frame, figure),
                    region=Region(number, frame.fraction(*figure.box)),
                    caption=figure.caption,
                    labels=labels_of(figure, frame),
                )
    return tuple(finished[id(block)] if isinstance(block, PageFigure) else block for block in assembled.blocks)


def _with_scans(blocks: Sequence[Block], path: Path, pages: Sequence[PageContent]) -> tuple[Block, ...]:
    """Put the pages that are scans among the blocks."""
    scans = [
        ScannedPage(PdfPagePicture(path, number), Region(number, WHOLE), sum(len(line.text) for line in page.lines))
        for number, page in enumerate(pages, start=1)
        if page.scan
    ]
    return tuple(sorted([*scans, *blocks], key=lambda block: pages_of(block)[0] or 1)) if scans else tuple(blocks)


def _pages(document: pypdfium2.PdfDocument, pages: Sequence[PageContent], assembled: Assembled) -> tuple[Page, ...]:
    """Page labels as the file tells them, else the printed page numbers, else the count."""
    return tuple(
        Page(
            number,
            page_label(document, number - 1) or assembled.printed_numbers[number - 1] or str(number),
            page.frame.width,
            page.frame.height,
        )
        for number, page in enumerate(pages, start=1)
    )


def _title(document: pypdfium2.PdfDocument, path: Path, blocks: Sequence[Block]) -> str:
    """The title that the file tells, unless it is a program's filler or a file name; else its first main heading."""
    told = " ".join(document.get_metadata_value("Title").split())
    plain = told.casefold()
    if len(told) >= 4 and " " in told and not plain.startswith(_NO_TITLE) and plain != path.stem.casefold():
        return told
    headings = [
        block
        for block in blocks
        if isinstance(block, TextBlock)
        and block.kind == "heading"
        and (block.spans[0].region.page or 1) <= _TITLE_PAGES
    ]
    return min(headings, key=lambda block: block.level).text if headings else ""
