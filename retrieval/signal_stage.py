"""What the question insists on, brought to bear on the fine stage's ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..indexing.collection import Collection
from ..indexing.documents import Node
from .coarse import Ranking
from .query import Query
from .rerank.protocol import Reranked
from .signals import Signal, node_text, signal_bonus


@dataclass(frozen=True, slots=True)
class Signalled:
    """The reranked nodes in their new order, what was added to each score, and the signals that each node holds."""

    items: list[Reranked]
    added: Ranking = field(default_factory=list)
    held: Mapping[int, frozenset[Signal]] = field(default_factory=dict)


class SignalStage:
    """Adds `signal_bonus` to the scores of nodes that hold the question's phrases, years and numbers."""

    def __init__(self, collection: Collection, weight: float) -> None:
        self._collection = collection
        self._weight = weight

    def apply(self, query: Query, reranked: Sequence[Reranked], nodes: Mapping[int, Node]) -> Signalled:
        """Best first, ties by node id; as they are where the question insists on nothing."""
        if not query.signals:
            return Signalled(list(reranked))
        held = self._held(query, [nodes[item.node_id] for item in reranked])
        bonus = signal_bonus(
            [item.score for item in reranked], [held[item.node_id] for item in reranked], query.signals, self._weight
        )
        items = [replace(item, score=item.score + extra) for item, extra in zip(reranked, bonus, strict=True)]
        added = [(item.node_id, extra) for item, extra in zip(reranked, bonus, strict=True)]
        return Signalled(
            sorted(items, key=lambda item: (-item.score, item.node_id)),
            sorted(added, key=lambda pair: (-pair[1], pair[0])),
            held,
        )

    def _held(self, query: Query, nodes: Sequence[Node]) -> dict[int, frozenset[Signal]]:
        names = {name.id: name for name in self._collection.document_names([node.document_id for node in nodes])}
        texts = {node.id: node_text(node, names.get(node.document_id)) for node in nodes}
        return {
            node_id: frozenset(signal for signal in query.signals if signal.holds(text))
            for node_id, text in texts.items()
        }
