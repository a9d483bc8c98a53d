"""What an EPUB book says about itself: its chapters in reading order, their names in its contents, title and authors.

EPUB 2 and 3: Open Container Format, package document (OPF), navigation document or NCX.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ...errors import DamagedFile, EncryptedFile, InputError
from .html_cleaning import collapse
from .parsed import Limits
from .zip_safety import open_zip, read_member

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_OBFUSCATION = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_CONTENTS_TYPE = "application/x-dtbncx+xml"
_TYPE = "{http://www.idpf.org/2007/ops}type"


class BookFiles:
    """The files inside a book. Raises as `open_zip` does; `name` is what messages call the book."""

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        self.name = name
        self._archive = open_zip(data, name, limits)
        self._entries = {entry.filename: entry for entry in self._archive.infolist()}

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def read(self, path: str) -> bytes:
        """The content of a file. Raises as `read_member` does, and `DamagedFile` where it is missing."""
        if path not in self._entries:
            raise DamagedFile(f"{self.name} lacks its part {path!r}.", hint="Download or export it again.")
        return read_member(self._archive, self._entries[path], self.name)

    def xml(self, path: str) -> _Element:
        """The root of an XML file, without its entities and without anything from outside."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        try:
            root: _Element | None = etree.fromstring(self.read(path), parser)
        except etree.XMLSyntaxError:
            root = None
        if root is None:
            raise DamagedFile(f"{self.name}: its part {path!r} is no XML.", hint="Download or export it again.")
        return root


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book's manifest. `path` is its place in the archive."""

    path: str
    media_type: str
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Package:
    """The book: `spine` is its reading order, `labels` the names of files in its table of contents, `contents` the
    files that show that table.
    """

    title: str
    authors: tuple[str, ...]
    date: str
    spine: tuple[Item, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    contents: frozenset[str] = frozenset()


def read_package(files: BookFiles) -> Package:
    """Read the package document and the table of contents. Raises `DamagedFile`, and `EncryptedFile` for a book under
    digital rights management.
    """
    _refuse_protected(files)
    place = _package_path(files)
    root = files.xml(place)
    items = {
        element.get("id", ""): Item(
            resolve(place, element.get("href", "")),
            element.get("media-type", "").strip().lower(),
            frozenset(element.get("properties", "").split()),
        )
        for element in root.iterfind(".//{*}manifest/{*}item")
    }
    references = [element.get("idref", "") for element in root.iterfind(".//{*}spine/{*}itemref")]
    spine = tuple(items[reference] for reference in references if reference in items)
    if not spine:
        raise DamagedFile(f"{files.name} is a book without a reading order.", hint="Export it again.")
    guide = {resolve(place, element.get("href", "")) for element in root.iterfind(".//{*}reference[@type='toc']")}
    navigation = {item.path for item in items.values() if "nav" in item.properties}
    return Package(
        title=next(iter(_texts(root, "title")), ""),
        authors=tuple(_texts(root, "creator")),
        date=next(iter(_texts(root, "date")), ""),
        spine=spine,
        labels=_labels(files, items.values()),
        contents=frozenset(guide | navigation),
    )


def resolve(base: str, reference: str) -> str:
    """The place in the archive that a reference in the file at `base` leads to, without its fragment."""
    path = unquote(reference.partition("#")[0].partition("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)) if path else base


def _refuse_protected(files: BookFiles) -> None:
    if _ENCRYPTION not in files:
        return
    methods = {
        element.get("Algorithm", "")
        for element in files.xml(_ENCRYPTION).iterfind(".//{*}EncryptedData/{*}EncryptionMethod")
    }
    if methods - _FONT_OBFUSCATION:
        raise EncryptedFile(
            f"{files.name} is protected by digital rights management.", hint="Index a copy without protection."
        )


def _package_path(files: BookFiles) -> str:
    if _CONTAINER in files:
        for element in files.xml(_CONTAINER).iterfind(".//{*}rootfile"):
            path = posixpath.normpath(element.get("full-path", ""))
            if path in files:
                return path
    found = [path for path in files if path.lower().endswith(".opf")]
    if not found:
        raise DamagedFile(f"{files.name} is named or marked as a book but has no package.", hint="Export it again.")
    return found[0]


def _texts(root: _Element, name: str) -> list[str]:
    """The texts of the Dublin Core elements of that name, empty ones left out."""
    elements = root.iterfind(".//{http://purl.org/dc/elements/1.1/}" + name)
    return [text for text in map(_text, elements) if text]


def _text(element: _Element) -> str:
    return collapse("".join(map(str, element.itertext()))).strip()


def _labels(files: BookFiles, items: Iterable[Item]) -> dict[str, str]:
    """The first name of each file in the table of contents; the navigation document goes before the NCX."""
    labels: dict[str, str] = {}
    for item in sorted(items, key=lambda item: "nav" not in item.properties):
        is_navigation = "nav" in item.properties
        if is_navigation or item.media_type == _CONTENTS_TYPE:
            try:
                root = files.xml(item.path)
            except InputError:
                continue  # names for chapters are a help, not a need
            for reference, label in _navigation_entries(root) if is_navigation else _ncx_entries(root):
                labels.setdefault(resolve(item.path, reference), label)
    return {path: label for path, label in labels.items() if label}


def _navigation_entries(root: _Element) -> Iterator[tuple[str, str]]:
    for navigation in root.iterfind(".//{*}nav"):
        if "toc" in navigation.get(_TYPE, "").split():
            for link in navigation.iterfind(".//{*}a"):
                yield link.get("href", ""), _text(link)


def _ncx_entries(root: _Element) -> Iterator[tuple[str, str]]:
    for point in root.iterfind(".//{*}navPoint"):
        content, label = point.find("{*}content"), point.find("{*}navLabel")
        if content is not None and label is not None:
            yield content.get("src", ""), _text(label)
