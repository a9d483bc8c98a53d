"""The XML of Office files: a parser that follows nothing, and the names of elements.

Names are written as `w:p` and resolved by `tag`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.parsers import expat

from lxml import etree

from ....errors import DamagedFile

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "cx": "http://schemas.microsoft.com/office/drawing/2014/chartex",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "o": "urn:schemas-microsoft-com:office:office",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}
_HINT = "Open it in its program and save it again."

Element = etree._Element  # noqa: SLF001 - lxml's only name for the type of its elements


@cache
def tag(name: str) -> str:
    """`w:p` in lxml's notation, `{namespace}p`."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def parse_xml(data: bytes, name: str) -> Element:
    """The root element. Entities are not resolved, nothing is fetched. Raises `DamagedFile`; `name` is the part's."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(
            f"{name} is no sound XML ({error}).", hint="Open it in its program and save it again."
        ) from error


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of the name, its first child of the next name, and so on; None where one is missing."""
    for name in path:
        if element is None:
            return None
        element = element.find(tag(name))
    return element


def value_of(element: Element | None, *path: str) -> str:
    """The attribute `val` of what `child` finds, or an empty string."""
    found = child(element, *path)
    return found.get("val", "") if found is not None else ""


def current(element: Element) -> Iterator[Element]:
    """The element and all below it, without what is there for old programs only."""
    yield element
    choice = child(element, "mc:Choice")
    for node in element:
        if choice is None or node.tag != tag("mc:Fallback"):
            yield from current(node)


def local_name(element: Element) -> str:
    """The name without its namespace; empty for what is no element (an entity)."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def paragraphs_of(element: Element | None) -> Iterator[str]:
    """The texts of the DrawingML paragraphs below `element`, line breaks as spaces."""
    if element is None:
        return
    for paragraph in element.iter(tag("a:p")):
        pieces = [
            " " if local_name(node) == "br" else node.text or "" for node in paragraph.iter(tag("a:t"), tag("a:br"))
        ]
        if text := "".join(pieces).strip():
            yield text


def has_document_type(chunks: Iterator[bytes], name: str) -> bool:
    """Whether an XML text declares a document type, where entities are defined; Office files never do.

    Only what stands before the root element is read. Raises `DamagedFile` where that is no XML.
    """
    parser = expat.ParserCreate()
    found: list[bool] = []
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    try:
        for data in chunks:
            parser.Parse(data)
            if found:
                return found[0]
    except expat.ExpatError as error:
        if found:
            return found[0]
        raise DamagedFile(
            f"{name} is no sound XML ({error}).", hint="Open it in its program and save it again."
        ) from error
    return False
