"""How much each word of a question tells in a collection: the rarer, the more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..indexing.collection import Collection
from .rerank.region_alignment import inverse_document_frequency

TokenWeights = Callable[[Sequence[str]], Mapping[str, float]]
"""Search tokens -> their weights."""


def token_weights(collection: Collection) -> TokenWeights:
    """Inverse document frequencies, counted anew at each call: the collection may have grown."""

    def weights(tokens: Sequence[str]) -> Mapping[str, float]:
        return inverse_document_frequency(tokens, collection.document_frequency(tokens), collection.node_count())

    return weights
