"""HTML pages: their content with headings, lists, tables and pictures, and nothing that only surrounds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import DamagedFile, InputError
from .file_access import read_bytes
from .flow import Flow, Line
from .html_blocks import add_content, text_length
from .html_cleaning import Content, main_content, parse_html, remove_unshown, visible_text
from .linked_images import LinkedImages, beside
from .parsed import Limits, ParsedDocument
from .text_decoding import Decoded, decode

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


class HtmlLoader:
    """Reads HTML: main content, tables as full grids, pictures below the document's folder as figures.

    Scripts are dropped, never run; nothing is fetched. Navigation, page headers and footers become `boilerplate`.
    Places are fractions of the content's text, since a page's markup has no meaningful lines.
    """

    media_types = ("text/html",)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the HTML file at `path`."""
        from bs4 import ParserRejectedMarkup

        decoded = decode_markup(read_bytes(path, limits), str(path), limits)
        try:
            return _document(decoded.text, path, limits, decoded.warning)
        except (ParserRejectedMarkup, RecursionError) as error:
            raise DamagedFile(
                f"{path} is no HTML that can be read ({type(error).__name__}).", hint="Save the page again."
            ) from error
        except InputError as error:
            raise type(error)(f"{path}: {error.message}", hint=error.hint) from error


def decode_markup(data: bytes, name: str, limits: Limits) -> Decoded:
    """The text of HTML or XHTML, in the encoding that it declares where that is possible. Raises as `decode` does."""
    from bs4.dammit import EncodingDetector

    return decode(data, name, limits, EncodingDetector.find_declared_encoding(data, is_html=True) or "")


def _document(markup: str, path: Path, limits: Limits, warning: str) -> ParsedDocument:
    soup = parse_html(markup)
    title = visible_text(soup.title) if soup.title else ""
    remove_unshown(soup)
    flow = Flow(0)
    for content in _attempts(soup, markup):
        flow = Flow(text_length(content))
        add_content(content, flow, LinkedImages(beside(path, limits), limits), limits)
        if flow.has_content():
            for furniture in content.furniture:
                flow.add_boilerplate([Line(visible_text(furniture), 0, 0)])
            break
    return flow.document("text/html", title or flow.first_heading(), [warning])


def _attempts(soup: BeautifulSoup, markup: str) -> Iterator[Content]:
    """What to read, the strictest choice first: a page that has any text must not come out empty."""
    yield main_content(soup)
    yield Content((soup.body or soup,), frozenset())
    unhidden = parse_html(markup)
    remove_unshown(unhidden, hidden_too=False)
    yield Content((unhidden.body or unhidden,), frozenset())
