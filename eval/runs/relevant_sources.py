"""Which documents of a collection an evaluation set means, and how a search is narrowed to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...retrieval.query import Where
from ...retrieval.source_names import sources_meant
from ..datasets.item import Item

NO_DOCUMENT = "/no document has this name"


def resolve_sources(items: Sequence[Item], sources: Iterable[str], *, allow_missing: bool) -> dict[str, str]:
    """Source as the set names it -> source in the collection; those that are not there are left out.

    Raises `InvalidDataset` for names that fit several documents and, unless `allow_missing`, for those that fit none.
    """
    asked: dict[str, str] = {}
    for item in items:
        for relevant in item.relevant:
            asked.setdefault(relevant.source, item.id)
    hint = "Index them (--index PATH), or count them as not found (--allow-missing)."
    return sources_meant(sources, asked, allow_missing=allow_missing, hint=hint)


def document_scope(item: Item, sources: dict[str, str]) -> Where | str:
    """A filter that admits the item's relevant documents alone, or the reason why there is none."""
    wanted = _relevant(item, sources)
    if isinstance(wanted, str):
        return wanted
    return {"source": sorted({source for source, _ in wanted})}


def page_scope(item: Item, sources: dict[str, str]) -> Where | str:
    """A filter that admits the item's relevant pages alone, or the reason why there is none."""
    wanted = _relevant(item, sources)
    if isinstance(wanted, str):
        return wanted
    pages = sorted({page for _, page in wanted if page is not None})
    if not pages:
        return "the data set names no page"
    named = {source for source, page in wanted if page is not None}
    if len(named) > 1 and len(pages) > 1:
        return "the relevant pages lie in several documents, which one filter cannot name"
    return {"source": sorted(named), "page": pages}


def _relevant(item: Item, sources: dict[str, str]) -> list[tuple[str, int | None]] | str:
    if not item.answerable:
        return "the documents do not tell"
    wanted = [one for one in item.relevant if one.grade > 0]
    if not wanted:
        return "the data set names no document"
    found = [(sources[one.source], one.page) for one in wanted if one.source in sources]
    return found or "the relevant documents are not in the collection"
