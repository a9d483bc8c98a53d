"""Two stages put together: channels -> fusion -> reranker -> evidence."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..indexing.collection import Collection
from ..indexing.documents import Document, Node
from .coarse import Channel, Ranking, one_of_each_group
from .evidence import Evidence
from .fusion import Fusion
from .neighbours import Hit, joined, merge_neighbours
from .query import Query, Where, parse_query
from .rerank.protocol import Candidate, Reranked, Reranker

COARSE_DEPTH = 100
FINE_DEPTH = 50
ALSO_IN = 50
"""Other documents that evidence names at most; it counts all."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Evidence, best first, the seconds that each stage took, and what went wrong without ending the search."""

    query: Query
    evidence: tuple[Evidence, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Retriever:
    """Finds evidence for questions. Safe to use from several threads."""

    def __init__(
        self,
        collection: Collection,
        channels: Sequence[Channel],
        fusion: Fusion,
        reranker: Reranker,
        *,
        coarse_depth: int = COARSE_DEPTH,
        fine_depth: int = FINE_DEPTH,
    ) -> None:
        self._collection = collection
        self._channels = tuple(channels)
        self._fusion = fusion
        self._reranker = reranker
        self._coarse_depth = coarse_depth
        self._fine_depth = fine_depth

    def coarse(self, query: Query, depth: int | None = None) -> tuple[Ranking, dict[str, Ranking]]:
        """The fused ranking, and each channel's own; near-duplicates have one place in each."""
        depth = depth or self._coarse_depth
        found = {channel.name: channel.search(query, depth) for channel in self._channels}
        ids = sorted({node_id for ranking in found.values() for node_id, _ in ranking})
        rankings = one_of_each_group(found, self._collection.groups(ids))
        return self._fusion.fuse(rankings), rankings

    def retrieve(self, text: str, *, top_k: int = 10, where: Where | None = None) -> Retrieval:
        """Find the `top_k` best pieces of evidence. Raises `QueryError` for unusable questions or filters."""
        if top_k < 1:
            return Retrieval(parse_query(text, where), ())
        query = parse_query(text, where)
        start = time.perf_counter()
        fused, rankings = self.coarse(query, max(self._coarse_depth, 2 * top_k))
        coarse_end = time.perf_counter()
        nodes = self._collection.nodes([node_id for node_id, _ in fused])
        # A node deleted since its channel answered is simply gone.
        candidates = [Candidate(nodes[node_id], score) for node_id, score in fused if node_id in nodes]
        fine, rest = candidates[: self._fine_depth], candidates[self._fine_depth :]
        reranking = self._reranker.rerank(query, fine)
        floor = min((item.score for item in reranking.items), default=0.0)
        tail = [Reranked(c.node.id, floor + c.score - rest[0].score - 1e-6, ()) for c in rest]
        rerank_end = time.perf_counter()
        by_channel = {channel: dict(ranking) for channel, ranking in rankings.items()} | {"fusion": dict(fused)}
        hits = [_hit(item, nodes[item.node_id], by_channel, reranking.by) for item in reranking.items]
        hits += [_hit(item, nodes[item.node_id], by_channel) for item in tail]
        evidence = self._evidence(merge_neighbours(hits, top_k), query.where)
        seconds = {
            "coarse": coarse_end - start,
            "rerank": rerank_end - coarse_end,
            "evidence": time.perf_counter() - rerank_end,
        }
        return Retrieval(query, tuple(evidence), seconds, reranking.warnings)

    def _evidence(self, hits: Sequence[Hit], where: Where | None) -> list[Evidence]:
        copies = self._collection.copies([hit.node.id for hit in hits], where)
        others = {
            hit.node.id: [one for one in copies.get(hit.node.id, ()) if one != hit.node.document_id] for hit in hits
        }
        named = {one for holding in others.values() for one in holding[:ALSO_IN]}
        documents = self._collection.document_by_id(sorted(named | {hit.node.document_id for hit in hits}))
        return [self._one(hit, documents, others[hit.node.id]) for hit in hits if hit.node.document_id in documents]

    def _one(self, hit: Hit, documents: Mapping[int, Document], others: Sequence[int]) -> Evidence:
        node, document = hit.node, documents[hit.node.document_id]
        text, parts = joined(hit.nodes)
        # A passage may run over a page break: the page to cite is where the match stands.
        page = hit.regions[0].region.page if hit.regions else node.page
        labels = {sheet.number: sheet.label for sheet in document.pages}
        return Evidence(
            kind=node.kind,
            source=document.source,
            page=page,
            text=text,
            score=hit.score,
            scores=hit.scores,
            regions=hit.regions,
            bounds=tuple(dict.fromkeys(region for part in hit.nodes for region in part.regions)),
            parts=parts,
            headings=node.headings,
            caption=node.caption,
            title=document.title,
            language=node.language,
            page_label=labels.get(page or 0, ""),
            media_type=document.media_type,
            metadata=document.metadata,
            table=node.table,
            reading=node.reading,
            image_path=self._collection.asset_path(node.asset) if node.asset else None,
            also_in=tuple(documents[one].source for one in others[:ALSO_IN] if one in documents),
            found_in=1 + len(others),
            node_ids=tuple(part.id for part in hit.nodes),
            reranked_by=hit.reranked_by,
        )


def _hit(item: Reranked, node: Node, by_channel: Mapping[str, Mapping[int, float]], reranked_by: str = "") -> Hit:
    scores = {channel: found[node.id] for channel, found in by_channel.items() if node.id in found}
    return Hit(node, (node,), item.score, {**scores, **item.scores, "rerank": item.score}, item.regions, reranked_by)
