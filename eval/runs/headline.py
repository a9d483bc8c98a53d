"""The few metrics that speak for a run: one or two of each kind, so that comparing them all costs little certainty."""

from __future__ import annotations

import math
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
_TELLING = (STRICT + "token_f1", "page.nDCG@10", "document.nDCG@10", "abstained_rightly")
_WORST = {"claims.contradicted": 1.0, "claims.not_found": 1.0, "perplexity": math.inf}
"""The worst value of the metrics that should be low; 0 is that of the others."""


def headline(measured: Collection[str]) -> list[str]:
    """The headline metrics among those that have values."""
    found = (next((name for name in line if name in measured), None) for line in _CANDIDATES)
    return [name for name in found if name is not None]


def most_telling(measured: Collection[str]) -> str | None:
    """The metric in which the questions that went worst are looked for, among those that have values."""
    return next((name for name in _TELLING if name in measured), None)


def lower_is_better(metric: str) -> bool:
    """Whether a metric should be low."""
    return metric in _WORST


def worst_value(metric: str) -> float:
    """What a question that failed counts where it has to count."""
    return _WORST.get(metric, 0.0)
