"""Searching the derived indexes, with the catalog's word on every hit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from ..errors import ChartwellError, CollectionDamaged
from .filters import Filter, Where, parse_where
from .index_protocols import Hits, NodeFilter, Vectors
from .lexical_follower import Mending
from .space_registry import SpaceRegistry
from .stores import Stores
from .writer_lock import WriterLock

logger = logging.getLogger(__name__)

_FILTERS_KEPT = 32
_MEND_PAUSE_SECONDS = 60.0
"""After mending has failed (a full disk), searches do without for a while."""


class IndexSearch:
    """What FAISS and tantivy find, without what the catalog does not have. Mends the indexes where they are wrong."""

    def __init__(self, stores: Stores, lock: WriterLock, spaces: SpaceRegistry) -> None:
        self._stores = stores
        self._catalog = stores.catalog
        self._lock = lock
        self._spaces = spaces
        self._mend_again_at = 0.0
        self._resolved = lru_cache(_FILTERS_KEPT)(self._resolve)

    def vectors(self, vector: Vectors, k: int, space: str, where: Where | None) -> Hits:
        """See `Collection.search_vectors`."""
        generation, node_filter = self._filter(where)
        stored = self._spaces.get(space)
        follower = self._stores.vectors(space)

        def find(depth: int) -> Hits:
            return follower.search(stored, generation, vector, depth, node_filter)

        hits, dangling = self._living(find, k)
        if dangling and self._catalog.generation() == generation:
            logger.error("FAISS found nodes of %r that the catalog does not have; it is rebuilt", space)
            follower.distrust()
            hits, _ = self._living(find, k)
        if follower.needs_saving:
            self._mend(lambda: follower.save(force=True))
        return hits

    def lexical(self, tokens: Sequence[str], k: int, where: Where | None) -> Hits:
        """See `Collection.search_lexical`."""
        generation, node_filter = self._filter(where)
        follower = self._stores.lexical

        def find(depth: int) -> Hits:
            return follower.current(generation, self._save_lexical).search(tokens, depth, node_filter)

        try:
            hits, dangling = self._living(find, k)
        except CollectionDamaged:
            logger.exception("tantivy cannot search; its index is rebuilt")
            if self._mend(follower.distrust) != "done":
                raise
            return self._living(find, k)[0]
        if dangling and follower.generation == generation == self._catalog.generation():
            logger.error("tantivy found nodes that the catalog does not have; it is rebuilt")
            if self._mend(follower.distrust) == "done":
                hits, _ = self._living(find, k)
        return hits

    def document_frequency(self, tokens: Sequence[str]) -> dict[str, int]:
        """See `Collection.document_frequency`."""
        index = self._stores.lexical.current(self._catalog.generation(), self._save_lexical)
        return index.document_frequency(tokens)

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

    def _living(self, find: Callable[[int], Hits], k: int) -> tuple[Hits, bool]:
        """The `k` best that the catalog has; also says whether others were found."""
        depth, dangling = k, False
        while True:
            hits = find(depth)
            existing = self._catalog.existing([node_id for node_id, _ in hits])
            living = [hit for hit in hits if hit[0] in existing]
            dangling = dangling or len(living) < len(hits)
            if len(living) >= k or len(hits) < depth:
                return living[:k], dangling
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
