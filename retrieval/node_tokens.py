"""Search tokens of nodes, by part: what the fine stage compares with the question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from ..indexing.documents import Node
from ..indexing.tokens import tokenize

_KEPT = 2_000
"""Nodes whose tokens are kept: some 40 MB. Node ids are never used twice, so an entry can never be stale."""


@dataclass(frozen=True, slots=True)
class NodeTokens:
    """Distinct tokens of each part of a node, and of its headings and caption."""

    parts: tuple[frozenset[str], ...]
    context: frozenset[str]


class NodeTokenCache:
    """Tokenises nodes, each once while it is remembered. Safe in several threads."""

    def __init__(self, size: int = _KEPT) -> None:
        self._size = size
        self._known: OrderedDict[int, NodeTokens] = OrderedDict()
        self._lock = threading.Lock()

    def tokens(self, node: Node) -> NodeTokens:
        """The tokens of a node."""
        with self._lock:
            known = self._known.get(node.id)
            if known is not None:
                self._known.move_to_end(node.id)
                return known
        made = NodeTokens(
            tuple(frozenset(tokenize(part.text)) for part in node.parts),
            frozenset(tokenize(" ".join((*node.headings, node.caption)))),
        )
        with self._lock:
            self._known[node.id] = made
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return made
