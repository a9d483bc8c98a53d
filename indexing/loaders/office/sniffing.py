"""Which Office format a file is, told by the content types of its package; and what an OLE container holds."""

from __future__ import annotations

import os
import re
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from ....errors import EncryptedFile, InputError
from ..zip_safety import translated_zip_errors

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_CONTENT_TYPES = "[Content_Types].xml"
_MOST_CONTENT_TYPES = 2**20
_FOLDERS = (("word/document.xml", DOCX), ("ppt/presentation.xml", PPTX), ("xl/workbook.xml", XLSX))
_MAIN = re.compile(rb"ContentType\s*=\s*[\"']application/vnd\.([^\"']*?)\.main\+xml[\"']", re.IGNORECASE)
_EXTENSIONS = {".docx": DOCX, ".docm": DOCX, ".pptx": PPTX, ".pptm": PPTX, ".xlsx": XLSX, ".xlsm": XLSX}
_DIRECTORY_BYTES = 65_536
_LONGEST_END = 65_557  # the end record with the longest comment
_MAX_DIRECTORY = 16 * 2**20
"""No Office file has so many parts, and a larger directory takes gigabytes once it is read."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def office_media_type(file: BinaryIO, path: Path) -> str:
    """The media type of an Office file; macro-enabled files and templates count as their plain forms.

    Empty for other ZIP archives. A truncated archive, whose directory is lost, is told by the first names in it and by
    its own.
    """
    if _directory_size(file) > _MAX_DIRECTORY:
        return ""
    file.seek(0)
    try:
        with translated_zip_errors("the file"):
            archive = zipfile.ZipFile(file)
            names = set(archive.namelist())
            types = b""
            if _CONTENT_TYPES in names:
                with archive.open(_CONTENT_TYPES) as part:
                    types = part.read(_MOST_CONTENT_TYPES)
    except InputError:
        file.seek(0)
        return _by_first_names(file.read(_DIRECTORY_BYTES)) or _EXTENSIONS.get(path.suffix.lower(), "")
    return _by_content_types(types) or next((kind for name, kind in _FOLDERS if name in names), "")


def refuse_encrypted_office(file: BinaryIO, path: Path) -> None:
    """Raises `EncryptedFile` where an OLE container wraps an Office file that needs a password."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512:
        return
    shift = struct.unpack_from("<H", header, 30)[0]
    sector = struct.unpack_from("<I", header, 48)[0]
    if shift not in {9, 12}:
        return
    file.seek((sector + 1) << shift)
    if _ENCRYPTED in file.read(_DIRECTORY_BYTES):
        raise EncryptedFile(
            f"{path} is an Office file that needs a password.", hint="Save it without a password and index it again."
        )


def _directory_size(file: BinaryIO) -> int:
    """What the end record of a ZIP archive tells of the size of its directory, in bytes; 0 where it has none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _LONGEST_END, 0))
    end = file.read()
    place = end.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<I", end, place + 12)[0]) if 0 <= place <= len(end) - 16 else 0


def _by_content_types(types: bytes) -> str:
    for match in _MAIN.finditer(types):
        name = match[1].lower()
        if b"word" in name and (b"document" in name or b"template" in name):
            return DOCX
        if b"presentationml" in name or b"powerpoint" in name:
            return PPTX
        if b"spreadsheetml" in name or b"excel" in name:
            return XLSX
    return ""


def _by_first_names(head: bytes) -> str:
    if _CONTENT_TYPES.encode() not in head and b"_rels/.rels" not in head:
        return ""
    kinds = ((b"word/", DOCX), (b"ppt/", PPTX), (b"xl/", XLSX))
    return next((kind for mark, kind in kinds if mark in head), "")
