"""E-mails: subject, who wrote to whom and when, the text with its tables and pictures; attachments become members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from .container_sniffing import MAIL
from .flow import Flow, Line
from .html_blocks import add_elements
from .html_cleaning import visible_text
from .linked_images import LinkedImages
from .mail_headers import header, sent_at
from .mail_message import Mail, read_mail
from .parsed import Limits, ParsedDocument
from .plain_text import add_paragraphs

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_SHOWN_HEADERS = ("From", "To", "Cc", "Date")
_QUOTED = re.compile(r"^ ?(?:>\s?)+")
_MAX_PROPERTY = 1_000


class MailLoader:
    """Reads e-mails (RFC 5322, MIME), also web pages saved as such (.mht).

    Of a text in two forms the plain one is read, unless only the HTML shows tables or pictures. Quoted replies are
    kept, as quotations. Raises as `read_parts` does.
    """

    media_types = (MAIL,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the e-mail at `path`."""
        mail = read_mail(path, limits)
        subject = header(mail.message, "Subject")
        lines = [f"{name}: {value}" for name in _SHOWN_HEADERS if (value := _shown(mail.message, name))]
        top = sum(map(len, lines)) + len(subject) + 1
        flow = Flow(top + sum(map(_length, mail.texts)) + len(mail.loose))
        flow.add_text("heading", [Line(subject, 0, len(subject))], level=1)
        flow.add_text("paragraph", [Line(line, len(subject), top, hard=True) for line in lines])
        try:
            _add_texts(mail, flow, top, limits)
        except InputError as error:
            raise type(error)(f"{path}: {error.message}", hint=error.hint) from error
        document = flow.document(MAIL, subject, mail.warnings)
        members = tuple(attachment.member for attachment in mail.attachments)
        return replace(document, members=members, properties=dict(_properties(mail.message)))


def _add_texts(mail: Mail, flow: Flow, top: int, limits: Limits) -> None:
    images = LinkedImages(mail.find, limits)
    for text in mail.texts:
        bottom = top + _length(text)
        if isinstance(text, str):
            _add_plain(text, flow, top)
        else:
            add_elements(text.body or text, flow, (top, bottom), images, limits)
        top = bottom
    for number, address in enumerate(mail.loose):
        flow.add_figure(images.figure(address, "", flow.region(top + number, top + number + 1)))


def _add_plain(text: str, flow: Flow, top: int) -> None:
    """Paragraphs; lines behind `>` are a quotation, whatever its depth."""
    place = top
    for quoted, group in groupby(text.split("\n"), key=lambda line: bool(_QUOTED.match(line))):
        lines = list(group)
        starts = [place, *(place := place + len(line) + 1 for line in lines)]
        if not quoted:
            add_paragraphs(flow, lines, starts.__getitem__)
            continue
        said = [Line(_QUOTED.sub("", line), *ends) for line, ends in zip(lines, pairwise(starts), strict=True)]
        for blank, paragraph in groupby(said, key=lambda line: not line.text.strip()):
            if not blank:
                flow.add_text("quote", list(paragraph))


def _length(text: str | BeautifulSoup) -> int:
    return len(text) + 1 if isinstance(text, str) else max(len(visible_text(text)), 1)


def _shown(message: Message, name: str) -> str:
    moment = sent_at(message) if name == "Date" else None
    return moment.isoformat(" ", "minutes") if moment else header(message, name)


def _properties(message: Message) -> Iterator[tuple[str, str]]:
    for name in ("From", "To"):
        if value := header(message, name):
            yield name.lower(), value[:_MAX_PROPERTY]
    if moment := sent_at(message):
        yield "date", moment.date().isoformat()
