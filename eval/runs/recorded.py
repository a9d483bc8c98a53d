"""Records turned back into what the metrics speak of: found evidence, claims, shown regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...generation.answer import Claim
from ...indexing.documents import Region
from ...retrieval.evidence import MatchedRegion
from ...retrieval.source_names import names_source
from ..datasets.item import Box, Item
from ..metrics.region_overlap import RegionOverlap, region_overlap
from ..metrics.relevance_levels import Found
from .stored_evidence import EvidenceStore

Record = Mapping[str, Any]


def found_of(hits: Sequence[Record]) -> list[Found]:
    """Hits as they are ranked."""
    return [
        Found(
            (hit["source"], *hit["also_in"]),
            tuple(dict.fromkeys(page for page in (hit["page"], *_pages(hit)) if page is not None)),
            hit["kind"],
            tuple(box for bound in hit["bounds"] if (box := _box(Region.from_dict(bound))) is not None),
        )
        for hit in hits
    ]


def claims_of(record: Record) -> list[Claim]:
    """The claims of an answer."""
    return [
        Claim(
            one["text"],
            one["verdict"],
            one["score"],
            one["tier"],
            one["reason"],
            one["evidence"],
            MatchedRegion.from_dict(one["region"]) if one["region"] else None,
            tuple(one["citations"]),
        )
        for one in record["claims"]
    ]


def shown_overlap(item: Item, record: Record, store: EvidenceStore) -> RegionOverlap:
    """The known regions against those that the claims of an answer show in the same document."""
    known = [(one.source, box) for one in item.relevant if one.grade > 0 for box in one.boxes]
    shown: list[tuple[str, Box]] = []
    for claim in claims_of(record):
        if claim.region is None or claim.evidence is None:
            continue
        evidence = store.get(record["evidence"][claim.evidence - 1])
        box = _box(claim.region.region)
        if box is not None:
            shown.append((evidence.source, box))
    return region_overlap(
        [(box, [other for where, other in shown if names_source(source, where)]) for source, box in known]
    )


def _pages(hit: Record) -> list[int | None]:
    return [bound["page"] for bound in hit["bounds"]]


def _box(region: Region) -> Box | None:
    if region.page is None:
        return None
    return Box(region.page, *(min(1.0, max(0.0, side)) for side in region.box))
