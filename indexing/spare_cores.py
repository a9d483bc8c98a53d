"""Threads for the encoder that the parse workers do not need themselves.

A matrix product spread over cores on which OCR runs too waits at every barrier for its slowest part. Measured with
MiniLM beside two OCR processes on two cores: one thread takes 0.7 times the processor time of two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


class SpareCores:
    """Limits the numerical libraries of the calling thread to the cores that are free, at least one.

    `busy` tells how many cores others use at this moment.
    """

    def __init__(self, busy: Callable[[], int]) -> None:
        self._busy = busy
        self._cores = len(os.sched_getaffinity(0))

    @contextmanager
    def limit(self) -> Iterator[None]:
        """For the `with` block, use no more threads than there are free cores when it begins."""
        # Looked up each time: torch brings its libraries when the first batch is encoded.
        with ThreadpoolController().limit(limits=max(1, self._cores - self._busy())):
            yield
