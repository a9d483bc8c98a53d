"""Metadata as users give it to `index`: for every file, or by path for single ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..errors import QueryError
from ..indexing.discovery import source_name
from ..indexing.documents import Metadata


def metadata_by_source(
    metadata: Metadata | Mapping[str, Metadata] | None, sources: Sequence[str]
) -> dict[str, Metadata]:
    """The metadata of each source. Raises `QueryError` for what is neither text nor a number of 64 bits."""
    if not metadata:
        return {}
    by_path = {path: value for path, value in metadata.items() if isinstance(value, Mapping)}
    if len(by_path) == len(metadata):
        return {source_name(path): _checked(value) for path, value in by_path.items()}
    return dict.fromkeys(sources, _checked(metadata))


def _checked(metadata: Mapping[str, object]) -> Metadata:
    for name, value in metadata.items():
        if isinstance(value, str):
            holds = not any("\ud800" <= character <= "\udfff" for character in value)
        else:
            holds = isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**63
        if not holds or not isinstance(name, str) or not name:
            raise QueryError(
                f"The metadata {name!r} cannot be {value!r}.", hint="Give text, or a number that fits into 64 bits."
            )
    return metadata  # type: ignore[return-value]  # checked value by value
