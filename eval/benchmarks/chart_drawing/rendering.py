"""What a renderer hands back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rendered:
    """A drawn chart: the picture, whose values (series, category) were printed, and all texts as drawn."""

    png: bytes = field(repr=False)
    printed: frozenset[tuple[int, int]]
    texts: tuple[str, ...]
    pdf: bytes = field(default=b"", repr=False)
