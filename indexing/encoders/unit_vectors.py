"""Checks what a model returned and brings it to length 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelUnavailable
from .protocols import Vectors


def unit_vectors(rows: NDArray[np.floating], dimension: int, model: str) -> Vectors:
    """`(n, dimension) float32`, each row scaled to length 1.

    Raises `ModelUnavailable` where the rows have another width, are not finite, or have no direction: such vectors
    would be stored and found by every question, or by none.
    """
    if rows.ndim != 2 or rows.shape[1] != dimension:
        raise ModelUnavailable(
            f"The model {model} returned vectors of shape {rows.shape}, not (n, {dimension}).",
            hint="Its configuration does not fit its weights: install it again, or use another model.",
        )
    vectors = rows.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # Also false for NaN; an infinite component makes an infinite length.
    if not np.all((lengths > 0) & np.isfinite(lengths)):
        raise ModelUnavailable(
            f"The model {model} returned vectors without a direction (NaN, infinite or zero).",
            hint="Its weights are damaged, or overflow on this device: install it again, or set another device.",
        )
    vectors /= lengths
    return vectors
