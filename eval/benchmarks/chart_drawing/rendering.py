"""What a renderer hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from .content import Content
from .styles import Look

PAGE_MARGIN = 65.0
"""Points around a chart on its page, where it is drawn as vector graphics."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A drawn chart: the picture, whose values (series, category) were printed, and all texts as drawn."""

    png: bytes = field(repr=False)
    printed: frozenset[tuple[int, int]]
    texts: tuple[str, ...]
    pdf: bytes = field(default=b"", repr=False)


class Renderer(Protocol):
    """Draws a chart; raises `Illegible` where its texts do not fit."""

    def __call__(self, content: Content, look: Look, *, vector: bool = False) -> Rendered:
        """The drawn chart, with its PDF if `vector`."""
        ...
