"""The sets that can be imported, by kind: public ones, and the feedback kept in a collection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import SettingsError
from .beir import import_beir
from .chartqa import import_chartqa
from .feedback import import_feedback
from .financebench import import_financebench
from .imported import Imported
from .markdown_headings import import_markdown_headings
from .opencqa import import_opencqa
from .squad import import_squad
from .trec import import_trec

IMPORTERS: dict[str, Callable[[Path], Imported]] = {
    "opencqa": import_opencqa,
    "chartqa": import_chartqa,
    "financebench": import_financebench,
    "squad": import_squad,
    "beir": import_beir,
    "trec": import_trec,
    "markdown": import_markdown_headings,
    "feedback": import_feedback,
}


def import_set(kind: str, path: Path, *, split: str | None = None, level: int | None = None) -> Imported:
    """Read a set, from its file or folder; that of `feedback` is a collection.

    `split` is one of BEIR's, `level` that of Markdown headings.
    Raises `SettingsError` for an unknown kind or an option that it has not, `InvalidDataset` for what is wrong with
    the files, and for a collection what `Collection.open` raises.
    """
    if kind not in IMPORTERS:
        raise SettingsError(f"There is no importer for {kind!r}.", hint=f"There are {', '.join(IMPORTERS)}.")
    if split is not None and kind != "beir":
        raise SettingsError(f"{kind} has no splits to choose from.", hint="Name the file of the split instead.")
    if level is not None and kind != "markdown":
        raise SettingsError(f"{kind} has no level of headings.", hint="Leave it out.")
    if not path.exists():
        raise SettingsError(f"{path} does not exist.", hint="Name the set's file or folder.")
    if split is not None:
        return import_beir(path, split=split)
    if level is not None:
        return import_markdown_headings(path, level=level)
    return IMPORTERS[kind](path)
