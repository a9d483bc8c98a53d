"""Several questions in one search: the parts of a decomposed question, or its paraphrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .neighbours import Hit


def fuse_questions(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    """One list out of the hits of each question, best first; the list of a single question as it is.

    The score is the sum of 1 / rank over the questions (reciprocal rank fusion, Cormack et al. 2009, undamped). What
    is first for one question thus comes before what is third for two: each part of a question keeps its own evidence.
    A hit keeps the scores of the question that ranks it best, and the regions of all. Ties by node id.
    """
    if len(found) == 1:
        return list(found[0])
    best: dict[int, tuple[int, Hit]] = {}
    scores: dict[int, float] = {}
    for hits in found:
        for rank, hit in enumerate(hits, start=1):
            node_id = hit.node.id
            scores[node_id] = scores.get(node_id, 0.0) + 1 / rank
            if node_id not in best:
                best[node_id] = (rank, hit)
                continue
            before, kept = best[node_id]
            first, second = (hit, kept) if rank < before else (kept, hit)
            best[node_id] = (min(rank, before), first.with_regions_of(second))
    fused = [
        replace(hit, score=scores[node_id], scores={**hit.scores, "questions": scores[node_id]})
        for node_id, (_, hit) in best.items()
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.node.id))
