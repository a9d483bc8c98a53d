"""The folder whose subfolders are the collections that the interface offers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from pathlib import Path

from ...errors import QueryError
from ...indexing.catalog_connections import DATABASE
from ...indexing.catalog_schema import is_catalog
from ...indexing.durable_files import write_durably
from ...indexing.stores import UPLOADS

_MOST_BYTES = 200
_NAME = re.compile(r"[^\W_][\w .-]{0,63}", re.UNICODE)


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


def keep_uploads(collection: Path, uploads: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Keep files that were uploaded together, by name and content, each whole or not at all; where they lie.

    One takes the place of an older upload of its name; of two that come under one name the second gets a number.
    Raises `OSError`.
    """
    kept: list[Path] = []
    for name, data in uploads:
        path = _beside(kept, safe_upload_path(collection, name))
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


def _beside(taken: Collection[Path], path: Path) -> Path:
    numbered = (path.with_stem(f"{path.stem} ({number})") for number in count(2))
    return path if path not in taken else next(one for one in numbered if one not in taken)


def _clean(part: str) -> str:
    printable = "".join(c for c in part if c.isprintable() and c not in '<>:"|?*')
    while len(printable.encode()) > _MOST_BYTES:
        # The end carries the kind of file.
        printable = printable[1:]
    return printable.lstrip(". ").rstrip()
