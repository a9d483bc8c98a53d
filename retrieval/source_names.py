"""Which documents of a collection a file of questions means by the sources that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from ..errors import InvalidDataset
from ..indexing.collection import Collection
from ..indexing.discovery import source_name

_SOME = 3


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


def sources_meant(
    sources: Iterable[str],
    asked: Mapping[str, str],
    *,
    named_in: str = "the data set",
    allow_missing: bool = False,
    hint: str = "Index them first, or name them as `chartwell documents` lists them.",
) -> dict[str, str]:
    """The source of the collection that each name means; `asked` has by name the id of a question that names it.

    Names that fit none are left out where `allow_missing`. Raises `InvalidDataset` for them otherwise, and for names
    that fit several.
    """
    names = SourceNames(sources)
    fitting = {given: names.find(given) for given in asked}
    for given, known in fitting.items():
        if len(known) > 1:
            raise InvalidDataset(
                f"Question {asked[given]!r} names the document {given!r}, which fits {len(known)} of the collection: "
                f"{', '.join(known[:_SOME])}.",
                hint="Give more of its path.",
            )
    missing = [given for given, known in fitting.items() if not known]
    if missing and not allow_missing:
        told = ", ".join(f"{given!r} (question {asked[given]!r})" for given in missing[:_SOME])
        more = f" and {len(missing) - _SOME} more" if len(missing) > _SOME else ""
        raise InvalidDataset(
            f"The collection has no document {told}{more}, which {named_in} calls relevant.", hint=hint
        )
    return {given: known[0] for given, known in fitting.items() if known}


def documents_meant(collection: Collection, asked: Mapping[str, str], path: Path) -> dict[str, int]:
    """The document of each source that the file `path` names; `asked` as in `sources_meant`, which it raises like."""
    known = {name.source: name.id for name in collection.document_names()}
    return {given: known[source] for given, source in sources_meant(known, asked, named_in=str(path)).items()}
