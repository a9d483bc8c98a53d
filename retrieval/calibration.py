"""Scores on one scale: how far above chance a node is for this question, whatever its kind, space or collection.

- **Vectors**: the cosine less the mean, over the standard deviation, of the question's cosines with a sample of nodes
  of the same kind. Charts' words lie farther from any question than prose does, pictures farther still; a chart that
  is as far above other charts as a passage is above other passages then counts as much.
- **BM25**: the share of the score that a node made of the question's words alone could have at most, which does not
  depend on the collection's other documents; brought to the scale of the former by `_PERFECT`.
- **Phrases**: held word for word, which is as much as words can do.

Unlike scores standardised within their ranking, a weak channel's best stays weak: a question in another language
that shares one word with a document does not make that word a find.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..indexing.collection import Collection
from ..indexing.encoders.protocols import Vectors
from .coarse import PHRASES, Channel, LexicalChannel, Ranking, VectorChannel
from .query import Query
from .rerank.region_alignment import inverse_document_frequency

_PERFECT = 6.0
"""Standard deviations above chance of a very good match (MiniLM, CLIP)."""
_BM25_SATURATION = 2.2
"""k1 + 1: what a word repeated without end counts, in multiples of its idf."""
_SAMPLE = 600
_LEAST_OF_A_KIND = 20
"""Kinds with fewer sampled nodes are compared with nodes of all kinds."""
_LEAST_SPREAD = 0.02
_DRIFT = 1.1
"""A sample is drawn again when the collection has grown or shrunk by this factor."""


class Calibration:
    """Calibrates the rankings of these channels. Safe to use from several threads."""

    def __init__(self, collection: Collection, channels: Sequence[Channel]) -> None:
        self._collection = collection
        self._vector_channels = [channel for channel in channels if isinstance(channel, VectorChannel)]
        self._lexical = [channel.name for channel in channels if isinstance(channel, LexicalChannel)]
        self._lock = threading.Lock()
        self._samples: dict[str, tuple[int, dict[str, Vectors]]] = {}

    def calibrated(self, query: Query, rankings: Mapping[str, Ranking], kinds: Mapping[int, str]) -> dict[str, Ranking]:
        """The rankings with calibrated scores, ordered by them; nodes that `kinds` does not have are left out."""
        scores = {
            channel: {node_id: score for node_id, score in ranking if node_id in kinds}
            for channel, ranking in rankings.items()
        }
        for channel in self._vector_channels:
            if found := scores.get(channel.name):
                scores[channel.name] = self._above_chance(channel, query, found, kinds)
        for name in self._lexical:
            if found := scores.get(name):
                best = self._best_lexical(query)
                scores[name] = {node_id: _PERFECT * min(1.0, score / best) for node_id, score in found.items()}
        scores[PHRASES] = dict.fromkeys(scores.get(PHRASES, {}), _PERFECT)
        return {
            channel: sorted(found.items(), key=lambda item: (-item[1], item[0]))
            for channel, found in scores.items()
            if channel in rankings
        }

    def _above_chance(
        self, channel: VectorChannel, query: Query, found: Mapping[int, float], kinds: Mapping[int, str]
    ) -> dict[int, float]:
        vector = channel.vectors.vector(query)
        chance = {kind: _mean_and_spread(sample, vector) for kind, sample in self._sample(channel.space).items()}
        overall = chance[""]
        calibrated: dict[int, float] = {}
        for node_id, score in found.items():
            mean, spread = chance.get(kinds[node_id], overall)
            calibrated[node_id] = (score - mean) / spread
        return calibrated

    def _best_lexical(self, query: Query) -> float:
        frequencies = self._collection.document_frequency(query.tokens)
        idf = inverse_document_frequency(query.tokens, frequencies, self._collection.node_count())
        return max(1e-9, _BM25_SATURATION * sum(idf[token] for token in query.tokens))

    def _sample(self, space: str) -> dict[str, Vectors]:
        """Vectors of nodes spread over the collection, by kind, and under "" all of them."""
        count = self._collection.node_count()
        with self._lock:
            before, sample = self._samples.get(space, (0, {}))
            if not before or not 1 / _DRIFT <= count / before <= _DRIFT:
                sample = self._draw(space)
                self._samples[space] = (count, sample)
            return sample

    def _draw(self, space: str) -> dict[str, Vectors]:
        sample = self._collection.sample_vectors(_SAMPLE, space)
        large = {kind: vectors for kind, vectors in sample.items() if len(vectors) >= _LEAST_OF_A_KIND}
        return {**large, "": np.concatenate(list(sample.values())) if sample else np.empty((0, 0), np.float32)}


def _mean_and_spread(sample: Vectors, vector: NDArray[np.float32]) -> tuple[float, float]:
    if not len(sample):
        return 0.0, 1.0
    cosines = np.einsum("ij,j->i", sample, vector)
    return float(cosines.mean()), max(float(cosines.std()), _LEAST_SPREAD)
