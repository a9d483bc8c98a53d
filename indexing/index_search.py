"""Searching the derived indexes, with the catalog's word on every hit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..errors import ChartwellError, CollectionDamaged
from .filters import Filter, Where, parse_where
from .index_protocols import Hits, NodeFilter, Vectors
from .lexical_follower import Mending
from .recall import Recall, measure_recall
from .space_registry import SpaceRegistry
from .stores import Stores
from .writer_lock import WriterLock

logger = logging.getLogger(__name__)

_FILTERS_KEPT = 32
_MEND_PAUSE_SECONDS = 60.0
"""After mending has failed (a full disk), searches do without for a while."""


_Find = Callable[[int, NodeFilter | None], Hits]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is searched for: `distinct` wants one node of each group of duplicates."""

    k: int
    generation: int
    node_filter: NodeFilter | None
    distinct: bool

    @property
    def first_depth(self) -> int:
        """Deeper than `k` where some hits may be copies: a second search costs more than a deeper one."""
        return 2 * self.k if self.distinct else self.k


class IndexSearch:
    """What FAISS and tantivy find, without what the catalog does not have. Mends the indexes where they are wrong."""

    def __init__(self, stores: Stores, lock: WriterLock, spaces: SpaceRegistry) -> None:
        self._stores = stores
        self._catalog = stores.catalog
        self._lock = lock
        self._spaces = spaces
        self._mend_again_at = 0.0
        self._resolved = lru_cache(_FILTERS_KEPT)(self._resolve)

    def vectors(self, vector: Vectors, k: int, space: str, where: Where | None, *, distinct: bool) -> Hits:
        """See `Collection.search_vectors`."""
        generation, node_filter = self._filter(where)
        stored = self._spaces.get(space)
        follower = self._stores.vectors(space)
        wanted = _Wanted(k, generation, node_filter, distinct)

        def find(depth: int, node_filter: NodeFilter | None) -> Hits:
            return follower.search(stored, generation, vector, depth, node_filter)

        hits, dangling = self._living(find, wanted)
        if dangling and self._catalog.generation() == generation:
            logger.error("FAISS found nodes of %r that the catalog does not have; it is rebuilt", space)
            follower.distrust()
            hits, _ = self._living(find, wanted)
        if follower.needs_saving:
            self._mend(lambda: follower.save(force=True))
        return hits

    def lexical(self, tokens: Sequence[str], k: int, where: Where | None, *, distinct: bool) -> Hits:
        """See `Collection.search_lexical`."""
        generation, node_filter = self._filter(where)
        follower = self._stores.lexical
        wanted = _Wanted(k, generation, node_filter, distinct)

        def find(depth: int, node_filter: NodeFilter | None) -> Hits:
            return follower.current(generation, self._save_lexical).search(tokens, depth, node_filter)

        try:
            hits, dangling = self._living(find, wanted)
        except CollectionDamaged:
            logger.exception("tantivy cannot search; its index is rebuilt")
            if self._mend(follower.distrust) != "done":
                raise
            return self._living(find, wanted)[0]
        if dangling and follower.generation == generation == self._catalog.generation():
            logger.error("tantivy found nodes that the catalog does not have; it is rebuilt")
            if self._mend(follower.distrust) == "done":
                hits, _ = self._living(find, wanted)
        return hits

    def document_frequency(self, tokens: Sequence[str]) -> dict[str, int]:
        """See `Collection.document_frequency`."""
        index = self._stores.lexical.current(self._catalog.generation(), self._save_lexical)
        return index.document_frequency(tokens)

    def copies(self, ids: Sequence[int], where: Where | None) -> dict[int, list[int]]:
        """See `Collection.copies`."""
        _, node_filter = self._filter(where)
        groups = self._catalog.groups(ids)
        members = self._catalog.copies(groups.values())
        admitted = None if node_filter is None else set(node_filter.ids.tolist())
        return {
            node_id: sorted(
                {
                    document_id
                    for document_id, member in members.get(group, ())
                    if admitted is None or member in admitted
                }
            )
            for node_id, group in groups.items()
        }

    def recall(self, queries: Vectors, k: int, space: str) -> Recall:
        """See `Collection.recall`."""
        follower = self._stores.vectors(space)
        with self._catalog.snapshot():
            stored = self._spaces.get(space)
            generation = self._catalog.generation()
            follower.follow()

            def search(query: Vectors) -> Hits:
                return follower.search(stored, generation, query, k, None)

            return measure_recall(self._catalog, stored, queries, k, search, follower.factory)

    def refresh(self) -> None:
        """Load the indexes and bring them up to date."""
        for name in self._spaces.all():
            self._stores.vectors(name).follow()
        self._stores.lexical.current(self._catalog.generation(), self._save_lexical)

    def _filter(self, where: Where | None) -> tuple[int, NodeFilter | None]:
        wanted = parse_where(where)
        generation = self._catalog.generation()
        return generation, self._resolved(generation, wanted) if wanted else None

    def _resolve(self, generation: int, wanted: Filter) -> NodeFilter:  # noqa: ARG002 - part of the cache's key
        return self._catalog.node_filter(wanted)

    def _living(self, find: _Find, wanted: _Wanted) -> tuple[Hits, bool]:
        """The best that the catalog has; also says whether others were found.

        Where the hits are full of copies, the copies are shut out and the search begins again: ten thousand of them
        cost a few searches, not one that is ten thousand deep.
        """
        depth, dangling, node_filter = wanted.first_depth, False, wanted.node_filter
        while True:
            hits = find(depth, node_filter)
            groups = self._catalog.groups([node_id for node_id, _ in hits])
            living = [hit for hit in hits if hit[0] in groups]
            dangling = dangling or len(living) < len(hits)
            best = _one_of_each(living, groups) if wanted.distinct else living
            if len(best) >= wanted.k or len(hits) < depth:
                return best[: wanted.k], dangling
            if len(best) < len(living):
                known = {groups[node_id] for node_id, _ in best}
                members = {node for group in self._catalog.copies(known).values() for _, node in group}
                if node_filter is None:
                    node_filter = self._resolved(wanted.generation, Filter())
                node_filter = node_filter.without(members - {node_id for node_id, _ in best})
            depth *= 4

    def _save_lexical(self) -> Mending:
        return self._mend(self._stores.lexical.save)

    def _mend(self, action: Callable[[], None]) -> Mending:
        """Change the derived files, if nobody is writing."""
        if time.monotonic() < self._mend_again_at:
            return "failed"
        with self._lock.if_free() as free:
            if not free:
                return "busy"
            try:
                action()
            except (ChartwellError, OSError) as error:
                logger.warning("the indexes of %s cannot be mended on disk: %s", self._stores.path, error)
                self._mend_again_at = time.monotonic() + _MEND_PAUSE_SECONDS
                return "failed"
        return "done"


def _one_of_each(hits: Hits, groups: Mapping[int, int]) -> Hits:
    """The best hit of each group."""
    best: dict[int, tuple[int, float]] = {}
    for hit in hits:
        best.setdefault(groups[hit[0]], hit)
    return list(best.values())
