"""Examples in the form that a cross-encoder is trained on: passages cut as it will read them, and prior scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...indexing.documents import Node
from ...indexing.encoders.token_counter import HfTokenCounter, encodable
from ..rerank.passages import cut_passages, cut_question
from ..rerank.protocol import Reranker
from ..rerank.region_alignment import RegionAlignmentReranker
from .example import HARD, Example
from .ranking_group import RankingGroup


@dataclass(frozen=True, slots=True)
class GroupMaker:
    """Makes groups for a model that reads `max_tokens` of question and passage together.

    `before` gives the scores that the model's are to be added to; `alignment` tells which lines of a node to keep.
    """

    before: Reranker
    alignment: RegionAlignmentReranker
    counter: HfTokenCounter
    max_tokens: int
    depth: int
    """How many candidates the fine stage looks at, over which scores are standardised."""

    def group(self, example: Example, admitted: Callable[[int], bool]) -> RankingGroup | None:
        """None for a question whose evidence is not found, not admitted, or without anything to compare it with."""
        positives = _best_of_each(example, admitted)
        negatives = example.negatives(admitted)
        if not positives or not negatives:
            return None
        wanted = {node.id for node in (*positives, *negatives)}
        candidates = [
            one
            for place, one in enumerate(example.candidates)
            if place < max(self.depth, HARD) or one.node.id in wanted
        ]
        query = example.question.query
        ranked = {item.node_id: item.score for item in self.before.rerank(query, candidates).items}
        scores = np.array(list(ranked.values()))
        mean, spread = float(scores.mean()), max(float(scores.std()), 1e-9)
        nodes = [*positives, *negatives]
        room = min(self.max_tokens, self.counter.max_tokens)
        asked = cut_question(encodable(query.asked or query.text), room // 2, self.counter.count)
        weigh = self.alignment.question_weights(query).share
        passages = cut_passages(nodes, room - asked.tokens, self.counter.count, weigh)
        return RankingGroup(
            asked.text,
            tuple(encodable(passage.text) for passage in passages),
            tuple((ranked[node.id] - mean) / spread for node in nodes),
            len(positives),
        )

    def groups(self, examples: Sequence[Example], admitted: Callable[[int], bool]) -> list[RankingGroup]:
        """Of those examples that make one."""
        made = (self.group(example, admitted) for example in examples)
        return [group for group in made if group is not None]


def _best_of_each(example: Example, admitted: Callable[[int], bool]) -> list[Node]:
    """For each piece of evidence the first candidate that carries it, each once."""
    positives: dict[int, Node] = {}
    for piece in example.relevant:
        for candidate in example.candidates:
            if candidate.node.id in piece:
                positives.setdefault(candidate.node.id, candidate.node)
                break
    return [node for node in positives.values() if admitted(node.id)]
