"""The fine stage's interface: few candidates in, scores and matching regions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ...indexing.documents import Node
from ..evidence import MatchedRegion
from ..query import Query


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node with its coarse score."""

    node: Node
    score: float


@dataclass(frozen=True, slots=True)
class Reranked:
    """A node's fine score (higher is better) and its matching regions, best first."""

    node_id: int
    score: float
    regions: tuple[MatchedRegion, ...]


class Reranker(Protocol):
    """Scores candidates against the question."""

    name: str

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Reranked]:
        """Score every candidate; best first, ties by node id."""
        ...
