"""Files inside archives and e-mails, unpacked one at a time for the worker that prepares them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from ..errors import InputError, LimitExceeded, UnreadableFile
from .loaders.containers import Container, open_container
from .loaders.file_access import reading_hint
from .loaders.member_names import disk_name
from .loaders.parsed import Limits
from .preparation import Prepared, Task

_Identity = tuple[Path, int, int, tuple[str, ...]]
"""Path, size and time of change of the outermost container, and the way from it to the one that is meant."""


@dataclass(frozen=True, slots=True)
class _Opened:
    identity: _Identity
    label: str
    path: Path
    folder: Path | None
    container: Container


class MemberFiles:
    """Prepares members as files in a private folder, under their base names, with the time of change of their archive.

    The containers of the last member stay open, because the next task is most often their next member.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._opened: list[_Opened] = []

    def prepare(self, task: Task, prepare: Callable[[Task], Prepared]) -> Prepared:
        """Prepare the task's file or member by `prepare`, whose messages then name the archive and the member."""
        if not task.members:
            self.close()
            return prepare(task)
        names: dict[str, str] = {}
        try:
            with self._unpacked(task, names) as path:
                return _renamed(prepare(replace(task, path=path)), names)
        except InputError as error:
            raise type(error)(_rename(error.message, names), hint=error.hint) from error
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise LimitExceeded(
                f"There is no room to unpack {task.label}.",
                hint="Free space in the folder for temporary files (TMPDIR).",
            ) from error

    def close(self) -> None:
        """Close all containers and remove what was unpacked of them."""
        self._close_down_to(0)

    @contextmanager
    def _unpacked(self, task: Task, names: dict[str, str]) -> Iterator[Path]:
        """The unpacked member; `names` says what messages call each unpacked file, the innermost first."""
        try:
            stat = task.path.stat()
        except OSError as error:
            raise UnreadableFile(
                f"{task.path} cannot be read: {error.strerror or error}.", hint=reading_hint(error)
            ) from error
        self._open_containers(task, stat, names)
        folder = Path(mkdtemp(prefix="member-"))
        try:
            path = folder / disk_name(task.members[-1])
            names[str(path)] = task.label
            self._extract(path, task.members[-1], stat)
            yield path
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _open_containers(self, task: Task, stat: os.stat_result, names: dict[str, str]) -> None:
        depth = 0
        for depth in range(len(task.members)):
            identity = task.path, stat.st_size, stat.st_mtime_ns, task.members[:depth]
            label = "/".join([str(task.path), *task.members[:depth]])
            if depth < len(self._opened) and self._opened[depth].identity == identity:
                names[str(self._opened[depth].path)] = label
                continue
            self._close_down_to(depth)
            path, folder = task.path, None
            if depth:
                folder = Path(mkdtemp(prefix="container-"))
                path = folder / disk_name(task.members[depth - 1])
            try:
                names[str(path)] = label
                if depth:
                    self._extract(path, task.members[depth - 1], stat)
                container = open_container(path, self._limits)
            except BaseException:  # whatever it was, the half-opened container's folder goes; it goes on
                if folder is not None:
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            self._opened.append(_Opened(identity, label, path, folder, container))
        self._close_down_to(depth + 1)

    def _extract(self, path: Path, name: str, stat: os.stat_result) -> None:
        self._opened[-1].container.extract(name, path)
        os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))

    def _close_down_to(self, depth: int) -> None:
        while len(self._opened) > depth:
            opened = self._opened.pop()
            opened.container.close()
            if opened.folder is not None:
                shutil.rmtree(opened.folder, ignore_errors=True)


def _renamed(prepared: Prepared, names: dict[str, str]) -> Prepared:
    figures = tuple(replace(figure, reason=_rename(figure.reason, names)) for figure in prepared.figures)
    return replace(prepared, figures=figures, warnings=tuple(_rename(text, names) for text in prepared.warnings))


def _rename(text: str, names: dict[str, str]) -> str:
    # The longest path first: an unpacked container's path may be the beginning of another.
    for path in sorted(names, key=len, reverse=True):
        text = text.replace(path, names[path])
    return text
