"""What a file is, told by its content; the extension decides only between kinds of text that look alike."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import BinaryIO

from ...errors import DamagedFile, UnsupportedFormat
from .container_sniffing import container_media_type, is_mailbox, package_kind
from .file_access import open_file
from .office.sniffing import OLE_MARK, ZIP_MARK, office_media_type, refuse_encrypted_office
from .text_decoding import byte_order_mark, looks_like_text

_HEAD_BYTES = 65_536
_TAIL_BYTES = 2_048
_LOCK_BYTES = 1_024
_PDF_HEADER = re.compile(rb"%PDF-\d")
_PDF_HEADER_WITHIN = 1_024
"""Readers accept a PDF whose header begins within the first 1,024 bytes (PDF reference 1.7, appendix H, note 13)."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),  # BigTIFF
    (b"MM\0+", "image/tiff"),
)

_AS_PDF = "Export it as PDF."
_AS_PNG = "Convert it to PNG."
_UNPACK = "Unpack it and index what it holds."
_OTHERS = (
    (OLE_MARK, "an old Microsoft Office document", "Export it as PDF, sheets as CSV."),
    (b"{\\rtf", "a Rich Text document", _AS_PDF),
    (b"%!PS", "a PostScript document", "Convert it to PDF."),
    (b"\0\0\1\0", "an icon", _AS_PNG),
    (b"8BPS", "a Photoshop picture", _AS_PNG),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "Export the tables as CSV."),
)
_ZIPPED = (
    (b"xl/workbook.bin", "a binary Excel workbook", "Save it as .xlsx."),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet", "Save its sheets as CSV."),
    (b"opendocument", "an OpenDocument file", _AS_PDF),
)

_TEXT_EXTENSIONS = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), "text/markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    **dict.fromkeys((".tsv", ".tab"), "text/tab-separated-values"),
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".text": "text/plain",
}
_BINARY_EXTENSIONS = {
    *(".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".epub", ".zip"),
    *(".docx", ".docm", ".pptx", ".pptm", ".xlsx", ".xlsm"),
}


def sniff(path: Path, max_bytes: int | None = None) -> str:
    """The media type of the file at `path`, such as `application/pdf` or `text/markdown`.

    Raises `UnsupportedFormat`, naming what the file is, where no loader reads it; `DamagedFile` for an empty file
    and for content that its name contradicts; `EncryptedFile` for an Office file that needs a password;
    `UnreadableFile` for what is missing, forbidden or no regular file; `LimitExceeded` for more than `max_bytes`.
    """
    with open_file(path, max_bytes) as file:
        return _identify(file, path)


def sniff_bytes(data: bytes, path: Path) -> str:
    """`sniff` for content that has been read already; `path` gives the extension and the name in messages."""
    return _identify(io.BytesIO(data), path)


def _identify(file: BinaryIO, path: Path) -> str:
    head = file.read(_HEAD_BYTES)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL_BYTES, 0))
    media_type = _signature(head) or ("application/pdf" if _is_pdf(head, file.read(_TAIL_BYTES)) else "")
    if head.startswith(OLE_MARK):
        refuse_encrypted_office(file, path)
    if not media_type and head.startswith(ZIP_MARK):
        media_type = office_media_type(file, path)
    if media_type:
        return media_type
    _refuse_known_others(head, path)
    media_type = container_media_type(head, path)
    if media_type:
        return media_type
    if not looks_like_text(head):
        raise _binary(head, path)
    return _text_kind(head, path)


def _signature(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for mark, media_type in _SIGNATURES if head.startswith(mark)), "")


def _is_pdf(head: bytes, tail: bytes) -> bool:
    header = _PDF_HEADER.search(head[: _PDF_HEADER_WITHIN + 5])
    if not header:
        return False
    # A text about PDF may quote the header; a PDF behind a few foreign bytes is binary or has the end mark.
    return not head[: header.start()].strip(b"\xef\xbb\xbf \t\r\n\0") or b"%%EOF" in tail or not looks_like_text(head)


def _refuse_known_others(head: bytes, path: Path) -> None:
    if path.name.startswith("~$") and len(head) <= _LOCK_BYTES:
        raise UnsupportedFormat(
            f"{path} only tells that an office program has a document open.", hint="It goes when that program ends."
        )
    for mark, kind, hint in _OTHERS:
        if head.startswith(mark):
            raise UnsupportedFormat(f"{path} is {kind}, which Chartwell does not read.", hint=hint)
    package = package_kind(head)
    for mark, kind, hint in _ZIPPED:
        if mark in package:
            raise UnsupportedFormat(f"{path} is {kind}, which Chartwell does not read.", hint=hint)
    if is_mailbox(head, path):
        raise UnsupportedFormat(f"{path} is a mailbox of many e-mails.", hint="Export them as single .eml files.")


def _binary(head: bytes, path: Path) -> DamagedFile | UnsupportedFormat:
    extension = path.suffix.lower()
    kind = _name_of(head)
    if extension in _BINARY_EXTENSIONS or extension in _TEXT_EXTENSIONS:
        return DamagedFile(
            f"{path} is named {extension} but holds {kind or 'binary data of an unknown kind'}.",
            hint="Check that it was downloaded or saved completely and has the right name.",
        )
    return UnsupportedFormat(
        f"{path} holds {kind or 'binary data of an unknown kind'}, which Chartwell does not read.",
        hint="Convert it to PDF, PNG, HTML, Markdown, CSV or text, or leave it out.",
    )


def _name_of(head: bytes) -> str:
    """What puremagic takes a binary file for, or an empty string."""
    import puremagic

    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):  # nothing matches
        return ""
    best = max(matches, key=lambda match: match.confidence, default=None)
    return str(best.name or best.mime_type) if best else ""


def _text_kind(head: bytes, path: Path) -> str:
    text = head.decode(byte_order_mark(head) or "latin-1", "ignore")
    opening = _first_markup(text)[:20].lower()
    if opening.startswith(("<!doctype html", "<html", "<head", "<body")):
        return "text/html"
    if opening.startswith(("<svg", "<!doctype svg")):
        raise UnsupportedFormat(f"{path} is an SVG drawing, which Chartwell does not read.", hint=_AS_PNG)
    extension = path.suffix.lower()
    if extension in _BINARY_EXTENSIONS:
        raise DamagedFile(
            f"{path} is named {extension} but holds text.",
            hint="Check that it was downloaded completely; if text is meant, rename it to .txt.",
        )
    return _TEXT_EXTENSIONS.get(extension, "text/plain")


def _first_markup(text: str) -> str:
    """The text from where an XML declaration, comments and white space at its beginning end."""
    position = 0
    while True:
        position += len(text[position:]) - len(text[position:].lstrip("\ufeff \t\r\n"))
        for opening, closing in (("<?xml", "?>"), ("<!--", "-->")):
            if text.startswith(opening, position):
                end = text.find(closing, position)
                position = len(text) if end < 0 else end + len(closing)
                break
        else:
            return text[position:]
