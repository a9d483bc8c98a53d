"""Paired statistics of two runs: how far apart, how sure, and what so many questions can show at all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ...retrieval.significance import randomisation_p
from ..runs.aggregates import rounded
from ..runs.intervals import mean_interval

ALPHA = 0.05
POWER = 0.8
_RESAMPLES = 10_000
Scores = Mapping[str, Mapping[str, float | None]]
"""By question the value of every metric, None where there is none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric over the `n` questions that have a value in both runs; `unpaired` have one in one run only.

    `difference` is B - A with its bootstrap interval, `p` that of the paired randomisation test, `p_holm` corrected
    for the number of metrics compared. `detectable` is the smallest true difference that so many questions show in
    four of five comparisons (two-sided 5 %).
    """

    metric: str
    n: int
    unpaired: int
    a: float
    b: float
    difference: float
    low: float | None
    high: float | None
    p: float
    p_holm: float
    detectable: float | None

    @property
    def significant(self) -> bool:
        """Whether the difference is more than chance, after the correction."""
        return self.p_holm < ALPHA

    def to_dict(self) -> dict[str, Any]:
        """JSON form, keys as the fields, and `significant`."""
        numbers = {name: rounded(value) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {**numbers, "significant": self.significant}


def differences(a: Scores, b: Scores, metrics: Sequence[str], *, seed: int = 7) -> list[Difference]:
    """The metrics that have values in both runs, over the questions of both."""
    found = []
    for metric in metrics:
        pairs = [(a[item].get(metric), b[item].get(metric)) for item in a if item in b]
        known = [(one, other) for one, other in pairs if one is not None and other is not None]
        if known:
            unpaired = sum((one is None) != (other is None) for one, other in pairs)
            found.append(_difference(metric, np.array(known), unpaired, seed))
    corrected = holm([one.p for one in found])
    return [replace(one, p_holm=p_holm) for one, p_holm in zip(found, corrected, strict=True)]


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected for their number (Holm, Scandinavian Journal of Statistics 1979), in the order given."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = highest
    return corrected


def detectable_difference(spread: float, n: int) -> float:
    """The smallest true mean difference that a two-sided test at 5 % shows with a power of 80 %.

    `spread` is the standard deviation of the paired differences (normal approximation; Sakai, IRJ 2016).
    """
    from scipy.stats import norm

    return float((norm.ppf(1 - ALPHA / 2) + norm.ppf(POWER)) * spread / math.sqrt(n))


def _difference(metric: str, pairs: np.ndarray[Any, np.dtype[np.float64]], unpaired: int, seed: int) -> Difference:
    first, second = pairs[:, 0], pairs[:, 1]
    deltas = second - first
    interval = mean_interval(deltas.tolist(), seed=seed, resamples=_RESAMPLES)
    p = randomisation_p(first.tolist(), second.tolist(), seed=seed)
    detectable = detectable_difference(float(deltas.std(ddof=1)), len(deltas)) if len(deltas) > 1 else None
    return Difference(
        metric,
        len(pairs),
        unpaired,
        float(first.mean()),
        float(second.mean()),
        interval.mean,
        interval.low,
        interval.high,
        p,
        p,
        detectable,
    )
