"""Search tokens of nodes, by part: what the fine stage compares with the question."""

from __future__ import annotations

from dataclasses import dataclass

from ..indexing.documents import Node
from ..indexing.recently_used import RecentlyUsed
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
        self._known: RecentlyUsed[int, NodeTokens] = RecentlyUsed(size)

    def tokens(self, node: Node) -> NodeTokens:
        """The tokens of a node."""
        if (known := self._known.known([node.id]).get(node.id)) is not None:
            return known
        made = NodeTokens(
            tuple(frozenset(tokenize(part.text)) for part in node.parts),
            frozenset(tokenize(" ".join((*node.headings, node.caption)))),
        )
        self._known.keep({node.id: made})
        return made
