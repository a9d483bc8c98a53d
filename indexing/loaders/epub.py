"""EPUB books: the chapters in reading order, with their tables and the pictures from inside the book."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import DamagedFile, InputError, LimitExceeded, UnreadableFile
from .container_sniffing import BOOK
from .epub_package import BookFiles, Item, Package, read_package, resolve
from .file_access import read_bytes
from .flow import Flow, Line
from .html import decode_markup
from .html_blocks import add_elements
from .html_cleaning import attribute, parse_html, remove_unshown, visible_text
from .linked_images import Find, LinkedImages, refuse_remote, shown
from .parsed import Limits, ParsedDocument

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_MARKUP_TYPES = {"application/xhtml+xml", "text/html", "application/xml", "text/xml", ""}
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_LINKED_SHARE = 0.6
_MAX_PROPERTY = 1_000


class EpubLoader:
    """Reads EPUB 2 and 3: chapters through the machinery for HTML, without pages, nothing fetched from outside.

    A chapter without a heading takes its name in the table of contents for one; the table itself is `boilerplate`.
    Raises `DamagedFile`, `EncryptedFile` for books under digital rights management, `LimitExceeded`.
    """

    media_types = (BOOK,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """Parse the book at `path`."""
        from bs4 import ParserRejectedMarkup

        files = BookFiles(read_bytes(path, limits), str(path), limits)
        package = read_package(files)
        chapters, warnings = _read_chapters(files, package, limits)
        if not chapters:
            raise DamagedFile(
                f"{path} has no chapter that can be read. {' '.join(warnings[:3])}", hint="Export it again."
            )
        flow = Flow(sum(chapter.length for chapter in chapters))
        images = LinkedImages(_inside(files), limits)
        try:
            _add_chapters(chapters, package, flow, images, limits)
        except (ParserRejectedMarkup, RecursionError) as error:
            raise DamagedFile(
                f"{path} has a chapter that cannot be read ({type(error).__name__}).", hint="Export it again."
            ) from error
        except InputError as error:
            raise type(error)(f"{path}: {error.message}", hint=error.hint) from error
        document = flow.document(BOOK, package.title or flow.first_heading(), warnings)
        properties = {"author": "; ".join(package.authors)[:_MAX_PROPERTY], "date": package.date[:_MAX_PROPERTY]}
        return replace(document, properties={key: value for key, value in properties.items() if value})


@dataclass(frozen=True, slots=True)
class _Chapter:
    """The markup of a spine item; one that is a picture by itself is shown by markup that we write."""

    path: str
    markup: str

    @property
    def length(self) -> int:
        return max(len(self.markup), 1)


def _read_chapters(files: BookFiles, package: Package, limits: Limits) -> tuple[list[_Chapter], list[str]]:
    chapters: list[_Chapter] = []
    warnings: list[str] = []
    total = 0
    for item in dict.fromkeys(package.spine):
        try:
            chapter = _read_chapter(files, item, limits)
        except LimitExceeded:
            raise
        except InputError as error:
            warnings.append(f"A chapter was left out. {error.message}")
            continue
        total += chapter.length
        if total > limits.max_characters:
            raise LimitExceeded(
                f"{files.name} has more than {limits.max_characters:,} characters of text and markup.",
                hint="Split the book, or raise the setting `index.max_characters`.",
            )
        chapters.append(chapter)
    return chapters, warnings


def _read_chapter(files: BookFiles, item: Item, limits: Limits) -> _Chapter:
    if item.media_type.startswith("image/"):
        return _Chapter(item.path, f'<img src="{item.path.rpartition("/")[2]}">')
    if item.media_type not in _MARKUP_TYPES:
        raise DamagedFile(f"{files.name}: its part {item.path!r} is {item.media_type}, which is no chapter.")
    return _Chapter(item.path, decode_markup(files.read(item.path), f"{files.name}: {item.path}", limits).text)


def _add_chapters(chapters: list[_Chapter], package: Package, flow: Flow, images: LinkedImages, limits: Limits) -> None:
    start = 0
    for chapter in chapters:
        soup = parse_html(chapter.markup)
        remove_unshown(soup)
        body = soup.body or soup
        place = (start, start + chapter.length)
        start += chapter.length
        if chapter.path in package.contents and _is_list_of_links(body):
            flow.add_boilerplate([Line(visible_text(body), *place)])
            continue
        for furniture in body.find_all("nav"):
            flow.add_boilerplate([Line(visible_text(furniture), *place)])
            furniture.decompose()
        label = package.labels.get(chapter.path, "")
        if label and body.find(_HEADINGS) is None and visible_text(body):
            flow.add_text("heading", [Line(label, place[0], place[0])], level=1)
        _place_pictures(soup, chapter.path)
        add_elements(body, flow, place, images, limits)


def _is_list_of_links(body: Tag | BeautifulSoup) -> bool:
    linked = sum(len(visible_text(link)) for link in body.find_all("a"))
    return linked >= _LINKED_SHARE * len(visible_text(body))


def _place_pictures(soup: BeautifulSoup, base: str) -> None:
    """Give each picture its place in the archive, and take it out of the drawing that many books wrap around it."""
    for drawing in soup.find_all("svg"):
        wrapped = drawing.find_all("image")
        if len(wrapped) == 1 and not visible_text(drawing):
            address = attribute(wrapped[0], "xlink:href") or attribute(wrapped[0], "href")
            drawing.replace_with(soup.new_tag("img", attrs={"src": address}))
    for image in soup.find_all("img"):
        address = attribute(image, "src").strip()
        try:
            refuse_remote(address)
        except UnreadableFile:
            continue  # left as it is, so that it is refused where it stands
        image["src"] = resolve(base, address) if address else ""


def _inside(files: BookFiles) -> Find:
    def find(path: str) -> bytes:
        refuse_remote(path)
        if path not in files:
            raise UnreadableFile(f"The picture {shown(path)} is not in the book.")
        return files.read(path)

    return find
