"""A copy of an Office file that the libraries open: they refuse what every office program takes.

- Macro-enabled files, templates and slide shows get the content type of the plain document.
- Relationships to parts that are missing are removed.
- Names of the strict form (ISO 29500 strict) are brought to the usual, transitional ones.
"""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from .package import OfficePackage
from .xml import parse_xml

_MAIN_TYPE = re.compile(rb"application/vnd\.[\w.-]*\.main\+xml", re.IGNORECASE)
_PLAIN = (
    (b"word", b"wordprocessingml.document"),
    (b"powerpoint", b"presentationml.presentation"),
    (b"presentationml", b"presentationml.presentation"),
    (b"excel", b"spreadsheetml.sheet"),
    (b"spreadsheetml", b"spreadsheetml.sheet"),
)
_OPEN_XML = b"application/vnd.openxmlformats-officedocument."
_BEGINNING = 4096
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = (
    (re.compile(rb"http://purl\.oclc\.org/ooxml/officeDocument/relationships"), b"officeDocument/2006/relationships"),
    (re.compile(rb"http://purl\.oclc\.org/ooxml/officeDocument/(\w+)"), rb"officeDocument/2006/\1"),
    (re.compile(rb"http://purl\.oclc\.org/ooxml/drawingml/(\w+)"), rb"drawingml/2006/\1"),
    (re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/main"), rb"\1/2006/main"),
)
_USUAL = b"http://schemas.openxmlformats.org/"


def sound_copy(package: OfficePackage) -> tuple[bytes, list[str]]:
    """The bytes of the file or of its repaired copy, and what had to be repaired for people to know."""
    changed: dict[str, bytes] = {}
    warnings: list[str] = []
    for name in package.names():
        is_index = name == "[Content_Types].xml" or name.lower().endswith(".rels")
        # A part names its namespaces at its beginning; sheets are too large to be read for nothing.
        if not is_index and not (name.lower().endswith(".xml") and _STRICT in package.read(name, _BEGINNING)):
            continue
        data = package.read(name)
        new = _transitional(data)
        if name == "[Content_Types].xml":
            new = _MAIN_TYPE.sub(_plain_type, new)
        if name.lower().endswith(".rels"):
            new, missing = _without_missing(package, name, new)
            warnings += [f"Its part {part!r} is missing; what it held is left out." for part in missing]
        if new != data:
            changed[name] = new
    return (rewritten(package, changed) if changed else package.data), warnings


def _plain_type(match: re.Match[bytes]) -> bytes:
    name = match[0].lower()
    plain = next((plain for mark, plain in _PLAIN if mark in name), b"")
    return _OPEN_XML + plain + b".main+xml" if plain else match[0]


def _transitional(data: bytes) -> bytes:
    for pattern, usual in _STRICT_NAMES:
        data = pattern.sub(_USUAL + usual, data)
    return data


def _without_missing(package: OfficePackage, source: str, data: bytes) -> tuple[bytes, list[str]]:
    root = parse_xml(data, f"{package.path}: {source}")
    folder, _, name = source.rpartition("_rels/")
    relationships = package.relationships(f"{folder}{name.removesuffix('.rels')}")
    missing = {
        key: found.target for key, found in relationships.items() if not found.external and found.target not in package
    }
    if not missing:
        return data, []
    for element in list(root):
        if element.get("Id") in missing:
            root.remove(element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), sorted(set(missing.values()))


def rewritten(package: OfficePackage, changed: dict[str, bytes]) -> bytes:
    """The bytes of the file with the content of some parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in package.names():
            archive.writestr(name, changed.get(name) or package.read(name))
    return buffer.getvalue()
