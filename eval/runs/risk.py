"""Abstention: who answered what could be answered, and how the error grows with the share of questions answered."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np

from .aggregates import rounded
from .item_scores import ItemScores
from .records_of_run import Record, RunRecords

RISK_METRIC = "token_f1"
CONFIDENCE = "the mean support of its claims, then the score of the first evidence"
_MOST_POINTS = 101


def abstention_table(records: RunRecords) -> dict[str, dict[str, int]]:
    """Questions that the documents answer or do not, by what became of them: answered, abstained, failed."""
    table = {name: {"answered": 0, "abstained": 0, "failed": 0} for name in ("answerable", "unanswerable")}
    for item in records.items:
        record = records.answers().get(item.id)
        if record is not None:
            outcome = "failed" if "error" in record else "abstained" if record["abstained"] else "answered"
            table["answerable" if item.answerable else "unanswerable"][outcome] += 1
    return table


def risk_coverage(records: RunRecords, scores: Sequence[ItemScores]) -> dict[str, Any] | None:
    """The risk-coverage curve (El-Yaniv and Wiener, JMLR 2010) of the answers given; None where none was scored.

    Were only the surest share of the answers given (coverage), this would be their mean error (risk), 1 - token F1.
    `aurc` is the mean risk over all coverages, `aurc_unordered` what it would be if confidence told nothing.
    """
    pairs = []
    for one in scores:
        value = one.values.get(RISK_METRIC)
        if value is not None and value.value is not None:
            pairs.append((_confidence(records.answers()[one.item]), 1 - value.value))
    if not pairs:
        return None
    ordered = sorted(pairs, key=lambda pair: pair[0], reverse=True)
    risks = np.cumsum([risk for _, risk in ordered]) / np.arange(1, len(ordered) + 1)
    shown = np.unique(np.linspace(0, len(ordered) - 1, _MOST_POINTS).round().astype(int))
    return {
        "metric": RISK_METRIC,
        "confidence": CONFIDENCE,
        "points": [[rounded((index + 1) / len(ordered)), rounded(float(risks[index]))] for index in shown.tolist()],
        "aurc": rounded(float(risks.mean())),
        "aurc_unordered": rounded(fmean(risk for _, risk in pairs)),
        "n": len(pairs),
    }


def _confidence(record: Record) -> tuple[float, float]:
    claims, evidence = record["claims"], record["evidence"]
    return (
        fmean(claim["score"] for claim in claims) if claims else 0.0,
        evidence[0]["score"] if evidence else 0.0,
    )
