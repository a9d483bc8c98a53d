"""ZIP archives opened without being trapped: what they unpack to is bounded before anything is unpacked.

`zipfile` reads no more of a member than the archive's directory tells, so bounding the sizes told there is enough.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnsupportedFormat
from .parsed import Limits

MAX_MEMBERS = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Others are unpacked by `zipfile` without a bound on memory."""
_MAX_RATIO = 300
_HARMLESS = 64 * 2**20
"""A member of at most this many bytes may have any ratio: a white bitmap is smaller by a factor of a thousand, too."""


def open_zip(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive in `data`; `name` is what messages call it.

    Raises `DamagedFile` for what is no sound archive, and `LimitExceeded` for more than 100,000 members, for more than
    `limits.max_bytes` bytes unpacked, and for a large member that is compressed as only bombs are.
    """
    # Counted before `zipfile` makes an object of each entry.
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise LimitExceeded(f"{name} holds more than {MAX_MEMBERS:,} files.", hint="Split the archive.")
    with translated_zip_errors(name):
        archive = zipfile.ZipFile(io.BytesIO(data))
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if total > limits.max_bytes:
        raise LimitExceeded(
            f"{name} unpacks to {total:,} bytes; the limit is {limits.max_bytes:,}.",
            hint="Split the file, or raise the setting `index.max_file_mib`.",
        )
    for member in members:
        require_honest_size(member, name)
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, size: int | None = None) -> bytes:
    """The content of a member, or its first `size` bytes; `name` is what messages call the archive.

    Raises `EncryptedFile`, `UnsupportedFormat` for a method of compression that is hardly used, and `DamagedFile`.
    """
    require_readable(member, name)
    with translated_zip_errors(name), archive.open(member) as file:
        return file.read() if size is None else file.read(size)


def require_honest_size(member: zipfile.ZipInfo, name: str) -> None:
    """Raise `LimitExceeded` for a large member that is compressed as only bombs are."""
    if member.file_size > max(_HARMLESS, _MAX_RATIO * member.compress_size):
        raise LimitExceeded(
            f"{name} holds {member.filename!r}, which unpacks from {member.compress_size:,} to "
            f"{member.file_size:,} bytes, as decompression bombs do.",
            hint="Leave it out unless you know who made it.",
        )


def require_readable(member: zipfile.ZipInfo, name: str) -> None:
    """Raise `EncryptedFile`, or `UnsupportedFormat` for a method of compression that is hardly used."""
    if member.flag_bits & _ENCRYPTED:
        raise EncryptedFile(
            f"{name} holds {member.filename!r}, which needs a password.", hint="Save it without a password."
        )
    if member.compress_type not in _METHODS:
        raise UnsupportedFormat(
            f"{name} holds {member.filename!r}, compressed by method {member.compress_type}, which is not read.",
            hint="Pack it again as an ordinary ZIP file (deflate).",
        )


@contextmanager
def translated_zip_errors(name: str) -> Iterator[None]:
    """Everything that reading a damaged archive raises, as `DamagedFile`."""
    try:
        yield
    except InputError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DamagedFile(
            f"{name} is damaged: it is no sound ZIP archive ({error}).", hint="Download or save it again."
        ) from error
