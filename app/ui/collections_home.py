"""The folder whose subfolders are the collections that the interface offers."""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import QueryError
from ...indexing.catalog_connections import DATABASE
from ...indexing.catalog_schema import is_catalog
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


def short_name(collection: Path, source: str) -> str:
    """A source as people know it: of an upload its name, with the folders it came in."""
    return source.removeprefix(f"{(collection / UPLOADS).resolve()}/")


def short_names(collection: Path, message: str) -> str:
    """A message without the server's path to the uploads, which tells its reader nothing."""
    return message.replace(f"{(collection / UPLOADS).resolve()}/", "")


def _clean(part: str) -> str:
    printable = "".join(c for c in part if c.isprintable() and c not in '<>:"|?*')
    while len(printable.encode()) > _MOST_BYTES:
        # The end carries the kind of file.
        printable = printable[1:]
    return printable.lstrip(". ").rstrip()
