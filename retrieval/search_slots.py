"""No more searches at work at a time than cores can serve.

What a search does around its encoder is Python, which one thread at a time can run. Where sixteen try, they take its
lock from each other and from the encoder, which needs it before each of its products. Measured on two cores, a search
among sixteen then takes 1.7 times the processor time outside the encoder that it takes alone, and the encoder stands
still half of the time. So they wait for a slot; and a search that itself waits, for an encoder or a server, gives its
slot up meanwhile.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

_USEFUL = 4
"""More slots serve nobody, however many cores there are: most of what a search does in its slot is Python."""


class SearchSlots:
    """`count` slots for threads that search; by default one a core, as far as that helps."""

    def __init__(self, count: int | None = None) -> None:
        # Not a semaphore, which is made of Python: an interrupt in the midst of it may leave it locked for ever.
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count or min(len(os.sched_getaffinity(0)), _USEFUL)):
            self._free.put(None)

    @contextmanager
    def held(self) -> Iterator[None]:
        """For the `with` block the calling thread has a slot, for which it waits. One that has a slot keeps it."""
        if _of_this_thread.slots is not None:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give_back()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """For the `with` block the slot of the calling thread, which has one, is free for another."""
        self._give_back()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self._free.get()
        _of_this_thread.slots = self

    def _give_back(self) -> None:
        """Unless the thread was interrupted while it waited to have the slot back, and so has none."""
        if _of_this_thread.slots is self:
            _of_this_thread.slots = None
            self._free.put(None)


@contextmanager
def slot_given_up() -> Iterator[None]:
    """For the `with` block, in which the calling thread waits, its slot is free for another, if it has one."""
    if _of_this_thread.slots is None:
        yield
        return
    with _of_this_thread.slots.given_up():
        yield


class _Holder(threading.local):
    slots: SearchSlots | None = None


_of_this_thread = _Holder()
