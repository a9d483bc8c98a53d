"""Reranking by a model that reads question and passage together: a cross-encoder here, or a served one.

Nogueira and Cho, Passage Re-ranking with BERT, 2019.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelUnavailable
from ...indexing.documents import Node
from ..query import Query
from .passages import Weigh
from .protocol import RELEVANCE, Candidate, Reranker, Reranking, in_order
from .region_alignment import RegionAlignmentReranker

logger = logging.getLogger(__name__)

DEFAULT_WEIGHT = 2.0
_LEAST_SPREAD = 1.0
"""Log-odds: relevances that lie closer together are not spread out. So noise (padding, half precision) stays noise,
and two candidates of like relevance keep the order of the coarse stage."""


class RelevanceModel(Protocol):
    """Says how relevant a node is to a question."""

    @property
    def name(self) -> str:
        """The model's name, and how it is reached."""
        ...

    def relevance(self, question: str, nodes: Sequence[Node], weigh: Weigh) -> NDArray[np.float64]:
        """`(n,)` finite log-odds, in the order of the nodes.

        `weigh` tells which lines to keep of a node that is too long. Raises `ModelUnavailable` where the model does
        not load, is not reached, or returns what is no relevance.
        """
        ...


class RelevanceReranker:
    """Adds `weight` times a model's relevance to the scores of another reranker; both standardised over the candidates.

    A relevance's standard score says how far it lies above the mean of this question's candidates, so that one weight
    serves models of different scales. The other reranker is `before`, region alignment where none is given; it names
    the regions. Where the model fails its order stands, and the warning in the result says so; with `fall_back` false
    `ModelUnavailable` is raised. Only its best `depth` candidates are judged, the others count as the least relevant of
    these. What it says stands in the results' `scores` as their `part`, which is another one than those of `before`.
    """

    def __init__(
        self,
        model: RelevanceModel,
        alignment: RegionAlignmentReranker,
        *,
        before: Reranker | None = None,
        weight: float = DEFAULT_WEIGHT,
        fall_back: bool = True,
        depth: int | None = None,
        part: str = RELEVANCE,
    ) -> None:
        self._model = model
        self._alignment = alignment
        self._before = before or alignment
        self._weight = weight
        self._fall_back = fall_back
        self._depth = depth
        self._part = part

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> Reranking:
        """Rank without the model, ask it, add."""
        nodes = {candidate.node.id: candidate.node for candidate in candidates}
        return self.reordered(query, self._before.rerank(query, candidates), nodes)

    def reordered(self, query: Query, ranked: Reranking, nodes: Mapping[int, Node]) -> Reranking:
        """The same of candidates that have been ranked without the model."""
        if not ranked.items:
            return ranked
        ordered = [nodes[item.node_id] for item in ranked.items[: self._depth]]
        weigh = self._alignment.question_weights(query).share
        try:
            relevance = self._model.relevance(query.asked or query.text, ordered, weigh)
        except ModelUnavailable as error:
            if not self._fall_back:
                raise
            logger.warning("%s", error)
            instead = f"{error.message} {self._instead} ranked instead."
            return replace(ranked, warnings=(*ranked.warnings, instead))
        scores = with_relevance([item.score for item in ranked.items], relevance, self._weight)
        by_model = {node.id: {self._part: float(value)} for node, value in zip(ordered, relevance, strict=True)}
        items = [
            replace(item, score=float(score), scores={**item.scores, **by_model.get(item.node_id, {})})
            for item, score in zip(ranked.items, scores, strict=True)
        ]
        return Reranking(in_order(items), self.name, ranked.warnings, {**ranked.models, self._part: self.name})

    @property
    def _instead(self) -> str:
        return "Region alignment" if self._before is self._alignment else f"The {self._before.name}"


def with_relevance(scores: Sequence[float], relevance: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """`weight` times a model's relevance added to the scores of the same candidates; both standardised over them.

    Where relevance is given for the first candidates only, the others count as the least relevant of these.
    """
    added = _standardised(relevance, _LEAST_SPREAD)
    rest = len(scores) - len(added)
    return _standardised(scores, 1e-9) + weight * np.pad(added, (0, rest), constant_values=added.min())


def _standardised(values: Sequence[float] | NDArray[np.float64], least_spread: float) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    standard: NDArray[np.float64] = (numbers - numbers.mean()) / max(float(numbers.std()), least_spread)
    return standard
