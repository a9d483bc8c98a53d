"""Which loader reads which media type, and the one entry that parses any file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ...errors import UnsupportedFormat
from .container_sniffing import ARCHIVE, BOOK, MAIL
from .office.sniffing import DOCX, PPTX, XLSX
from .parsed import Limits, Loader, ParsedDocument
from .sniffing import sniff

__all__ = ["SUPPORTED", "Format", "load", "loader_for", "sniff"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that Chartwell reads, for people: its name, its media types and the usual extensions."""

    name: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]


SUPPORTED = (
    Format("PDF", ("application/pdf",), (".pdf",)),
    Format("Markdown", ("text/markdown",), (".md", ".markdown")),
    Format("HTML", ("text/html",), (".html", ".htm", ".xhtml")),
    Format("plain text", ("text/plain",), (".txt", "any other text")),
    Format("Word", (DOCX,), (".docx", ".docm")),
    Format("PowerPoint", (PPTX,), (".pptx", ".pptm")),
    Format("Excel", (XLSX,), (".xlsx", ".xlsm")),
    Format("CSV and TSV", ("text/csv", "text/tab-separated-values"), (".csv", ".tsv")),
    Format(
        "pictures",
        ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff"),
        (".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff"),
    ),
    Format("EPUB", (BOOK,), (".epub",)),
    Format("e-mail", (MAIL,), (".eml", ".mht")),
    Format("ZIP archives of these", (ARCHIVE,), (".zip",)),
)

_LOADERS = {
    "application/pdf": ("pdf.loader", "PdfLoader"),
    "text/markdown": ("markdown", "MarkdownLoader"),
    "text/html": ("html", "HtmlLoader"),
    "text/plain": ("plain_text", "PlainTextLoader"),
    DOCX: ("office.docx", "DocxLoader"),
    PPTX: ("office.pptx", "PptxLoader"),
    XLSX: ("office.xlsx", "XlsxLoader"),
    "text/csv": ("csv", "CsvLoader"),
    "text/tab-separated-values": ("csv", "CsvLoader"),
    "image/png": ("image", "ImageLoader"),
    "image/jpeg": ("image", "ImageLoader"),
    "image/webp": ("image", "ImageLoader"),
    "image/gif": ("image", "ImageLoader"),
    "image/tiff": ("image", "ImageLoader"),
    BOOK: ("epub", "EpubLoader"),
    MAIL: ("mail", "MailLoader"),
    ARCHIVE: ("archive", "ArchiveLoader"),
}
"""Module and class of each loader; a test loads every one."""


def loader_for(media_type: str) -> Loader:
    """The loader of a media type, parameters such as `; charset=…` left aside. Raises `UnsupportedFormat`."""
    essence = media_type.partition(";")[0].strip().lower()
    loader = _create(essence)
    if loader is None:
        names = ", ".join(known.name for known in SUPPORTED)
        raise UnsupportedFormat(f"No loader reads {media_type!r}.", hint=f"Convert it to one of: {names}.")
    return loader


def load(path: Path, limits: Limits) -> ParsedDocument:
    """Parse the file at `path`, whatever it is called.

    Raises `InputError` (`UnsupportedFormat`, `DamagedFile`, `EncryptedFile`, `LimitExceeded`, `UnreadableFile`), always
    with the path in the message; the size is checked before anything is read.
    """
    return loader_for(sniff(path, limits.max_bytes)).load(path, limits)


def _create(media_type: str) -> Loader | None:
    module, name = _LOADERS.get(media_type, ("", ""))
    if not module:
        return None
    # The libraries behind a loader are imported only when a file of its kind comes along.
    loader: Loader = getattr(import_module(f".{module}", __package__), name)()
    return loader
