"""What is learned from, and judged by: questions whose evidence is known, with what the coarse stage finds for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...indexing.collection import Collection
from ...indexing.documents import Node
from ..query import Query
from ..rerank.protocol import Candidate

COARSE_DEPTH = 100
CandidatesOf = Callable[[Query], Sequence[Candidate]]
"""What a search gives its fine stage for a question, best first."""
HARD = 30
"""Negatives are taken from the first ranks of the coarse stage."""
RESTS_PER_NODE = 2
"""Questions made from one node."""


def rest_id(node_id: int, number: int) -> int:
    """The id of what the `number`th question leaves of a node: what is remembered of the node does not hold for it."""
    return -(RESTS_PER_NODE * node_id + number)


def stored_id(node_id: int) -> int:
    """The id of the node itself."""
    return node_id if node_id >= 0 else -node_id // RESTS_PER_NODE


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """The node that a question was taken out of, what is left of it, and nodes that must not count against it."""

    node: Node
    rest: Node
    kin: frozenset[int]


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question with its evidence: for each piece the groups of near-duplicates that carry it.

    `documents` hold the evidence. `made` is set where the question was made from the collection itself.
    """

    id: str
    query: Query
    evidence: tuple[frozenset[int], ...]
    documents: frozenset[int]
    made: MadeFrom | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates, best first by the coarse stage, one of each group of near-duplicates.

    `relevant` has, for each piece of evidence, the ids of the candidates that carry it: none where the coarse stage
    has missed it.
    """

    question: KnownQuestion
    candidates: tuple[Candidate, ...]
    relevant: tuple[frozenset[int], ...]

    @property
    def positive(self) -> Node | None:
        """The best candidate that carries evidence."""
        held = frozenset[int]().union(*self.relevant)
        return next((candidate.node for candidate in self.candidates if candidate.node.id in held), None)

    def negatives(self, admitted: Callable[[int], bool]) -> list[Node]:
        """Candidates of the first ranks that carry no evidence and do not stand beside it, best first.

        `admitted` says which node ids may be trained on.
        """
        held = frozenset[int]().union(*self.relevant)
        near = {
            (candidate.node.document_id, candidate.node.ordinal + step)
            for candidate in self.candidates
            if candidate.node.id in held
            for step in (-1, 0, 1)
        }
        return [
            node
            for node in (candidate.node for candidate in self.candidates[:HARD])
            if node.id not in held and (node.document_id, node.ordinal) not in near and admitted(node.id)
        ]


def found_examples(
    collection: Collection, questions: Sequence[KnownQuestion], candidates_of: CandidatesOf
) -> list[Example]:
    """The questions with the candidates that a search in the whole collection finds."""
    examples = []
    for question in questions:
        candidates = tuple(candidates_of(question.query)[:COARSE_DEPTH])
        groups = collection.groups([candidate.node.id for candidate in candidates])
        relevant = tuple(
            frozenset(node_id for node_id, group in groups.items() if group in piece) for piece in question.evidence
        )
        examples.append(Example(question, candidates, relevant))
    return examples
