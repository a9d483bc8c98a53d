"""Region alignment: late interaction between the question's tokens and each region of a node.

Every question token looks for its best match among the tokens of every region (sentence, table row, chart label),
as in ColBERT's MaxSim (Khattab and Zaharia, SIGIR 2020), here over exact and soft token matches weighted by inverse
document frequency. A node scores by what its regions cover together; a region's share of that is its highlight.
No weights beyond the text encoder's are needed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...indexing.documents import Node
from ...indexing.tokens import tokenize
from ..evidence import MatchedRegion, matched_regions
from ..node_tokens import NodeTokenCache, NodeTokens
from ..query import Query
from .protocol import ALIGNMENT, Candidate, Reranked, Reranking, in_order

DocumentFrequency = Callable[[Sequence[str]], tuple[Mapping[str, int], int]]
"""Tokens -> (documents that hold each, documents in all)."""

MAX_REGIONS = 5


@dataclass(frozen=True, slots=True)
class QuestionWeights:
    """The question's distinct tokens, and how much each tells."""

    tokens: tuple[str, ...]
    weights: NDArray[np.float64]

    def share(self, text: str) -> float:
        """Share of the question's weight that stands in a text, in [0, 1]."""
        held = set(tokenize(text))
        total = float(self.weights.sum())
        return min(1.0, float(self.weights @ [token in held for token in self.tokens]) / total) if total > 0 else 0.0


class RegionAlignmentReranker:
    """Adds `weight` times the alignment score, in [0, 1], to the coarse score.

    `warnings` stand in every result: why it is this reranker that ranks, where another was wanted.
    """

    name = "region_alignment"

    def __init__(
        self, document_frequency: DocumentFrequency, *, weight: float = 1.0, warnings: tuple[str, ...] = ()
    ) -> None:
        self._document_frequency = document_frequency
        self._weight = weight
        self._warnings = warnings
        self._cache = NodeTokenCache()

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> Reranking:
        """Align the question with every region of every candidate."""
        question = self.question_weights(query)
        reranked = []
        for candidate in candidates:
            node = candidate.node
            alignment, regions = align(question.tokens, question.weights, node, self._cache.tokens(node))
            score = candidate.score + self._weight * alignment
            reranked.append(Reranked(node.id, score, regions, {ALIGNMENT: alignment}))
        return Reranking(in_order(reranked), self.name, self._warnings)

    def question_weights(self, query: Query) -> QuestionWeights:
        """The question's tokens, weighted by inverse document frequency and by how often they stand in it."""
        counts = Counter(query.tokens)
        tokens = tuple(counts)
        weights = inverse_document_frequency(tokens, *self._document_frequency(tokens))
        return QuestionWeights(tokens, np.array([counts[token] * weights[token] for token in tokens]))


def inverse_document_frequency(tokens: Sequence[str], frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """log(1 + (N + 0.5) / (n + 0.5)) of each token: `n` of the `total` nodes hold it."""
    return {token: math.log1p((total + 0.5) / (frequencies.get(token, 0) + 0.5)) for token in tokens}


def align(
    tokens: Sequence[str], weights: NDArray[np.float64], node: Node, node_tokens: NodeTokens
) -> tuple[float, tuple[MatchedRegion, ...]]:
    """Share of the question's token weight that the node's regions cover, and the regions that cover it.

    A token that stands only in the context (headings, caption) counts half and has no region.
    """
    total = float(weights.sum())
    if total <= 0:
        return 0.0, ()
    matches = np.array([[float(token in part) for token in tokens] for part in node_tokens.parts])
    matches = matches.reshape(len(node.parts), len(tokens))
    in_context = np.array([0.5 * (token in node_tokens.context) for token in tokens])
    covered = np.maximum(matches.max(axis=0, initial=0.0), in_context)
    # A product and a sum of the same weights may round differently.
    shares = np.minimum(1.0, matches @ weights / total)
    best = sorted(range(len(node.parts)), key=lambda index: (-shares[index], index))[:MAX_REGIONS]
    threshold = 0.5 * float(shares.max(initial=0.0))
    regions = tuple(
        region
        for index in best
        if shares[index] > 0 and shares[index] >= threshold
        for region in matched_regions(node.kind, node.parts[index], float(shares[index]))
    )
    return min(1.0, float(covered @ weights) / total), regions
