"""Names of the files inside archives and e-mails, made safe: they become part of sources and names on disk.

Whoever made an archive chose its names, so they may lead out of any folder (`../`, `/etc`, `C:`), be given twice, be
endless or hold control characters; and ZIP writers before 2006 used whatever encoding their computer had.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from .cjk_detection import detect_cjk

_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_MAX_DISK_BYTES = 120
"""Of a name on disk: encrypted file systems allow 143 bytes, others 255."""


def safe_names(names: Sequence[str]) -> list[str]:
    """Each name as a relative path without ways out or control characters, in NFC; no two are the same, and none is
    also the folder of another. Later ones of the same name get a number: `a.txt`, `a (2).txt`.
    """
    cleaned = [_clean(name) for name in names]
    folders = {str(folder) for name in cleaned for folder in PurePosixPath(name).parents}
    taken: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for name in cleaned:
        chosen, path = name, PurePosixPath(name)
        while chosen in taken or chosen in folders:
            repeats[name] += 1
            chosen = str(path.with_name(f"{path.stem} ({repeats[name] + 1}){path.suffix}"))
        taken[chosen] = None
    return list(taken)


def disk_name(name: str) -> str:
    """The name under which a member is unpacked into a folder of its own: the base name, shortened if need be."""
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix.encode()) <= 20 else ""
    stem = path.name.removesuffix(suffix).encode()[: _MAX_DISK_BYTES - len(suffix.encode())]
    return (stem.decode("utf-8", "ignore") or "file") + suffix


def zip_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names that the entries' writer meant.

    In order: UTF-8 where the entry says so; the Unicode path of Info-ZIP (APPNOTE 4.6.9); UTF-8 that is not declared,
    as macOS writes it; a Chinese, Japanese or Korean encoding that fits all names; else code page 437 (APPNOTE D.1).
    """
    legacy = [_raw(entry) for entry in entries if not entry.flag_bits & _UTF8_FLAG]
    joined = b"\n".join(name for name in legacy if not name.isascii())
    try:
        joined.decode("utf-8")
        codec = "utf-8"
    except UnicodeDecodeError:
        codec = detect_cjk(joined) or "cp437"
    names = [
        entry.orig_filename if entry.flag_bits & _UTF8_FLAG else _unicode_path(entry) or _raw(entry).decode(codec)
        for entry in entries
    ]
    return [name.split("\0", maxsplit=1)[0] for name in names]


def _clean(name: str) -> str:
    name = _DRIVE.sub("", unicodedata.normalize("NFC", name.replace("\\", "/")))
    name = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cs"})
    parts = [part.strip() for part in name.split("/")]
    return "/".join(part for part in parts if part not in {"", ".", ".."}) or "unnamed"


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that `zipfile` took for code page 437, which has a character for every byte."""
    return entry.orig_filename.encode("cp437")


def _unicode_path(entry: zipfile.ZipInfo) -> str:
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[1:5] == struct.pack("<I", zlib.crc32(_raw(entry))):
            return field[5:].decode("utf-8", "replace")
    return ""
