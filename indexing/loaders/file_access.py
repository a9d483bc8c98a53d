"""Opening an input file without being trapped by what is no file, with the size checked before anything is read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ...errors import DamagedFile, LimitExceeded, UnreadableFile
from .parsed import Limits

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_HINTS = {
    errno.ENOENT: "Check the path; the file may have been moved or deleted.",
    errno.ENOTDIR: "Check the path; the file may have been moved or deleted.",
    errno.EACCES: "Give the user who runs Chartwell the right to read it.",
    errno.EPERM: "Give the user who runs Chartwell the right to read it.",
    errno.ELOOP: "The symbolic links form a loop: name the real file.",
    errno.ENAMETOOLONG: "Shorten the path.",
}


def reading_hint(error: OSError) -> str:
    """What to do about a file that the operating system does not let us read."""
    return _HINTS.get(error.errno or 0, "Check the disk and the file's permissions.")


@contextmanager
def open_file(path: Path, max_bytes: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Pipes, sockets and devices are told apart before they are opened, so that reading never blocks.
    Raises `UnreadableFile` for what is missing, forbidden or no file, `DamagedFile` for an empty file and
    `LimitExceeded` for more than `max_bytes`. An `OSError` inside the `with` block is translated too.
    """
    try:
        _require_regular(path, os.stat(path))  # noqa: PTH116 - Path.stat does the same with less clarity about links
        # O_NONBLOCK: a pipe that took the file's place after the check must not block either.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            _require_regular(path, status)
            _require_size(path, status.st_size, max_bytes)
            yield file
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.", hint=reading_hint(error)) from error
    except ValueError as error:
        if "\0" not in str(path):
            raise
        raise UnreadableFile(f"{str(path)!r} cannot be read: its name holds a NUL.", hint="Check the path.") from error


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole content of a regular file. Raises as `open_file` does, also where the file grows while it is read."""
    with open_file(path, limits.max_bytes) as file:
        # Not `limits.max_bytes + 1`: so much memory would be taken before the first byte is read.
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1)
    if len(data) > size:
        raise UnreadableFile(f"{path} grew while it was read.", hint="Index it again when it is complete.")
    _require_size(path, len(data), limits.max_bytes)
    return data


def _require_regular(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kind = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
    raise UnreadableFile(f"{path} is {kind}, which cannot be read as a document.", hint="Name a file.")


def _require_size(path: Path, size: int, max_bytes: int | None) -> None:
    if size == 0:
        raise DamagedFile(f"{path} is empty.", hint="Save it again, or leave it out.")
    if max_bytes is not None and size > max_bytes:
        raise LimitExceeded(
            f"{path} has {size:,} bytes or more; the limit is {max_bytes:,}.",
            hint="Split the file, or raise the setting `index.max_file_mib`.",
        )
