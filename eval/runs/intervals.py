"""How far a mean may be off: bootstrap intervals."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95
_RESAMPLES = 2_000
_AT_A_TIME = 500
_MOST_CORRECTED = 2_000
"""Above so many values the corrections change nothing that is shown, and take more time than the bootstrap itself."""


class Interval(NamedTuple):
    """A mean and the interval that holds the true one with 95 % confidence; no ends where one value cannot tell."""

    mean: float
    low: float | None
    high: float | None


def mean_interval(values: Sequence[float], *, seed: int = 7, resamples: int = _RESAMPLES) -> Interval:
    """The mean of one or more values with its bias-corrected and accelerated bootstrap interval.

    Efron, JASA 1987, by `scipy.stats.bootstrap`; the plain percentile interval above 2,000 values. Values that are
    all the same have an interval without width.
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    data = np.asarray(values, dtype=np.float64)
    mean = float(data.mean())
    if len(data) < 2:
        return Interval(mean, None, None)
    if np.ptp(data) < 1e-12:
        return Interval(mean, mean, mean)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # what is degenerate is looked at below
        found = bootstrap(
            (data,),
            np.mean,
            vectorized=True,
            n_resamples=resamples,
            batch=_AT_A_TIME,
            confidence_level=CONFIDENCE,
            method="BCa" if len(data) <= _MOST_CORRECTED else "percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return Interval(mean, low, high) if np.isfinite([low, high]).all() else Interval(mean, None, None)
