"""Sources in filters as users write them: file names and relative paths."""

from __future__ import annotations

from collections.abc import Mapping

from ..indexing.discovery import source_name
from ..retrieval.query import Where


def absolute_sources(where: Where | None) -> Where | None:
    """The filter with its sources as they stand in the collection.

    `report.pdf` and `*.pdf` match in any folder, `./a/b.pdf` from the working folder.
    """
    if not isinstance(where, Mapping) or "source" not in where:
        return where
    given = where["source"]
    if isinstance(given, Mapping):
        return {**where, "source": {operator: _all_absolute(wanted) for operator, wanted in given.items()}}
    return {**where, "source": _all_absolute(given)}


def _all_absolute(wanted: object) -> object:
    if isinstance(wanted, (list, tuple)):
        return [_all_absolute(one) for one in wanted]
    return _absolute(wanted) if isinstance(wanted, str) else wanted


def _absolute(pattern: str) -> str:
    if pattern.startswith(("/", "*")) or "://" in pattern:
        return pattern
    return source_name(pattern) if "/" in pattern else f"*/{pattern}"
