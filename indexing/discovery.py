"""From what the user names (files and folders) to the list of files to index, in a stable order.

A folder is walked without following symbolic links to folders, so that a loop of links cannot trap the walk;
a link to a file is followed once, under the link's own name. A collection below a folder is left out: its pictures
are those of its documents, and to index them would make it grow with every run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, UnreadableFile, UnsupportedFormat
from .catalog_connections import DATABASE
from .catalog_schema import is_catalog
from .loaders.file_access import reading_hint


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index. `source` is its identity in the collection; `problem` says why it cannot be indexed at all."""

    path: Path
    source: str
    problem: InputError | None = None
    hidden: bool = False


def source_name(path: str | os.PathLike[str]) -> str:
    """The identity of a path: absolute, links not resolved, bytes that are no UTF-8 written as escapes."""
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "backslashreplace")  # noqa: PTH100 - keeps links


def find_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[SourceFile]:
    """Yield every file below `paths` once, sorted within each folder; what cannot be read comes with its problem.

    Hidden files and folders inside a named folder are reported as `hidden` (a folder once, as a whole).
    """
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        found = _walk(path) if path.is_dir() else iter([_file(path)])
        for file in found:
            if file.source not in seen:
                seen.add(file.source)
                yield file


def _file(path: Path) -> SourceFile:
    source = source_name(path)
    try:
        path.stat()
    except OSError as error:
        return SourceFile(path, source, _unreadable(path, error))
    return SourceFile(path, source)


def _walk(folder: Path) -> Iterator[SourceFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield SourceFile(folder, source_name(folder), _unreadable(folder, error))
        return
    if is_catalog(folder / DATABASE):
        ours = UnsupportedFormat(f"{folder} is a collection of Chartwell.", hint="Name the documents it was made from.")
        yield SourceFile(folder, source_name(folder), ours)
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            yield SourceFile(path, source_name(path), hidden=True)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(path)
        elif entry.is_symlink() and path.is_dir():
            reason = UnreadableFile(f"{path} is a link to a folder, which is not followed.", hint="Name its target.")
            yield SourceFile(path, source_name(path), reason)
        else:
            yield _file(path)


def _unreadable(path: Path, error: OSError) -> UnreadableFile:
    return UnreadableFile(f"{path} cannot be read: {error.strerror or error}.", hint=reading_hint(error))
