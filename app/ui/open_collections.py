"""The collections that the interface has opened, once for all tabs."""

from __future__ import annotations

import threading
from pathlib import Path

from ..client import Chartwell
from ..settings import Settings


class OpenCollections:
    """Opens collections at first use and keeps them open. Safe to use from any thread.

    `settings` are those in force, `changes` is how often they have changed since the start.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.changes = 0
        self._clients: dict[Path, Chartwell] = {}
        self._opening: dict[Path, threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, path: Path) -> Chartwell:
        """The collection at `path`. Raises what `Chartwell.open` raises, except for another encoder."""
        with self._lock:
            opening = self._opening.setdefault(path, threading.Lock())
        with opening:  # of each its own: a large one that has to heal lets the others be opened
            known = self._clients.get(path)
            if known is None:
                known = Chartwell.open(path, settings=self.settings, check_encoder=False)
                with self._lock:
                    self._clients[path] = known
                    known.configure(self.settings)  # they may have changed meanwhile
            return known

    def configure(self, settings: Settings) -> None:
        """Go on with other settings, in every collection."""
        with self._lock:
            self.settings = settings
            self.changes += 1
            for client in self._clients.values():
                client.configure(settings)
