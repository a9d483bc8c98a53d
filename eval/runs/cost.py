"""What a run took: seconds a stage, tokens read and written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .records_of_run import Record
from .stages import ANSWER, RETRIEVE

PARTS = {RETRIEVE: "retrieve", ANSWER: "answer"}


def cost(times: Mapping[str, Mapping[str, Record]]) -> dict[str, Any]:
    """`{"seconds": {stage: {"p50", "p95", "mean", "n"}}, "tokens": {"prompt", "completion", …} or None}`.

    Of the stages of asking, each with its own parts; `whole` is what the caller waits for.
    """
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    tokens: list[Sequence[int]] = []
    for stage, name in PARTS.items():
        for record in times.get(stage, {}).values():
            for part, value in record.get("seconds", {}).items():
                seconds[f"{name}: {part}"].append(value)
            if record.get("tokens"):
                tokens.append(record["tokens"])
    return {"seconds": {part: _spread(values) for part, values in seconds.items()}, "tokens": _tokens(tokens)}


def _spread(values: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95])
    spread = {"p50": p50, "p95": p95, "mean": np.mean(values)}
    return {**{name: round(float(value), 4) for name, value in spread.items()}, "n": len(values)}


def _tokens(counts: Sequence[Sequence[int]]) -> dict[str, float] | None:
    if not counts:
        return None
    prompt, completion = (np.array(column) for column in zip(*counts, strict=True))
    return {
        "prompt": int(prompt.sum()),
        "completion": int(completion.sum()),
        "prompt_mean": round(float(prompt.mean()), 1),
        "completion_mean": round(float(completion.mean()), 1),
        "n": len(counts),
    }
