"""ZIP archives: nothing but the files in them, each of which becomes a document of its own."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from ...errors import DamagedFile, InputError, LimitExceeded, UnreadableFile, UnsupportedFormat
from .container_sniffing import ARCHIVE
from .file_access import open_file
from .member_names import safe_names, zip_names
from .parsed import Limits, Member, ParsedDocument
from .zip_safety import require_honest_size, require_readable, translated_zip_errors

_LOCAL_HEADER_BYTES = 30
_END_BYTES = 22 + 0xFFFF
_MAX_DIRECTORY_BYTES = 16 * 2**20
_MAC_RESOURCES = "__MACOSX"
_BLOCK_BYTES = 2**20
_SHOWN = 100
_MOST_WARNINGS = 10


class ArchiveLoader:
    """Lists a ZIP archive. Raises what `ZipArchive` raises, and `DamagedFile` for one without any file."""

    media_types = (ARCHIVE,)

    def load(self, path: Path, limits: Limits) -> ParsedDocument:
        """List the archive at `path`."""
        with closing(ZipArchive(path, limits)) as archive:
            if not archive.members:
                raise DamagedFile(f"{path} is an archive without any files.", hint="Leave it out.")
            return ParsedDocument(ARCHIVE, path.stem, (), (), warnings=archive.warnings, members=archive.members)


class ZipArchive:
    """An opened archive (a `containers.Container`); a hidden folder is one member, as in a folder on disk.

    Raises `DamagedFile` for what is no sound archive, `LimitExceeded` for more than `limits.max_members` files or
    `limits.max_unpacked_bytes` bytes, and for entries that share their data, as those of zip bombs do (D. Fifield,
    "A better zip bomb", WOOT 2019).
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        with open_file(path, limits.max_bytes) as file:
            _require_small_directory(file, path)
        with translated_zip_errors(str(path)):
            self._archive = zipfile.ZipFile(path)
        try:
            entries = [entry for entry in self._archive.infolist() if not entry.filename.endswith(("/", "\\"))]
            _require_bounds(entries, path, limits)
            self._list(entries, limits)
        except BaseException:  # whatever it was: nobody gets this archive to close it
            self.close()
            raise

    def _list(self, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
        members: dict[str, Member] = {}
        self._entries: dict[str, zipfile.ZipInfo] = {}
        renamed: list[str] = []
        meant = zip_names(entries)
        for number, (entry, name, safe) in enumerate(zip(entries, meant, safe_names(meant), strict=True)):
            if hidden := _hidden_part(safe):
                members[hidden] = Member(hidden, 0, hidden=True)
                continue
            entry.filename = safe  # for messages; `zipfile` itself goes by `orig_filename`
            shown = safe if len(safe) <= limits.max_member_name else f"{safe[:_SHOWN]}… ({number})"
            members[shown] = Member(shown, entry.file_size, _problem(entry, self._path, limits))
            self._entries[shown] = entry
            if unicodedata.normalize("NFC", name.replace("\\", "/")) != safe:
                renamed.append(f"{name[:_SHOWN]!r} is indexed as {shown!r}.")
        self.members = tuple(members.values())
        more = [f"{len(renamed) - _MOST_WARNINGS} more names were changed."] if len(renamed) > _MOST_WARNINGS else []
        self.warnings = (*renamed[:_MOST_WARNINGS], *more)

    def extract(self, name: str, target: Path) -> None:
        """Unpack a file; its checksum is checked."""
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableFile(f"{self._path} no longer holds {name!r}.", hint="Index the archive again.")
        require_readable(entry, str(self._path))
        with target.open("xb") as output:
            with translated_zip_errors(str(self._path)):
                source = self._archive.open(entry)
            with source:
                while True:
                    with translated_zip_errors(str(self._path)):
                        block = source.read(_BLOCK_BYTES)
                    if not block:
                        return
                    output.write(block)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


def _hidden_part(name: str) -> str:
    """The path down to the first hidden component, or an empty string."""
    parts = name.split("/")
    for length, part in enumerate(parts, start=1):
        if part.startswith(".") or part == _MAC_RESOURCES:
            return "/".join(parts[:length])
    return ""


def _problem(entry: zipfile.ZipInfo, path: Path, limits: Limits) -> InputError | None:
    try:
        if len(entry.filename) > limits.max_member_name:
            raise LimitExceeded(
                f"{path} holds a file whose name has {len(entry.filename):,} characters; "
                f"the limit is {limits.max_member_name:,}.",
                hint="Give it a shorter name.",
            )
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            what = "a symbolic link" if kind == stat.S_IFLNK else "no regular file"
            raise UnsupportedFormat(f"{path} holds {entry.filename!r}, which is {what} and not followed.")
        require_readable(entry, str(path))
        require_honest_size(entry, str(path))
        if entry.file_size > limits.max_bytes:
            raise LimitExceeded(
                f"{path} holds {entry.filename!r} of {entry.file_size:,} bytes; the limit is {limits.max_bytes:,}.",
                hint="Raise the setting `index.max_file_mib`.",
            )
    except InputError as error:
        return error
    return None


def _require_small_directory(file: BinaryIO, path: Path) -> None:
    """Refuse an endless directory before `zipfile` makes an object of each entry (APPNOTE 4.3.14 and 4.3.16)."""
    file.seek(max(file.seek(0, 2) - _END_BYTES, 0))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06", 0, len(tail) - 18)
    size = struct.unpack_from("<I", tail, end + 12)[0] if end >= 0 else 0
    if size == 0xFFFFFFFF:
        end = tail.rfind(b"PK\x06\x06", 0, end - 44)
        size = struct.unpack_from("<Q", tail, end + 40)[0] if end >= 0 else 0
    if size > _MAX_DIRECTORY_BYTES:
        raise LimitExceeded(f"{path} has a list of files of {size:,} bytes.", hint="Split the archive.")


def _require_bounds(entries: list[zipfile.ZipInfo], path: Path, limits: Limits) -> None:
    if len(entries) > limits.max_members:
        raise LimitExceeded(
            f"{path} holds {len(entries):,} files; the limit is {limits.max_members:,}.",
            hint="Split the archive, or raise the setting `index.max_archive_members`.",
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.max_unpacked_bytes:
        raise LimitExceeded(
            f"{path} unpacks to {total:,} bytes; the limit is {limits.max_unpacked_bytes:,}.",
            hint="Split the archive, or raise the setting `index.max_unpacked_mib`.",
        )
    for entry, following in pairwise(sorted(entries, key=lambda entry: entry.header_offset)):
        if entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size > following.header_offset:
            raise LimitExceeded(
                f"{path} holds files that share the same bytes, as those of zip bombs do.",
                hint="Leave it out unless you know who made it.",
            )
