"""Nodes that were read lately: making one of its row takes five times as long as to see that it is still there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .catalog_rows import node_from_row
from .documents import Node

_KEPT_CHARACTERS = 8_000_000
"""Of stored text: some 30 MB of nodes, 2,000 of charts or 15,000 short sections."""


class NodeCache:
    """The latest nodes, as far as their rows have `kept_characters`. Safe in several threads.

    A node never changes and its id is never used twice, so that an entry can only be of a node that is gone.
    """

    def __init__(self, kept_characters: int = _KEPT_CHARACTERS) -> None:
        self._kept_characters = kept_characters
        self._known: OrderedDict[int, tuple[Node, int]] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def known(self, ids: Iterable[int]) -> dict[int, Node]:
        """Those of the nodes that were read lately."""
        found: dict[int, Node] = {}
        with self._lock:
            for node_id in ids:
                if node_id in self._known:
                    self._known.move_to_end(node_id)
                    found[node_id] = self._known[node_id][0]
        return found

    def read(self, rows: Sequence[tuple[Any, ...]]) -> dict[int, Node]:
        """The nodes of rows, by id, from now on known."""
        nodes = {row[0]: node_from_row(row) for row in rows}
        self._keep(nodes, {row[0]: sum(len(value) for value in row if isinstance(value, str)) for row in rows})
        return nodes

    def _keep(self, nodes: Mapping[int, Node], characters: Mapping[int, int]) -> None:
        with self._lock:
            for node_id, node in nodes.items():
                if node_id not in self._known:
                    self._known[node_id] = node, characters[node_id]
                    self._characters += characters[node_id]
            while self._characters > self._kept_characters:
                _, (_, dropped) = self._known.popitem(last=False)
                self._characters -= dropped
