"""Reranking of the charts among the candidates by a model that helps with charts alone.

A chart is titles, labels and numbers, which one vector blurs. Prose it does not: token vectors, which put the right
chart first more often, put the right paragraph first less often. Scores that a model adds to some candidates would
also raise or lower them against all others. So the charts change places among themselves, and everything else keeps
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..query import Query
from .protocol import Candidate, Reranking
from .region_alignment import RegionAlignmentReranker
from .relevance import RelevanceReranker


class AmongCharts:
    """Region alignment, with the places of the charts given to them in the order of another reranker."""

    def __init__(self, reranker: RelevanceReranker, alignment: RegionAlignmentReranker) -> None:
        self._reranker = reranker
        self._alignment = alignment

    @property
    def name(self) -> str:
        """The other reranker's, which `Reranking.by` says where it had charts to order."""
        return self._reranker.name

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> Reranking:
        """Align, order the charts, hand out their places."""
        aligned = self._alignment.rerank(query, candidates)
        nodes = {candidate.node.id: candidate.node for candidate in candidates}
        charts = tuple(item for item in aligned.items if nodes[item.node_id].kind == "chart")
        if len(charts) < 2:
            return aligned
        ordered = self._reranker.reordered(query, replace(aligned, items=charts), nodes)
        following = iter(ordered.items)
        placed = tuple(
            replace(next(following), score=place.score) if nodes[place.node_id].kind == "chart" else place
            for place in aligned.items
        )
        warnings = tuple(dict.fromkeys((*aligned.warnings, *ordered.warnings)))
        return replace(ordered, items=placed, warnings=warnings)
