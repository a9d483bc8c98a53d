"""The files attached to an e-mail, taken out one by one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import LimitExceeded, UnreadableFile
from .mail_message import read_mail
from .mail_parts import content
from .parsed import Limits


class MailAttachments:
    """An opened e-mail (a `containers.Container`). Its files lie unpacked in a private folder until it is closed, so
    that a message with many of them is parsed once and not kept in memory.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        attachments = read_mail(path, limits).attachments
        self.members = tuple(attachment.member for attachment in attachments)
        if sum(member.size for member in self.members) > limits.max_unpacked_bytes:
            raise LimitExceeded(
                f"{path} unpacks to more than {limits.max_unpacked_bytes:,} bytes.",
                hint="Raise the setting `index.max_unpacked_mib`.",
            )
        self._folder = TemporaryDirectory(prefix="mail-")
        self._files: dict[str, Path] = {}
        for number, attachment in enumerate(attachments):
            if attachment.member.problem is None:
                file = Path(self._folder.name, str(number))
                file.write_bytes(content(attachment.part, f"{path}/{attachment.member.name}"))
                self._files[attachment.member.name] = file

    def extract(self, name: str, target: Path) -> None:
        """Give the file another name, which costs nothing where `target` lies on the same disk."""
        problem = next((member.problem for member in self.members if member.name == name), None)
        if problem is not None:
            raise problem
        if name not in self._files:
            raise UnreadableFile(f"{self._path} no longer holds {name!r}.", hint="Index the e-mail again.")
        try:
            os.link(self._files[name], target)
        except OSError:  # another disk, or one without links
            shutil.copyfile(self._files[name], target)

    def close(self) -> None:
        """Remove the unpacked files."""
        self._folder.cleanup()
