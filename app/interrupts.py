"""Ctrl-C as a request to stop where everything is consistent."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_interrupt(cancel: threading.Event) -> Iterator[None]:
    """The first Ctrl-C asks the run to stop where everything is consistent; a second one ends it at once."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        sys.stderr.write("Stopping; press Ctrl-C again to stop at once.\n")

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
