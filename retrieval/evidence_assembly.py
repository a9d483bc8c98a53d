"""From hits to the evidence that is handed over: texts joined, documents and copies looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..indexing.collection import Collection
from ..indexing.documents import Document
from .evidence import Evidence
from .neighbours import Hit, joined
from .query import Where

ALSO_IN = 50
"""Other documents that evidence names at most; it counts all."""


def assemble_evidence(collection: Collection, hits: Sequence[Hit], where: Where | None) -> list[tuple[Hit, Evidence]]:
    """Each hit with its evidence; a hit whose document was deleted meanwhile is left out.

    `where` is the search's filter, which admits the documents with the same content, too.
    """
    copies = collection.copies([hit.node.id for hit in hits], where)
    others = {hit.node.id: [one for one in copies.get(hit.node.id, ()) if one != hit.node.document_id] for hit in hits}
    named = {one for holding in others.values() for one in holding[:ALSO_IN]}
    documents = collection.document_by_id(sorted(named | {hit.node.document_id for hit in hits}))
    return [
        (hit, _evidence(collection, hit, documents, others[hit.node.id]))
        for hit in hits
        if hit.node.document_id in documents
    ]


def _evidence(collection: Collection, hit: Hit, documents: Mapping[int, Document], others: Sequence[int]) -> Evidence:
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
        image_path=collection.asset_path(node.asset) if node.asset else None,
        also_in=tuple(documents[one].source for one in others[:ALSO_IN] if one in documents),
        found_in=1 + len(others),
        node_ids=tuple(part.id for part in hit.nodes),
        reranked_by=hit.reranked_by,
    )
