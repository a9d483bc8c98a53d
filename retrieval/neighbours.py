"""Fewer, fuller hits: neighbouring passages that were found together become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..indexing.documents import Node, Part
from .evidence import MatchedRegion

MAX_MERGED = 3
"""A merged passage has at most this many nodes, so that it stays a passage and not the whole chapter."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One or more neighbouring nodes found together. `node` is the best of them and gives page and headings."""

    node: Node
    nodes: tuple[Node, ...]
    score: float
    scores: Mapping[str, float]
    regions: tuple[MatchedRegion, ...]
    reranked_by: str = ""

    def with_regions_of(self, other: Hit) -> Hit:
        """The same hit with the matching regions of both, best first, each once."""
        known = {(region.text, region.region) for region in self.regions}
        added = [region for region in other.regions if (region.text, region.region) not in known]
        return replace(self, regions=tuple(sorted((*self.regions, *added), key=lambda region: -region.score)))


def merge_neighbours(hits: Sequence[Hit], wanted: int) -> list[Hit]:
    """The first `wanted` hits after merging neighbours; the order by score is kept."""
    kept: list[Hit] = []
    for hit in hits:
        neighbour = next((i for i, other in enumerate(kept) if _mergeable(other, hit)), None)
        if neighbour is not None:
            kept[neighbour] = _merged(kept[neighbour], hit)
        elif len(kept) == wanted:
            # One more distinct hit would be cut off anyway; what follows scores lower still.
            break
        else:
            kept.append(hit)
    return kept


def _mergeable(hit: Hit, other: Hit) -> bool:
    first, second = hit.nodes[0], other.node
    return (
        len(hit.nodes) < MAX_MERGED
        and len(other.nodes) == 1
        and first.kind == second.kind == "text"
        and first.document_id == second.document_id
        and first.page == second.page
        and first.headings == second.headings
        and second.ordinal in (first.ordinal - 1, hit.nodes[-1].ordinal + 1)
    )


def _merged(hit: Hit, other: Hit) -> Hit:
    nodes = tuple(sorted((*hit.nodes, other.node), key=lambda node: node.ordinal))
    return replace(hit.with_regions_of(other), nodes=nodes)


def joined(nodes: Sequence[Node]) -> tuple[str, tuple[Part, ...]]:
    """Text and parts of neighbouring nodes, the sentences they share given once."""
    text, parts = nodes[0].text, nodes[0].parts
    for node in nodes[1:]:
        shared = _shared_parts(parts, node.parts)
        text += "\n" + _after_parts(node.text, node.parts[:shared])
        parts += node.parts[shared:]
    return text, parts


def _shared_parts(before: Sequence[Part], after: Sequence[Part]) -> int:
    for count in range(min(len(before), len(after)), 0, -1):
        if [part.text for part in before[-count:]] == [part.text for part in after[:count]]:
            return count
    return 0


def _after_parts(text: str, parts: Sequence[Part]) -> str:
    position = 0
    for part in parts:
        found = text.find(part.text, position)
        position = found + len(part.text) if found >= 0 else position
    return text[position:].lstrip()
