"""The few metrics that speak for a run: one or two of each kind, so that comparing them all costs little certainty."""

from __future__ import annotations

from collections.abc import Collection

from .item_scores import STRICT

_CANDIDATES = (
    ("page.nDCG@10", "document.nDCG@10"),
    ("figure.nDCG@10", "document.chart.nDCG@10"),
    (STRICT + "token_f1",),
    (STRICT + "number_f1",),
    ("claims.supported",),
    ("citation_recall",),
    ("citation_precision",),
    ("abstained_rightly",),
)
"""Of each line the first that has values."""


def headline(measured: Collection[str]) -> list[str]:
    """The headline metrics among those that have values."""
    found = (next((name for name in line if name in measured), None) for line in _CANDIDATES)
    return [name for name in found if name is not None]
