"""The folder whose subfolders are the collections that the interface offers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TypeAlias

from ...errors import QueryError
from ...indexing.catalog_connections import DATABASE
from ...indexing.catalog_schema import is_catalog
from ...indexing.durable_files import write_durably
from ...indexing.stores import UPLOADS

_MOST_BYTES = 200
_NAME = re.compile(r"[^\W_][\w .-]{0,63}", re.UNICODE)

Upload: TypeAlias = tuple[str, bytes]
"""A file's name, with the folders it came in, and its content."""


def collections_in(home: Path) -> list[str]:
    """Names of the collections, sorted."""
    if not home.is_dir():
        return []
    return sorted(folder.name for folder in home.iterdir() if is_catalog(folder / DATABASE))


def collection_path(home: Path, name: str) -> Path:
    """Where a collection of that name lies or would lie. Raises `QueryError` for what is no name."""
    if not _NAME.fullmatch(name) or name.rstrip(" .") != name:
        raise QueryError(f"{name!r} is no name for a collection.", hint="Use letters, digits, blanks, -, _ and dots.")
    return home / name


def safe_upload_path(collection: Path, name: str) -> Path:
    """Where an uploaded file is kept; folders of its name stay, everything that leads elsewhere goes."""
    parts = [_clean(part) for part in re.split(r"[/\\]+", name)]
    kept = [part for part in parts if part] or ["unnamed"]
    return collection.joinpath(UPLOADS, *kept[-8:])


def replaced_by(collection: Path, uploads: Iterable[Upload]) -> list[str]:
    """The names of older uploads whose place these would take, with other content."""
    return [path.relative_to(collection / UPLOADS).as_posix() for path in _older(collection, uploads)]


def keep_uploads(collection: Path, uploads: Sequence[Upload], *, replace: bool = True) -> list[Path]:
    """Keep files that were uploaded together, each whole or not at all; where they lie.

    Those of `replaced_by` are replaced, or with `replace` off stay, and the new ones get a number. So does the second
    of two that come under one name, a file under a folder's name, and a folder under a file's. Raises `OSError`.
    """
    older = _older(collection, uploads) if replace else []
    kept: list[Path] = []
    for name, data in uploads:
        path = next(
            one
            for one in _numbered(_wanted_path(collection, name))
            if one not in kept and not one.is_dir() and (one in older or not _has_other_content(one, data))
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, data)
        kept.append(path)
    return kept


def short_name(collection: Path, source: str) -> str:
    """A source as people know it: of an upload its name, with the folders it came in."""
    return source.removeprefix(f"{(collection / UPLOADS).resolve()}/")


def short_names(collection: Path, message: str) -> str:
    """A message without the server's path to the uploads, which tells its reader nothing."""
    return message.replace(f"{(collection / UPLOADS).resolve()}/", "")


def _older(collection: Path, uploads: Iterable[Upload]) -> list[Path]:
    paths = ((_wanted_path(collection, name), data) for name, data in uploads)
    return list(dict.fromkeys(path for path, data in paths if _has_other_content(path, data)))


def _wanted_path(collection: Path, name: str) -> Path:
    """Where an upload of that name belongs; a folder of it that is a file so far gets a number."""
    root = collection / UPLOADS
    *folders, file = safe_upload_path(collection, name).relative_to(root).parts
    for folder in folders:
        root = next(one for one in _numbered(root / folder) if not one.is_file())
    return root / file


def _numbered(path: Path) -> Iterator[Path]:
    """The path, then its name with (2) behind it, and so on."""
    yield path
    yield from (path.with_stem(f"{path.stem} ({number})") for number in count(2))


def _has_other_content(path: Path, data: bytes) -> bool:
    return path.is_file() and (path.stat().st_size != len(data) or path.read_bytes() != data)


def _clean(part: str) -> str:
    printable = "".join(c for c in part if c.isprintable() and c not in '<>:"|?*')
    while len(printable.encode()) > _MOST_BYTES:
        # The end carries the kind of file.
        printable = printable[1:]
    return printable.lstrip(". ").rstrip()
