"""BM25 by tantivy, on disk or in memory.

Tokens are made by us and joined by spaces, so that tantivy's own analysis has nothing to decide. An index on disk is
a folder of immutable segments; a commit of tantivy replaces one small file, so a killed writer leaves the state
before. Deletions go by query: by term they silently miss unsigned fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np

from ..errors import CollectionDamaged, StorageFull
from .index_protocols import Hits, Ids, LexicalEntry, NodeFilter, PageRange
from .ranking import best_hits
from .storage_errors import FULL_HINT, INDEX_HINT, is_full

TantivyObject = Any
"""tantivy's queries, documents and writers: compiled classes without checked types."""
_T = TypeVar("_T")

_HEAP_BYTES = 64_000_000
_BATCH = 4_096
_MAX_TOKEN_BYTES = 65_530
"""tantivy leaves out longer terms without a word; we cut the same way on both sides."""


class TantivyIndex:
    """A `LexicalIndex`. `folder` None keeps it in memory.

    Opening a folder that does not hold a readable index raises `CollectionDamaged`. `update` raises `StorageFull`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        import tantivy

        self._tantivy = tantivy
        self._schema = _schema()
        with _tantivy_errors(folder):
            if folder is None:
                self._index = tantivy.Index(self._schema)
            else:
                self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            # Reloading by hand saves a thread that watches the folder.
            self._index.config_reader("manual")
            self._index.reload()
        self._folder = folder

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Begin an empty index in a new folder."""
        folder.mkdir(parents=True)
        return cls(folder)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def reload(self) -> None:
        """See what another process has committed."""
        with _tantivy_errors(self._folder):
            self._index.reload()

    def update(self, *, removed: Iterable[int], added: Iterable[LexicalEntry]) -> None:
        """See `LexicalIndex.update`. `added` is taken in as a stream; one commit at the end."""
        with _tantivy_errors(self._folder):
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        try:
            with _tantivy_errors(self._folder):
                self._delete(writer, removed)
            for batch in _batches(added, _BATCH):
                with _tantivy_errors(self._folder):
                    self._delete(writer, (entry.id for entry in batch))
                    for entry in batch:
                        writer.add_document(self._document(entry))
            with _tantivy_errors(self._folder):
                writer.commit()
        finally:
            # Merging ends here, so that the files on disk stand still until the next update.
            with _tantivy_errors(self._folder):
                writer.wait_merging_threads()
        self.reload()

    def search(self, tokens: Sequence[str], k: int, node_filter: NodeFilter | None = None) -> Hits:
        """See `LexicalIndex.search`."""
        if not tokens or k < 1 or (node_filter is not None and not len(node_filter.ids)):
            return []
        query = self._any_of(tokens)
        if node_filter is not None:
            occur = self._tantivy.Occur
            clauses = [(occur.Must, part) for part in (query, *self._filter(node_filter))]
            clauses += [(occur.MustNot, part) for part in self._excluded(node_filter)]
            query = self._tantivy.Query.boolean_query(clauses)
        with _tantivy_errors(self._folder):
            searcher = self._index.searcher()

            def find(depth: int) -> tuple[Ids, Any]:
                hits = searcher.search(query, depth, count=False).hits
                ids = searcher.fast_field_values("id", [address for _, address in hits])
                return np.array(ids, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float32)

            return best_hits(find, k, int(searcher.num_docs))

    def document_frequency(self, tokens: Sequence[str]) -> dict[str, int]:
        """See `LexicalIndex.document_frequency`."""
        searcher = self._index.searcher()
        return {token: int(searcher.doc_freq("tokens", _term(token))) for token in dict.fromkeys(tokens)}

    def ids(self) -> Ids:
        """See `LexicalIndex.ids`. Reads the whole index: for checks."""
        with _tantivy_errors(self._folder):
            searcher = self._index.searcher()
            limit = max(1, int(searcher.num_docs))
            hits = searcher.search(self._tantivy.Query.all_query(), limit, count=False).hits
            values = searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array(values, dtype=np.int64))

    def _delete(self, writer: TantivyObject, ids: Iterable[int]) -> None:
        for batch in _batches(ids, _BATCH):
            writer.delete_documents_by_query(self._tantivy.Query.term_set_query(self._schema, "id", batch))

    def _document(self, entry: LexicalEntry) -> TantivyObject:
        document = self._tantivy.Document()
        document.add_unsigned("id", entry.id)
        document.add_unsigned("document", entry.document_id)
        document.add_text("kind", entry.kind)
        if entry.page is not None:
            document.add_integer("page", entry.page)
        document.add_text("tokens", " ".join(map(_term, entry.tokens)))
        return document

    def _any_of(self, tokens: Sequence[str]) -> TantivyObject:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        terms = []
        for token, count in Counter(map(_term, tokens)).items():
            term = query.term_query(self._schema, "tokens", token, "freq")
            terms.append((occur.Should, term if count == 1 else query.boost_query(term, float(count))))
        return query.boolean_query(terms)

    def _filter(self, node_filter: NodeFilter) -> Iterator[TantivyObject]:
        """Conditions that narrow the search and add nothing to the score."""
        query = self._tantivy.Query
        if node_filter.documents is not None:
            yield query.const_score_query(
                query.term_set_query(self._schema, "document", list(node_filter.documents)), 0.0
            )
        if node_filter.kinds is not None:
            yield query.const_score_query(query.term_set_query(self._schema, "kind", list(node_filter.kinds)), 0.0)
        if node_filter.pages is not None:
            should = self._tantivy.Occur.Should
            ranges = [(should, self._page_range(pages)) for pages in node_filter.pages]
            yield query.const_score_query(query.boolean_query(ranges), 0.0)

    def _excluded(self, node_filter: NodeFilter) -> list[TantivyObject]:
        if not node_filter.excluded:
            return []
        return [self._tantivy.Query.term_set_query(self._schema, "id", list(node_filter.excluded))]

    def _page_range(self, pages: PageRange) -> TantivyObject:
        limit = 2**62
        first = -limit if pages.first is None else max(pages.first, -limit)
        last = limit if pages.last is None else min(pages.last, limit)
        integer = self._tantivy.FieldType.Integer
        return self._tantivy.Query.range_query(self._schema, "page", integer, first, last)


def _schema() -> TantivyObject:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("page", indexed=True, fast=True)
    builder.add_text_field("tokens", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _term(token: str) -> str:
    if len(token) * 4 <= _MAX_TOKEN_BYTES:
        return token
    return token.encode()[:_MAX_TOKEN_BYTES].decode(errors="ignore")


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@contextmanager
def _tantivy_errors(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:  # tantivy raises ValueError for everything
        where = folder or "the index in memory"
        if is_full(error):
            raise StorageFull(f"{where}: the disk takes no more ({error}).", hint=FULL_HINT) from error
        raise CollectionDamaged(f"{where}: the lexical index cannot be used ({error}).", hint=INDEX_HINT) from error
    except BaseException as error:
        # A panic in tantivy's Rust code derives from BaseException; damaged files can cause one.
        if type(error).__name__ != "PanicException":
            raise
        raise CollectionDamaged(f"{folder}: the lexical index cannot be read ({error}).", hint=INDEX_HINT) from error
