"""The fine stage's interface: few candidates in, scores and matching regions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ...indexing.documents import Node
from ..evidence import MatchedRegion
from ..query import Query

ALIGNMENT, TOKENS, RELEVANCE = "alignment", "tokens", "relevance"
PARTS = (ALIGNMENT, TOKENS, RELEVANCE)
"""What fine scores are made of, in the order in which it is added: region alignment, late interaction over token
vectors, and what a cross-encoder or a served reranker says."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node with its coarse score."""

    node: Node
    score: float


@dataclass(frozen=True, slots=True)
class Reranked:
    """A node's fine score (higher is better) and its matching regions, best first.

    `scores` holds what the score is made of beside the coarse one, by the names in `PARTS`: `alignment` in [0, 1], the
    others in log-odds.
    """

    node_id: int
    score: float
    regions: tuple[MatchedRegion, ...]
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reranking:
    """The candidates in their new order, the name of the reranker that made it, and what went wrong on the way.

    `models` names the model behind each part of the scores (see `PARTS`) that has one.
    """

    items: tuple[Reranked, ...]
    by: str
    warnings: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)


class Reranker(Protocol):
    """Scores candidates against the question. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """What `Reranking.by` says."""
        ...

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> Reranking:
        """Every candidate once, with a finite score: best first, ties by node id.

        The order in which the candidates are given plays no part, beyond rounding.
        """
        ...


def in_order(items: Sequence[Reranked]) -> tuple[Reranked, ...]:
    """Best first, ties by node id."""
    return tuple(sorted(items, key=lambda item: (-item.score, item.node_id)))
