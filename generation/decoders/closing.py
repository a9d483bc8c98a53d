"""Streams that end when nobody listens any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

_T = TypeVar("_T")


@contextmanager
def closed_after(pieces: Iterator[_T]) -> Iterator[Iterator[_T]]:
    """A stream, which is closed at the end where it can be: a server then stops writing for nobody."""
    try:
        yield pieces
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
