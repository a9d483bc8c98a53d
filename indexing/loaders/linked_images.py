"""The pictures that a document shows: found below its own folder or inside the document, never fetched from anywhere.

A document must not make the indexer read other files of its user or talk to servers, so remote addresses, absolute
paths and ways out of the folder (`..`, symbolic links) are left out, each with its reason.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from ...errors import DamagedFile, InputError, LimitExceeded, UnreadableFile, UnsupportedFormat
from ..documents import Image, Region
from .file_access import read_bytes
from .image_decoding import decode_image
from .parsed import FigureBlock, Limits, SkippedFigure
from .sniffing import sniff_bytes

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_SHOWN = 80


Find = Callable[[str], bytes]
"""From the address of a picture to its bytes. Raises `InputError` with a message that says "The picture …"."""


class LinkedImages:
    """Resolves the pictures of a document: embedded ones itself, others by `find`, such as `beside` a file.

    All of them together may take `limits.max_bytes`.
    """

    def __init__(self, find: Find, limits: Limits) -> None:
        self._find = find
        self._limits = limits
        self._bytes_left = limits.max_bytes
        self._outcomes: dict[str, Image | str] = {}

    def figure(self, reference: str, caption: str, region: Region) -> FigureBlock | SkippedFigure:
        """The picture that `reference` (a relative path or `data:` URL) names, or why it is left out."""
        reference = reference.strip()
        if reference not in self._outcomes:
            self._outcomes[reference] = self._resolve(reference)
        outcome = self._outcomes[reference]
        if isinstance(outcome, str):
            return SkippedFigure(region, outcome)
        return FigureBlock(outcome, region, caption)

    def _resolve(self, reference: str) -> Image | str:
        try:
            return self._decoded(self._data(reference), shown(reference))
        except InputError as error:
            return error.message

    def _data(self, reference: str) -> bytes:
        if not reference:
            raise UnreadableFile("The picture has no address.")
        return _embedded_data(reference) if reference[:5].lower() == "data:" else self._find(reference)

    def _decoded(self, data: bytes, address: str) -> Image:
        name = f"The picture {address}"
        media_type = sniff_bytes(data, Path(name))
        if not media_type.startswith("image/"):
            raise UnsupportedFormat(f"{name} is no picture but {media_type}.")
        image = decode_image(data, name, self._limits)
        self._bytes_left -= len(image.data)
        if self._bytes_left < 0:
            raise LimitExceeded(f"{name} is left out: all pictures exceed {self._limits.max_bytes:,} bytes.")
        return image


def beside(path: Path, limits: Limits) -> Find:
    """Finds pictures below the folder of the document at `path`."""

    def find(reference: str) -> bytes:
        refuse_remote(reference)
        try:
            folder = path.parent.resolve(strict=True)
            target = (folder / local_path(reference)).resolve(strict=True)
        except (OSError, ValueError, RuntimeError) as error:  # missing, a NUL in the name, a loop of links
            reason = getattr(error, "strerror", None) or error
            raise UnreadableFile(f"The picture {shown(reference)} cannot be found: {reason}.") from error
        if not target.is_relative_to(folder):
            raise UnreadableFile(f"The picture {shown(reference)} lies outside the document's folder.")
        return read_bytes(target, limits)

    return find


def refuse_remote(reference: str) -> None:
    """Raise `UnreadableFile` for an address that is no path."""
    if _SCHEME.match(reference) or reference.startswith(("//", "\\\\")):
        raise UnreadableFile(f"The picture {shown(reference)} is remote; nothing is fetched from the network.")


def local_path(reference: str) -> str:
    """The path that a relative reference stands for, without query and fragment."""
    return unquote(re.split(r"[?#]", reference, maxsplit=1)[0])


def shown(reference: str) -> str:
    """An address as messages show it."""
    return reference if len(reference) <= _SHOWN else reference[:_SHOWN] + "…"


def _embedded_data(reference: str) -> bytes:
    header, comma, payload = reference.partition(",")
    if not comma:
        raise DamagedFile("The embedded picture is cut off.")
    raw = unquote_to_bytes(payload)
    if not header.lower().endswith(";base64"):
        return raw
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error as error:
        raise DamagedFile(f"The embedded picture is no valid base64 ({error}).") from error
