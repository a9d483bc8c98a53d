"""Which documents of a collection a file of questions means by the sources that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from ..errors import InvalidDataset
from ..indexing.collection import Collection
from ..indexing.discovery import source_name

_NAMED = 10


def names_source(given: str, source: str) -> bool:
    """Whether `given` is a document's source, a path to it, or the end of its path, such as `2023.pdf`."""
    if given == source or source_name(given) == source:
        return True
    end = PurePosixPath(given).parts
    return bool(end) and PurePosixPath(source).parts[-len(end) :] == end


class SourceNames:
    """The sources of a collection, by the last part of their path."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._by_end: dict[str, list[str]] = {}
        self._all: set[str] = set()
        for source in sources:
            self._all.add(source)
            self._by_end.setdefault(PurePosixPath(source).name, []).append(source)

    def find(self, given: str) -> list[str]:
        """The sources that `given` may mean: the one that it is, else all that end so."""
        for exact in (given, source_name(given)):
            if exact in self._all:
                return [exact]
        return [source for source in self._by_end.get(PurePosixPath(given).name, ()) if names_source(given, source)]


def documents_meant(collection: Collection, asked: Mapping[str, str], path: Path) -> dict[str, int]:
    """The document of each source that the file `path` names; `asked` has the id of a question that names it.

    Raises `InvalidDataset` telling the sources that the collection does not have, or has several of, and where they
    are named.
    """
    known = {name.source: name.id for name in collection.document_names()}
    names = SourceNames(known)
    found: dict[str, int] = {}
    wrong: list[str] = []
    for source, question in asked.items():
        matches = names.find(source)
        if len(matches) == 1:
            found[source] = known[matches[0]]
        else:
            several = "several documents end so, " if matches else ""
            wrong.append(f"{source} ({several}question {question})")
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise InvalidDataset(
            f"{path} names {len(wrong)} sources that the collection does not have: {', '.join(wrong[:_NAMED])}{more}.",
            hint="Index them first, or name them as `chartwell documents` lists them.",
        )
    return found
