"""Books, archives and e-mails, told by their first bytes."""

from __future__ import annotations

import re
import struct
from pathlib import Path

ARCHIVE = "application/zip"
BOOK = "application/epub+zip"
MAIL = "message/rfc822"

_ENTRY = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_PACKAGE_PARTS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/")

_MAIL_EXTENSIONS = {".eml", ".mht", ".mhtml"}
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_WRITTEN_BY_HAND = {b"from", b"to", b"cc", b"subject", b"date"}
_WRITTEN_BY_PROGRAMS = {
    *(b"message-id", b"received", b"mime-version", b"return-path", b"content-type", b"delivered-to"),
    *(b"dkim-signature", b"x-mailer", b"user-agent", b"content-transfer-encoding"),
}
_ENVELOPE = re.compile(rb"From \S+ .*\d{4}\r?\n")


def container_media_type(head: bytes, path: Path) -> str:
    """The media type of a book, archive or e-mail that begins with `head`, an empty string for other files."""
    if head.startswith((_ENTRY, _EMPTY_ARCHIVE)):
        return BOOK if _declared_type(head) == BOOK.encode() or path.suffix.lower() == ".epub" else ARCHIVE
    return MAIL if _is_mail(head, path) else ""


def package_kind(head: bytes) -> bytes:
    """What tells which document a ZIP file is: its declared type, or else its first bytes with the names of its parts.

    Empty where its first entry shows that it is an archive, which may well contain such documents.
    """
    if not head.startswith(_ENTRY):
        return b""
    return _declared_type(head) or (head if _first_name(head).startswith(_PACKAGE_PARTS) else b"")


def is_mailbox(head: bytes, path: Path) -> bool:
    """Whether the file is a mailbox of many e-mails (mbox, RFC 4155)."""
    envelope = _ENVELOPE.match(head)
    return bool(envelope and path.suffix.lower() not in _MAIL_EXTENSIONS and _is_mail(head[envelope.end() :], path))


def _first_name(head: bytes) -> bytes:
    length = struct.unpack_from("<H", head, 26)[0] if len(head) >= 30 else 0
    return head[30 : 30 + length]


def _declared_type(head: bytes) -> bytes:
    """What a first entry named `mimetype` says, uncompressed (OCF 3.3, 4.3.2)."""
    if _first_name(head) != b"mimetype":
        return b""
    size, _, name, extra = struct.unpack_from("<IIHH", head, 18)
    return head[30 + name + extra :][: min(size, 100)].strip()


def _is_mail(head: bytes, path: Path) -> bool:
    """Whether the file begins with the headers of an e-mail (RFC 5322). Those that people write above a note are not
    enough, unless the file is named as an e-mail.
    """
    names = _field_names(head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if path.suffix.lower() in _MAIL_EXTENSIONS:
        return bool(names & (_WRITTEN_BY_HAND | _WRITTEN_BY_PROGRAMS))
    return b"from" in names and b"date" in names and len(names & _WRITTEN_BY_PROGRAMS) >= 2


def _field_names(head: bytes) -> set[bytes]:
    """The names of the header fields, lower case; none where a line before the first blank one is no header."""
    names: set[bytes] = set()
    lines = head.splitlines()
    if _ENVELOPE.match(head):
        lines = lines[1:]
    for line in lines:
        if not line.strip():
            break
        field = _FIELD.match(line)
        if field:
            names.add(field[1].lower())
        elif line[:1] not in b" \t" or not names:
            return set()
    return names
