"""Evidence that differs: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..indexing.encoders.protocols import Vectors
from .neighbours import Hit


def diversified(hits: Sequence[Hit], vectors: Sequence[Vectors], wanted: int, diversity: float) -> list[Hit]:
    """The `wanted` hits that are relevant and unlike those chosen before, in the order of their choice.

    A hit's new score is (1 - diversity) x its score, brought to [0, 1] over all hits, less diversity x its greatest
    cosine similarity to a hit before it. `vectors` are those of the hits, `(dim,) float32` of unit length; `diversity`
    in [0, 1].
    """
    if not hits:
        return []
    by_hit = np.stack(vectors)
    scores = np.array([hit.score for hit in hits], dtype=np.float64)
    relevance = (1 - diversity) * (scores - scores.min()) / max(float(np.ptp(scores)), 1e-9)
    nearest = np.zeros(len(hits))
    left = np.ones(len(hits), dtype=bool)
    chosen: list[Hit] = []
    for _ in range(min(wanted, len(hits))):
        values = np.where(left, relevance - diversity * nearest, -np.inf)
        index = int(values.argmax())
        left[index] = False
        value = float(values[index])
        chosen.append(replace(hits[index], score=value, scores={**hits[index].scores, "diversity": value}))
        # Opposed is no more different than unrelated: below 0 nothing is gained.
        # By `einsum`, since BLAS would wake threads for so small a product.
        nearest = np.maximum(nearest, np.einsum("ij,j->i", by_hit, by_hit[index]))
    return chosen
