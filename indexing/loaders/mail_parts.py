"""An e-mail taken apart: which of its parts are its text, which pictures stand in it, which files are attached.

Parsed by the standard library's lenient rules (`policy.compat32`): the parser of structured headers behind
`policy.default` raises on headers that real and hostile mail have.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_binary_file, policy
from email.generator import BytesGenerator
from email.message import Message
from mimetypes import MimeTypes
from pathlib import Path

from ...errors import DamagedFile, EncryptedFile, LimitExceeded
from .file_access import open_file
from .mail_headers import file_name
from .parsed import Limits

_MAX_DEPTH = 50
_TEXT_TYPES = ("text/plain", "text/html")


@dataclass(slots=True)
class Alternatives:
    """One text of the e-mail, in the forms that it has: plain, HTML or both; a form may have several parts."""

    plain: list[Message] = field(default_factory=list)
    html: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class MailParts:
    """The leaves of an e-mail, in order. `pictures` may be shown by a text; `inline` ones among them (by `id`) stand in
    the message in any case, the others are attached where no text shows them.
    """

    message: Message
    texts: list[Alternatives] = field(default_factory=list)
    pictures: list[Message] = field(default_factory=list)
    inline: set[int] = field(default_factory=set)
    attached: list[Message] = field(default_factory=list)


def read_parts(path: Path, limits: Limits) -> MailParts:
    """Parse the e-mail at `path`.

    Raises `DamagedFile` for parts nested too deeply, `LimitExceeded` for more than `limits.max_members` parts,
    `EncryptedFile` for an encrypted message, and what `open_file` raises.
    """
    try:
        with open_file(path, limits.max_bytes) as file:
            message = message_from_binary_file(file, policy=policy.compat32)
        kind = message.get_content_type()
        opaque = kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
        if kind == "multipart/encrypted" or (opaque and message.get_param("smime-type") != "signed-data"):
            raise EncryptedFile(f"{path} is an encrypted e-mail.", hint="Save it decrypted from your mail program.")
        parts = MailParts(message)
        _Sorter(parts, path, limits).sort(message, depth=0)
    except RecursionError as error:
        raise DamagedFile(f"{path} nests its parts too deeply to be read.", hint="Save it again.") from error
    return parts


def content(part: Message, name: str) -> bytes:
    """The bytes of a part, decoded from its transfer encoding; of an e-mail in the e-mail, its source.

    Raises `DamagedFile`, in which `name` is what the message calls the part.
    """
    try:
        if not part.is_multipart():
            data = part.get_payload(decode=True)
            return data if isinstance(data, bytes) else b""
        buffer = io.BytesIO()
        for child in inner_messages(part):
            BytesGenerator(buffer, mangle_from_=False, maxheaderlen=0, policy=policy.compat32).flatten(child)
        return buffer.getvalue()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # What the standard library raises on malformed parts is nowhere told.
        raise DamagedFile(f"{name} is malformed and cannot be decoded ({type(error).__name__}).") from error


def inner_messages(part: Message) -> list[Message]:
    """The parts that a part is made of, or the e-mail in it."""
    # Asked for without need, the payload of a text with an odd charset raises.
    payload = part.get_payload() if part.is_multipart() else None
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def extension(part: Message) -> str:
    """The usual extension of a part's media type. The table is Python's own: a system's would differ."""
    if part.get_content_maintype() == "message":
        return ".eml" if part.get_content_type() == "message/rfc822" else ".txt"
    return MimeTypes().guess_extension(part.get_content_type()) or ".bin"


class _Sorter:
    def __init__(self, parts: MailParts, path: Path, limits: Limits) -> None:
        self._parts = parts
        self._path = path
        self._limits = limits
        self._count = 0

    def sort(self, part: Message, depth: int, choice: Alternatives | None = None, *, related: bool = False) -> None:
        """Put a part, or what it is made of, where it belongs. `choice` is the text whose alternatives are read."""
        self._count += 1
        if self._count > self._limits.max_members:
            raise LimitExceeded(
                f"{self._path} has more than {self._limits.max_members:,} parts.",
                hint="Raise the setting `index.max_archive_members`.",
            )
        if depth > _MAX_DEPTH:
            raise DamagedFile(f"{self._path} nests its parts too deeply to be read.", hint="Save it again.")
        children = inner_messages(part)
        if part.get_content_maintype() == "multipart" and children:
            kind = part.get_content_subtype()
            if kind == "alternative" and choice is None:
                choice = Alternatives()
                self._parts.texts.append(choice)
            for child in children:
                self.sort(child, depth + 1, choice, related=related or kind == "related")
        else:
            self._sort_leaf(part, choice, related=related)

    def _sort_leaf(self, part: Message, choice: Alternatives | None, *, related: bool) -> None:
        # A multipart without parts has lost its boundary; what there is of it is text (RFC 2046, 5.1.2).
        broken = part.get_content_maintype() == "multipart"
        kind = "text/plain" if broken else part.get_content_type()
        disposition = (part.get_content_disposition() or "").lower()
        if kind in _TEXT_TYPES and disposition != "attachment" and not file_name(part):
            self._add_text(part, kind, choice)
        elif part.get_content_maintype() == "image":
            self._parts.pictures.append(part)
            if disposition == "inline" or (related and disposition != "attachment"):
                self._parts.inline.add(id(part))
        elif choice is None or disposition == "attachment" or file_name(part):
            self._parts.attached.append(part)
        # What is left are further forms of a text that is read anyway: a calendar entry, AMP, rich text.

    def _add_text(self, part: Message, kind: str, choice: Alternatives | None) -> None:
        text = choice
        if text is None:
            text = Alternatives()
            self._parts.texts.append(text)
        (text.plain if kind == "text/plain" else text.html).append(part)


def addresses(pictures: list[Message]) -> Mapping[str, Message]:
    """The pictures by what texts call them: `cid:` and the Content-ID (RFC 2392), or the Content-Location."""
    found: dict[str, Message] = {}
    for picture in pictures:
        identity = str(picture.get("Content-ID", "")).strip().strip("<>")
        location = str(picture.get("Content-Location", "")).strip()
        for address in (f"cid:{identity}" if identity else "", location):
            if address:
                found.setdefault(address, picture)
    return found
