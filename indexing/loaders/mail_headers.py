"""The headers of an e-mail as text: encoded words, raw bytes of any encoding, and dates, however malformed."""

from __future__ import annotations

from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from ...errors import InputError
from .html_cleaning import collapse
from .parsed import Limits
from .text_decoding import decode


def header(message: Message, name: str) -> str:
    """The first header of that name, decoded, on one line: a line break that was smuggled in is only a space."""
    value = _raw(message, name)
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return collapse("".join(_piece(piece, charset) for piece, charset in pieces)).strip()


def file_name(part: Message) -> str:
    """The file name that a part gives itself, an empty string where it has none."""
    for name, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        holder = Message()  # of the header as text, because the part's own would lose raw bytes
        holder[name] = _raw(part, name)
        value = holder.get_param(parameter, None, name)
        if value:
            holder["Name"] = collapse_rfc2231_value(value)
            return header(holder, "Name")
    return ""


def sent_at(message: Message) -> datetime | None:
    """The moment in the Date header, None where that is missing or no date."""
    try:
        return parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _raw(message: Message, name: str) -> str:
    """A header on one line, raw bytes decoded, encoded words (RFC 2047) as they are."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not value.isascii():
        value = _text(value.encode("utf-8", "surrogateescape"), "")
    return collapse(value).strip()


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return _text(piece, charset) if charset else piece.decode("raw-unicode-escape", "replace")


def _text(data: bytes, charset: str) -> str:
    try:
        return decode(data, "A header", Limits(), charset).text
    except InputError:
        return data.decode("utf-8", "replace")
