"""The metrics of a ranking as plain numbers, for questions of which something relevant is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..metrics.ranking import rank_scores


def ranking_scores(ranked: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Each metric of `rank_scores`, with all of `relevant`, which is not empty, worth the same."""
    values = {name: one.value for name, one in rank_scores(ranked, dict.fromkeys(relevant, 1)).items()}
    return {name: value for name, value in values.items() if value is not None}
