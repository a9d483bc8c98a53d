"""What an e-mail says and holds: the better form of each text, the pictures in it, the files attached to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...errors import DamagedFile, InputError, UnreadableFile, UnsupportedFormat
from .html_cleaning import attribute, parse_html, remove_unshown
from .html_tables import is_data_table
from .linked_images import Find, refuse_remote, shown
from .mail_headers import file_name, header
from .mail_parts import Alternatives, addresses, content, extension, inner_messages, read_parts
from .member_names import safe_names
from .parsed import Limits, Member
from .text_decoding import decode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_NEVER_FETCHED = {"message/external-body", "message/partial"}
_MAX_SUBJECT = 80


@dataclass(frozen=True, slots=True)
class Attachment:
    """A member and the part that holds it."""

    member: Member
    part: Message


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail, read. `texts` are plain or HTML; `find` finds the pictures that they show. `loose` has the addresses
    of those that stand in the message without being shown by a text.
    """

    message: Message
    texts: tuple[str | BeautifulSoup, ...]
    find: Find
    loose: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    warnings: tuple[str, ...]


def read_mail(path: Path, limits: Limits) -> Mail:
    """Read the e-mail at `path`. Raises as `read_parts` does; a text that cannot be decoded is left out and told."""
    parts = read_parts(path, limits)
    known = addresses(parts.pictures)
    texts: list[str | BeautifulSoup] = []
    warnings: list[str] = []
    for alternatives in parts.texts:
        try:
            texts += _better_form(alternatives, known, str(path), limits)
        except InputError as error:
            warnings.append(f"A part of the text was left out. {error.message}")
    used = {id(known[address]) for address in _shown_pictures(texts) if address in known}
    shown_anyway = [part for part in parts.pictures if id(part) in parts.inline and id(part) not in used]
    loose = dict(zip(safe_names([_name(part) for part in shown_anyway]), shown_anyway, strict=True))
    attached = [part for part in parts.pictures if id(part) not in parts.inline | used]
    return Mail(
        parts.message,
        tuple(texts),
        _inside({**known, **loose}),
        tuple(loose),
        tuple(_attachments([*parts.attached, *attached], path)),
        tuple(warnings),
    )


def _better_form(
    alternatives: Alternatives, pictures: Mapping[str, Message], name: str, limits: Limits
) -> list[str | BeautifulSoup]:
    """The plain text, unless there is none or the HTML shows tables or pictures, which a plain text cannot."""
    plain = [_decoded(part, name, limits) for part in alternatives.plain]
    pages = [_page(part, name, limits) for part in alternatives.html]
    tables = any(is_data_table(table) for page in pages for table in page.find_all("table"))
    pictured = any(address in pictures for address in _shown_pictures(pages))
    if pages and (tables or pictured or not any(text.strip() for text in plain)):
        return [*pages]
    return [text for text in plain if text.strip()]


def _page(part: Message, name: str, limits: Limits) -> BeautifulSoup:
    from bs4 import ParserRejectedMarkup

    try:
        soup = parse_html(_decoded(part, name, limits))
    except (ParserRejectedMarkup, RecursionError) as error:
        raise DamagedFile(f"{name} has HTML that cannot be read ({type(error).__name__}).") from error
    remove_unshown(soup)
    return soup


def _decoded(part: Message, name: str, limits: Limits) -> str:
    from bs4.dammit import EncodingDetector

    data = content(part, name)
    declared = part.get_content_charset() or ""
    if not declared and part.get_content_subtype() == "html":
        declared = EncodingDetector.find_declared_encoding(data, is_html=True) or ""
    return decode(data, name, limits, declared).text


def _shown_pictures(texts: Iterable[str | BeautifulSoup]) -> Iterator[str]:
    for text in texts:
        if not isinstance(text, str):
            yield from (_address(attribute(image, "src")) for image in text.find_all("img"))


def _address(reference: str) -> str:
    reference = reference.strip()
    return unquote(reference) if reference[:4].lower() == "cid:" else reference


def _inside(pictures: Mapping[str, Message]) -> Find:
    def find(reference: str) -> bytes:
        part = pictures.get(_address(reference))
        if part is not None:
            return content(part, f"The picture {shown(reference)}")
        if reference[:4].lower() != "cid:":
            refuse_remote(reference)
        raise UnreadableFile(f"The picture {shown(reference)} is not in the e-mail.")

    return find


def _attachments(parts: Iterable[Message], path: Path) -> Iterator[Attachment]:
    parts = list(parts)
    for part, name in zip(parts, safe_names([_name(part) for part in parts]), strict=True):
        try:
            if part.get_content_type() in _NEVER_FETCHED:
                raise UnsupportedFormat(f"{path} only refers to {name!r}, which lies elsewhere; nothing is fetched.")
            data = content(part, f"{path}/{name}")
        except InputError as error:
            yield Attachment(Member(name, 0, error), part)
            continue
        if data.strip() or file_name(part):  # programs leave empty parts that are meant for nobody
            yield Attachment(Member(name, len(data)), part)


def _name(part: Message) -> str:
    """The name of the attached file, without folders; a forwarded e-mail goes by its subject."""
    name = file_name(part).replace("\\", "/").rpartition("/")[2]
    if name:
        return name
    subject = next((header(message, "Subject") for message in inner_messages(part)), "")
    return (subject.replace("/", " ").replace("\\", " ")[:_MAX_SUBJECT].strip() or "attachment") + extension(part)
