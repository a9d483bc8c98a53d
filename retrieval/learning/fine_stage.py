"""The fine stage over examples, as search runs it, for a reranker under test."""

from __future__ import annotations

from dataclasses import dataclass

from ..rerank.protocol import Reranker
from ..signal_stage import SignalStage
from .example import Example
from .judging import ndcg


@dataclass(frozen=True, slots=True)
class FineStage:
    """Orders an example's candidates: the first `depth` by a reranker and the question's signals, then the rest."""

    signals: SignalStage
    depth: int

    def ndcg(self, example: Example, reranker: Reranker) -> float:
        """nDCG@10 with that reranker."""
        query, fine = example.question.query, example.candidates[: self.depth]
        reranking = reranker.rerank(query, fine)
        nodes = {candidate.node.id: candidate.node for candidate in fine}
        ordered = self.signals.apply(query, reranking.items, nodes).items
        rest = [candidate.node.id for candidate in example.candidates[self.depth :]]
        return ndcg([*(item.node_id for item in ordered), *rest], example.relevant)
