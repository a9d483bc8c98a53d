"""Whether one system is better than another on the same questions, or whether it is chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_RESAMPLES = 10_000
_AT_A_TIME = 1_000


def randomisation_p(first: Sequence[float], second: Sequence[float], *, seed: int = 7) -> float:
    """Two-sided p of the difference of means by the paired randomisation test (Smucker et al., CIKM 2007).

    `first` and `second` are the scores of two systems on the same items. Under the null hypothesis each item's two
    scores might as well be swapped: p is the share of 10,000 random swappings that part the means at least as far.
    1.0 where there are no items or no differences.
    """
    from scipy.stats import permutation_test

    pairs = np.array([(one, other) for one, other in zip(first, second, strict=True) if abs(one - other) > 1e-12])
    if len(pairs) < 2:
        return 1.0  # a single difference is as far from none either way
    return float(
        permutation_test(
            (pairs[:, 0], pairs[:, 1]),
            lambda x, y, axis: np.mean(x - y, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=_RESAMPLES,
            batch=_AT_A_TIME,
            rng=np.random.default_rng(seed),
        ).pvalue
    )
