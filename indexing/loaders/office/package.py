"""Office files (DOCX, PPTX, XLSX) as packages: parts in a ZIP archive, with relationships between them.

Before a library sees the file, it is bounded as an archive, and parts that declare a document type (the way to
entities that explode or name other files) are refused.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from ....errors import DamagedFile, InputError
from ..file_access import read_bytes
from ..parsed import Limits
from ..zip_safety import open_zip, read_member, translated_zip_errors
from .theme import theme_colors
from .xml import Element, has_document_type, parse_xml

_CONTENT_TYPES = "[Content_Types].xml"
_CHUNK = 4096
_PIECE = 2**20
_XML_STARTS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
HINT = "Open it in its program, save it again, and index the copy."


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part refers to. `target` is a part's name, or an address where `external`."""

    kind: str
    target: str
    external: bool


class OfficePackage:
    """The parts of an Office file, read when asked for. Part names have no leading slash: `ppt/slides/slide1.xml`."""

    def __init__(self, path: Path, data: bytes, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.data = data
        self._archive = archive
        # Part names are compared without regard to case (ECMA-376 part 2, 6.2.2.3).
        self._members = {member.filename.lower(): member for member in archive.infolist()}

    @property
    def has_macros(self) -> bool:
        """Whether programs lie in the file; they are never run."""
        return any(name.endswith("vbaproject.bin") for name in self._members)

    def names(self) -> list[str]:
        """The names of all parts, each once."""
        return [member.filename for member in self._members.values() if not member.is_dir()]

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._members

    def read(self, part: str, size: int | None = None) -> bytes:
        """The bytes of a part, or its first `size` ones. Raises `DamagedFile` where it is missing or damaged."""
        member = self._members.get(part.lower())
        if member is None:
            raise DamagedFile(f"{self.path} lacks its part {part!r}.", hint=HINT)
        return read_member(self._archive, member, str(self.path), size)

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part piece by piece. Raises as `read` does."""
        member = self._members.get(part.lower())
        if member is None:
            raise DamagedFile(f"{self.path} lacks its part {part!r}.", hint=HINT)
        with translated_zip_errors(str(self.path)), self._archive.open(member) as file:
            while data := file.read(_PIECE):
                yield data

    def xml(self, part: str) -> Element:
        """The root element of a part. Raises `DamagedFile`."""
        return parse_xml(self.read(part), f"{self.path}: {part}")

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by their ids; empty where it has none."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self:
            return {}
        found: dict[str, Relationship] = {}
        for element in self.xml(source):
            target, external = element.get("Target", ""), element.get("TargetMode", "").lower() == "external"
            if not external:
                target = _absolute(folder, target)
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relationship(kind, target, external)
        return found

    def related(self, part: str, kind: str) -> str:
        """The first part of a kind (`theme`, `drawing`) that `part` refers to; empty where there is none."""
        targets = (
            found.target
            for found in self.relationships(part).values()
            if found.kind == kind and not found.external and found.target in self
        )
        return next(targets, "")

    @cached_property
    def theme(self) -> dict[str, str]:
        """The colours of the file's first theme by name (`accent1`) as `#rrggbb`; empty where there is none."""
        names = sorted(name for name in self._members if "/theme/theme" in name and name.endswith(".xml"))
        try:
            return theme_colors(self.xml(names[0])) if names else {}
        except DamagedFile:
            return {}  # colours of legends are not worth a file


def open_package(path: Path, limits: Limits) -> OfficePackage:
    """Open the Office file at `path`.

    Raises `UnreadableFile`, `LimitExceeded`, `EncryptedFile`, and `DamagedFile` for what is no sound archive, lacks
    the list of its content types, or declares a document type.
    """
    return package_of(read_bytes(path, limits), path, limits)


def package_of(data: bytes, path: Path, limits: Limits) -> OfficePackage:
    """The Office file whose bytes are `data`; `path` is what messages call it. Raises as `open_package` does."""
    archive = open_zip(data, str(path), limits)
    package = OfficePackage(path, data, archive)
    if _CONTENT_TYPES not in package:
        raise DamagedFile(f"{path} is no Office file: it lacks {_CONTENT_TYPES}.", hint=HINT)
    for member in archive.infolist():
        _refuse_document_type(archive, member, path)
    return package


@contextmanager
def translated_office_errors(path: Path) -> Iterator[None]:
    """Whatever the libraries raise on a file whose parts do not fit together, as `DamagedFile`.

    They check little and late: KeyError, AttributeError, ValueError, XMLSyntaxError and many more come from anywhere.
    """
    try:
        yield
    except InputError as error:
        if str(path) in error.message:
            raise
        raise type(error)(f"{path}: {error.message}", hint=error.hint) from error
    except (MemoryError, NameError):
        raise  # no fault of the file
    except Exception as error:  # the libraries take parts that do not fit amiss in many ways
        raise DamagedFile(
            f"{path} is damaged: its parts do not fit together ({type(error).__name__}: {str(error)[:200]}).", hint=HINT
        ) from error


def _absolute(folder: str, target: str) -> str:
    """The name of the part that `target` leads to from `folder`."""
    target = unquote(target.partition("#")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _refuse_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    start = read_member(archive, member, str(path), _CHUNK)
    name = member.filename.lower()
    if not start or not (name.endswith((".xml", ".rels")) or start.lstrip(_XML_STARTS).startswith(b"<")):
        return

    def chunks() -> Iterator[bytes]:
        with archive.open(member) as file:
            while data := file.read(_CHUNK):
                yield data

    with translated_zip_errors(str(path)):
        declares = has_document_type(chunks(), f"{path}: {member.filename}")
    if declares:
        raise DamagedFile(
            f"{path} declares a document type in {member.filename!r}, which Office files never do; "
            "it may be an attack by entities.",
            hint="Leave it out unless you know who made it; saving it in an office program removes the declaration.",
        )
