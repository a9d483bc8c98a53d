"""Abstention, risk and cost of a run, by the metrics of those names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from ...generation.decoders.chat_model import Usage
from ..metrics.abstention import abstention_table, risk_coverage
from ..metrics.cost import count_tokens, latencies
from .aggregates import rounded
from .item_scores import ItemScores
from .records_of_run import Record, RunRecords
from .stages import ANSWER, RETRIEVE

RISK_METRIC = "token_f1"
CONFIDENCE = "the mean support of its claims, then the score of the first evidence"
_MOST_POINTS = 101


def abstention(records: RunRecords) -> dict[str, Any] | None:
    """The table of questions that the documents answer or do not; None where none was answered."""
    known = [(item, records.answers().get(item.id)) for item in records.items]
    pairs = [
        (item.answerable, not record["abstained"]) for item, record in known if record is not None and "text" in record
    ]
    return abstention_table(pairs).to_dict() if pairs else None


def risk(records: RunRecords, scores: Sequence[ItemScores]) -> dict[str, Any] | None:
    """The risk-coverage curve of the answers given, risk being 1 - token F1; None where none was scored.

    `aurc_unordered` is what the area would be if confidence told nothing.
    """
    pairs = []
    for one in scores:
        value = one.values.get(RISK_METRIC)
        if value is not None and value.value is not None:
            pairs.append((_confidence(records.answers()[one.item]), 1 - value.value))
    if not pairs:
        return None
    order = {confidence: place for place, confidence in enumerate(sorted({confidence for confidence, _ in pairs}))}
    curve = risk_coverage([order[confidence] for confidence, _ in pairs], [error for _, error in pairs])
    shown = np.unique(np.linspace(0, len(curve.points) - 1, _MOST_POINTS).round().astype(int)).tolist()
    return {
        "metric": RISK_METRIC,
        "confidence": CONFIDENCE,
        "points": [[rounded(value) for value in curve.points[index]] for index in shown],
        "aurc": rounded(curve.aurc.value),
        "aurc_unordered": rounded(fmean(error for _, error in pairs)),
        "n": len(pairs),
    }


def cost(records: RunRecords) -> dict[str, Any]:
    """`{"seconds": {stage: {"n", "mean", "p50", "p95"}}, "tokens": {…} or None}` of retrieval and answers proper."""
    seconds = {
        f"{stage}: {part}": spread.to_dict()
        for stage in (RETRIEVE, ANSWER)
        for part, spread in latencies(_seconds(records.times.get(stage, {}).values())).items()
        if part != "total"  # the parts overlap: `whole` is measured around them
    }
    told = [record.get("tokens") for record in records.times.get(ANSWER, {}).values()]
    tokens = count_tokens(Usage(*one) if one else None for one in told)
    counts = {"prompt": tokens.prompt, "completion": tokens.completion, "n": tokens.n, "unknown": tokens.unknown}
    return {"seconds": seconds, "tokens": counts if tokens.n else None}


def _seconds(records: Iterable[Record]) -> list[dict[str, float]]:
    return [record["seconds"] for record in records if "seconds" in record]


def _confidence(record: Record) -> tuple[float, float]:
    claims, evidence = record["claims"], record["evidence"]
    return (
        fmean(claim["score"] for claim in claims) if claims else 0.0,
        evidence[0]["score"] if evidence else 0.0,
    )
