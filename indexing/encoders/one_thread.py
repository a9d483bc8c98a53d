"""Small batches on the calling thread alone.

A question's products are too small to share out: each of some hundred waits for all threads, and on a machine that
does anything else the slowest of them is late. Measured with MiniLM and one question on two busy cores: 14 ms of
processor time and 36 ms by the clock on one thread, 206 ms and 528 ms on two.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

SMALL_BATCH_TOKENS = 512
"""Up to so many tokens, padding included, a batch is small."""


@contextmanager
def one_thread() -> Iterator[None]:
    """For the `with` block the calling thread calculates alone; call it once torch is loaded."""
    with _openmp().limit(limits=1):
        yield


@functools.cache
def _openmp() -> ThreadpoolController:
    """Those of torch among them. Its number of threads is each calling thread's own, unlike that of OpenBLAS."""
    return ThreadpoolController().select(user_api="openmp")
