"""What an importer of a public set makes of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ...errors import SettingsError
from .item import Item

_LONGEST_NAME = 200
"""Bytes; file systems allow 255."""
_IN_A_FOLDER = 1_000


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document that comes with a set as text: the file name under which `relevant` means it, and its content."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Questions, and the documents to index for them where these come as text and not as files of their own."""

    items: tuple[Item, ...]
    documents: Iterable[TextDocument] = ()


def document_name(id_: str, ending: str = "txt") -> str:
    """A file name for a document's id, different for different ids: what is no plain character is percent-encoded.

    Raises `SettingsError` for an id that is too long for a file name.
    """
    name = f"{quote(id_, safe=' ()+,=@')}.{ending}"
    if name.startswith("."):
        name = f"%2E{name[1:]}"  # hidden files are not indexed
    if len(name) > _LONGEST_NAME:
        raise SettingsError(f"The document id {id_[:60]}… is too long for a file name.", hint="Shorten the ids.")
    return name


def write_documents(folder: Path, documents: Iterable[TextDocument]) -> int:
    """Write documents into a new or empty folder, 1,000 to a folder in it; how many there are.

    Raises `SettingsError` where the folder holds something or cannot be written.
    """
    written = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise SettingsError(f"{folder} is not empty.", hint="Name a new folder, or empty this one.")
        for document in documents:
            part = folder / f"{written // _IN_A_FOLDER:04}"
            part.mkdir(exist_ok=True)
            (part / document.name).write_text(document.text, "utf-8")
            written += 1
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error}.", hint="Name another folder.") from error
    return written
