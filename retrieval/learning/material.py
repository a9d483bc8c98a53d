"""From questions, given or made, to examples in three parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import NothingToLearn
from ...indexing.collection import Collection
from ...indexing.encoders.protocols import TextEncoder
from .example import CandidatesOf, Example, KnownQuestion, found_examples, stored_id
from .made_questions import made_questions
from .pool import Pool, PoolRanking, encode_questions
from .report import Budget, OnTuneEvent, TuneEvent
from .split import Split, split_by_document

_MOST_VALIDATION, _MOST_HELD_OUT = 40, 300
_TRAINING_A_MINUTE, _LEAST_TRAINING = 150, 300
"""Questions made to train on: about what two cores get through."""
_MOST_POOL, _LEAST_POOL, _POOL_A_MINUTE = 3_000, 500, 120
_FOUND_IN_POOL = 20
"""Of what the coarse stage finds for a held-out question."""
_SLICE = 64


@dataclass(frozen=True, slots=True)
class ExampleParts:
    """Examples for training, for choosing among states of the model, and held out for the verdict.

    `admitted` says which node ids may be trained on: none of a document that the last two need, nor a copy of one.
    """

    training: Sequence[Example]
    validation: Sequence[Example]
    held_out: Sequence[Example]
    admitted: Callable[[int], bool]

    @property
    def counts(self) -> dict[str, int]:
        """Examples of each part."""
        return {
            "training": len(self.training),
            "validation": len(self.validation),
            "held_out": len(self.held_out),
        }


def given_material(
    collection: Collection,
    questions: Sequence[KnownQuestion],
    candidates_of: CandidatesOf,
    seed: int,
    budget: Budget,
    on_event: OnTuneEvent,
) -> ExampleParts:
    """Examples from questions that people have asked. Raises `NothingToLearn`, `TuningCancelled`."""
    parts = _capped(split_by_document(questions, _sources(collection), seed), len(questions), seed)
    examples = _made(parts, lambda asked: found_examples(collection, asked, candidates_of), budget, on_event)
    return _parts(collection, parts, examples)


def made_material(
    collection: Collection, encoder: TextEncoder, ranking: PoolRanking, seed: int, budget: Budget, on_event: OnTuneEvent
) -> tuple[ExampleParts, Pool]:
    """Examples made from the collection itself, and the nodes that they are looked for among.

    Raises `NothingToLearn`, `TuningCancelled`.
    """
    nodes = collection.sample_nodes(pool_size(budget))
    questions = made_questions(collection, nodes)
    if not questions:
        raise NothingToLearn(
            "The collection has no titles, captions, headings or sentences to make questions from.",
            hint="Index documents first, or give questions with known evidence.",
        )
    training = max(_LEAST_TRAINING, round(_TRAINING_A_MINUTE * budget.seconds / 60))
    parts = _capped(split_by_document(questions, _sources(collection), seed), training, seed)
    pool = Pool(collection, nodes, ranking)
    vectors = collection.vectors([node.id for node in nodes])

    def make(asked: Sequence[KnownQuestion]) -> list[Example]:
        encoded = encode_questions(collection, encoder, asked)
        return [
            pool.example(question, vectors, encoded.questions[place], encoded.rests[place])
            for place, question in enumerate(asked)
        ]

    return _parts(collection, parts, _made(parts, make, budget, on_event)), pool


def pool_for(collection: Collection, parts: ExampleParts, ranking: PoolRanking, budget: Budget) -> Pool:
    """The nodes among which an encoder is judged: what the coarse stage found for the held-out questions, and more."""
    most = pool_size(budget)
    nodes = {node.id: node for node in collection.sample_nodes(most)}
    if collection.node_count() > most:
        for example in parts.held_out:
            nodes |= {one.node.id: one.node for one in example.candidates[:_FOUND_IN_POOL]}
            wanted = frozenset[int]().union(*example.question.evidence)
            for document in example.question.documents:
                of_document = {node.id: node for node in collection.nodes_of(document)}
                groups = collection.groups(list(of_document))
                nodes |= {node_id: node for node_id, node in of_document.items() if groups.get(node_id) in wanted}
    return Pool(collection, list(nodes.values()), ranking)


def nothing_found() -> NothingToLearn:
    """The error for questions none of which can be used."""
    return NothingToLearn(
        "The coarse stage finds the evidence of too few questions, or nothing beside it, to learn from.",
        hint="Give more questions, or check that their evidence is what they ask for.",
    )


def pool_size(budget: Budget) -> int:
    """How many nodes can be encoded anew in a small part of the time."""
    return max(_LEAST_POOL, min(_MOST_POOL, round(_POOL_A_MINUTE * budget.seconds / 60)))


def _capped(split: Split, training: int, seed: int) -> tuple[list[KnownQuestion], ...]:
    """The three parts in an order of no meaning, as many of each as there is time for."""
    random = np.random.default_rng(seed)
    parts = (split.training, training), (split.validation, _MOST_VALIDATION), (split.held_out, _MOST_HELD_OUT)
    return tuple([part[place] for place in random.permutation(len(part))[:most]] for part, most in parts)


def _made(
    parts: Sequence[Sequence[KnownQuestion]],
    make: Callable[[Sequence[KnownQuestion]], list[Example]],
    budget: Budget,
    on_event: OnTuneEvent,
) -> list[list[Example]]:
    """The examples of each part, `make` being asked for some at a time."""
    total, done = sum(map(len, parts)), 0
    made: list[list[Example]] = []
    for part in parts:
        made.append([])
        for start in range(0, len(part), _SLICE):
            budget.go_on()
            made[-1] += make(part[start : start + _SLICE])
            on_event(TuneEvent("examples", done + len(made[-1]), total))
        done += len(part)
    return made


def _parts(
    collection: Collection, parts: Sequence[Sequence[KnownQuestion]], examples: Sequence[list[Example]]
) -> ExampleParts:
    training, validation, held_out = examples
    kept = frozenset[int]().union(*(question.documents for part in parts[1:] for question in part))
    owners = {stored_id(one.node.id): one.node.document_id for example in training for one in example.candidates}
    copies = collection.copies(sorted(owners))
    admitted = {node_id for node_id, owner in owners.items() if kept.isdisjoint({owner, *copies.get(node_id, ())})}
    return ExampleParts(training, validation, held_out, lambda node_id: stored_id(node_id) in admitted)


def _sources(collection: Collection) -> dict[int, str]:
    return {name.id: name.source for name in collection.document_names()}
