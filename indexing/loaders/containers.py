"""Files that contain files: what archives and e-mails have in common for whoever takes their members out."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ...errors import UnsupportedFormat
from .container_sniffing import ARCHIVE, MAIL
from .parsed import Limits, Member
from .sniffing import sniff

CONTAINERS = frozenset({ARCHIVE, MAIL})
"""Media types of files whose members become documents of their own."""


class Container(Protocol):
    """An opened container, as its loader lists it. Close it after use."""

    @property
    def members(self) -> tuple[Member, ...]:
        """Everything in it, in its order, also what cannot be read."""
        ...

    def extract(self, name: str, target: Path) -> None:
        """Write the content of a member to the new file `target`.

        Raises `InputError`: the member's own problem, `DamagedFile`, or `UnreadableFile` where there is none of that
        name or no room for it.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_container(path: Path, limits: Limits) -> Container:
    """Open the archive or e-mail at `path`. Raises `InputError`, also where it is neither."""
    media_type = sniff(path, limits.max_bytes)
    if media_type == ARCHIVE:
        from .archive import ZipArchive

        return ZipArchive(path, limits)
    if media_type == MAIL:
        from .mail_attachments import MailAttachments

        return MailAttachments(path, limits)
    raise UnsupportedFormat(f"{path} contains no files but is {media_type}.", hint="Index it again.")
