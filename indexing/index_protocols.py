"""What the store asks of a vector index and of a lexical index: ids, vectors, tokens and filters, nothing else.

Both are derived from the catalog and can be rebuilt from it at any time, so neither promises durability.
Implementations answer from several threads at once while nothing is being changed; the caller keeps changes apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Hits = list[tuple[int, float]]
"""Node ids with scores: best first, equal scores by ascending id."""


class PageRange(NamedTuple):
    """Pages `first` to `last`, both included; None leaves that end open. Nodes without a page lie in no range."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class NodeFilter:
    """Which nodes may be found, said twice so that an index uses the form that suits it.

    `ids` lists every admitted node, ascending. `documents`, `kinds` and `pages` say the same by attributes
    (None: any); a node must satisfy all three, lie in one of the ranges, and be none of `excluded`.
    """

    ids: Ids = field(repr=False)
    documents: tuple[int, ...] | None = None
    kinds: tuple[str, ...] | None = None
    pages: tuple[PageRange, ...] | None = None
    excluded: tuple[int, ...] = field(default=(), repr=False)

    def without(self, excluded: Iterable[int]) -> NodeFilter:
        """The same filter that admits none of the ids `excluded` either."""
        left_out = tuple(sorted({*self.excluded, *excluded}))
        ids = np.setdiff1d(self.ids, np.array(left_out, np.int64), assume_unique=True)
        return replace(self, ids=ids, excluded=left_out)


class LexicalEntry(NamedTuple):
    """One node for the lexical index. Tokens are not empty and hold no white space."""

    id: int
    document_id: int
    kind: str
    page: int | None
    tokens: Sequence[str]


class VectorIndex(Protocol):
    """Nearest neighbours by inner product."""

    dimension: int

    def __len__(self) -> int:
        """Number of vectors that can be found."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add `(n, dimension) float32` under ids that were never added before; otherwise `ValueError`."""
        ...

    def remove(self, ids: Ids) -> None:
        """Forget the ids; unknown ones are ignored. A removed id is not added again."""
        ...

    def search(self, vector: Vectors, k: int, node_filter: NodeFilter | None = None) -> Hits:
        """The `k` best for one query vector, `(dimension,) float32`; fewer where fewer are admitted."""
        ...

    def ids(self) -> Ids:
        """Every id that can be found, ascending."""
        ...


class LexicalIndex(Protocol):
    """BM25 over tokens."""

    def __len__(self) -> int:
        """Number of nodes that can be found."""
        ...

    def update(self, *, removed: Iterable[int], added: Iterable[LexicalEntry]) -> None:
        """Remove and add, visible on return. An added id that is present is replaced: repeating a call is harmless."""
        ...

    def search(self, tokens: Sequence[str], k: int, node_filter: NodeFilter | None = None) -> Hits:
        """The `k` best for any of the tokens; a token given twice counts twice."""
        ...

    def document_frequency(self, tokens: Sequence[str]) -> dict[str, int]:
        """In how many nodes each token occurs; nodes removed lately may still be counted."""
        ...

    def ids(self) -> Ids:
        """Every id that can be found, ascending."""
        ...
