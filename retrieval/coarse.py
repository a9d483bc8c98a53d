"""The coarse stage: each channel searches all nodes, widely and cheaply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..indexing.collection import Collection
from ..indexing.encoders.protocols import ImageEncoder, TextEncoder
from ..indexing.search_form import search_form
from ..indexing.tokens import query_tokens
from .query import Query
from .query_batching import QueryBatching
from .search_slots import slot_given_up
from .signals import node_text

Ranking = list[tuple[int, float]]
"""Node ids with scores, best first."""

LEXICAL = "lexical"
"""The channel of words, which reads names, too."""
PHRASES = "phrases"
"""The channel of what stands in quotation marks."""
_QUESTIONS_KEPT = 32


class Channel(Protocol):
    """One way of finding nodes for a question."""

    @property
    def name(self) -> str:
        """What stands in `Evidence.scores`."""
        ...

    def search(self, query: Query, k: int) -> Ranking:
        """Find the `k` best nodes, of near-duplicates one; fewer, or none, where the channel has nothing to say."""
        ...


class QueryVectors:
    """Encodes questions, the latest of them once, those of several threads together. Safe to use from them."""

    def __init__(self, encoder: TextEncoder | ImageEncoder) -> None:
        self._batching = QueryBatching(encoder.encode_queries)
        self._encoded = lru_cache(_QUESTIONS_KEPT)(self._encode)

    def vector(self, query: Query) -> NDArray[np.float32]:
        """`(dim,)` of unit length; not to be changed.

        That of the sentences that ask. The others of a long question take part as far as they are about the same, by
        their cosine; the lines of the accounts behind a figure count as much as the question.
        """
        return self._encoded(*map(search_form, (query.asked or query.text, query.others, query.behind)))

    def _encode(self, asked: str, others: str, behind: str) -> NDArray[np.float32]:
        with slot_given_up():
            vectors = self._batching.encode([text for text in (asked, others, behind) if text])
        vector: NDArray[np.float32] = vectors[0]
        if others:
            vector = _unit(vector + max(0.0, float(vector @ vectors[1])) * vectors[1])
        return _unit(vector + vectors[-1]) if behind else vector


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


@dataclass(frozen=True, slots=True)
class VectorChannel:
    """Nearest neighbours of the question in one vector space (cosine similarity)."""

    collection: Collection
    vectors: QueryVectors
    space: str
    name: str

    def search(self, query: Query, k: int) -> Ranking:
        """Search the space; empty where the collection has no vectors in it."""
        if self.space not in self.collection.spaces():
            return []
        vector = self.vectors.vector(query)
        return self.collection.search_vectors(vector, k, space=self.space, where=query.where, distinct=True)


@dataclass(frozen=True, slots=True)
class LexicalChannel:
    """BM25 over the question's tokens."""

    collection: Collection
    name: str = LEXICAL

    def search(self, query: Query, k: int) -> Ranking:
        """Search the tokens; empty where the question has none (punctuation, emoji)."""
        if not query.tokens:
            return []
        return self.collection.search_lexical(query.tokens, k, where=query.where, distinct=True)


@dataclass(frozen=True, slots=True)
class PhraseChannel:
    """Nodes that hold a phrase which the question puts in quotation marks, word for word, by BM25 of its tokens."""

    collection: Collection
    name: str = PHRASES

    def search(self, query: Query, k: int) -> Ranking:
        """Look at the nodes that BM25 finds for each phrase; empty where the question quotes nothing."""
        best: dict[int, float] = {}
        for signal in (signal for signal in query.signals if signal.kind == "phrase"):
            tokens = query_tokens(signal.text)
            hits = self.collection.search_lexical(tokens, 4 * k, where=query.where, distinct=True)
            nodes = self.collection.nodes([node_id for node_id, _ in hits])
            for node_id, score in hits:
                if node_id in nodes and signal.holds(node_text(nodes[node_id])):
                    best[node_id] = best.get(node_id, 0.0) + score
        return sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:k]


def default_channels(collection: Collection, text: TextEncoder, image: ImageEncoder | None) -> list[Channel]:
    """Text vectors, BM25 and quoted phrases, and image vectors where an image encoder is configured."""
    text_vectors = QueryVectors(text)
    channels: list[Channel] = [
        VectorChannel(collection, text_vectors, "text", "text_vectors"),
        LexicalChannel(collection),
        PhraseChannel(collection),
    ]
    if image is not None:
        # A multimodal model is asked once for both spaces.
        image_vectors = text_vectors if id(image) == id(text) else QueryVectors(image)
        channels.append(VectorChannel(collection, image_vectors, "image", "image_vectors"))
    return channels


def one_of_each_group(rankings: Mapping[str, Ranking], groups: Mapping[int, int]) -> dict[str, Ranking]:
    """The rankings with each group of near-duplicates under the same node in all of them.

    The lexical channel's choice stands where it has one: it reads file names and titles, by which copies differ, while
    their vectors are mostly equal.
    """
    chosen: dict[int, int] = {}
    for name in sorted(rankings, key=lambda name: name != LEXICAL):
        for node_id, _ in rankings[name]:
            chosen.setdefault(groups.get(node_id, -node_id), node_id)
    return {
        name: [(chosen[groups.get(node_id, -node_id)], score) for node_id, score in ranking]
        for name, ranking in rankings.items()
    }
