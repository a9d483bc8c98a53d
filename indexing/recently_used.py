"""What was made with effort and may be wanted again: the latest of it is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RecentlyUsed(Generic[Key, Value]):
    """The values used last, as far as their sizes add up to `room`; a size is 1 where none is told.

    Safe in several threads. One value alone that is larger than the room is not kept.
    """

    def __init__(self, room: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._room = room
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._taken = 0
        self._lock = threading.Lock()

    def known(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Those of the keys that are kept, with their values."""
        found: dict[Key, Value] = {}
        with self._lock:
            for key in keys:
                if key in self._values:
                    self._values.move_to_end(key)
                    found[key] = self._values[key]
        return found

    def keep(self, values: Mapping[Key, Value]) -> None:
        """Keep the values instead of those that their keys had, and let go what was not used for longest."""
        with self._lock:
            for key, value in values.items():
                if key in self._values:
                    self._taken -= self._size(self._values.pop(key))
                if (size := self._size(value)) <= self._room:
                    self._values[key] = value
                    self._taken += size
            while self._taken > self._room:
                _, oldest = self._values.popitem(last=False)
                self._taken -= self._size(oldest)
