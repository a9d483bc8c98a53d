"""Fits the text encoder to a collection and judges it on questions whose documents it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from ...indexing.collection import Collection
from ...indexing.encoders.protocols import TextEncoder, Vectors
from ...indexing.encoders.sentence_model import save_model
from ...indexing.encoders.weights import ResolvedModel
from ...indexing.node_encoding import NodeEncoder
from ...indexing.search_form import search_form
from ..rerank.protocol import Reranker
from .encoder_training import EncoderTrainingOptions, EncodingGroup, train_encoder
from .example import Example
from .fine_stage import FineStage
from .judging import Verdict, ndcg, verdict
from .material import ExampleParts, nothing_found
from .pool import Pool, encode_questions
from .report import Budget, OnTuneEvent, TuneEvent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TRAINING_SHARE = 0.6
_VALIDATION_DEPTH = 20
"""Candidates of a question that every look at the model encodes anew."""


@dataclass(frozen=True, slots=True)
class FittedEncoder:
    """The model, saved in `folder`, and how it did."""

    folder: Path
    encoder: TextEncoder
    verdict: Verdict
    validation: tuple[float, ...]
    trained_on: int
    steps: int


@dataclass(frozen=True, slots=True)
class EncoderTuning:
    """Trains from `base`, and compares with the encoder that is in use, over the nodes of the collection in `pool`.

    `load` makes an encoder of a folder. Both encoders are followed by the same BM25, fusion, and fine stage with
    `reranker`.
    """

    collection: Collection
    base: ResolvedModel
    present: TextEncoder
    load: Callable[[Path], TextEncoder]
    pool: Pool
    reranker: Reranker
    stage: FineStage
    training: EncoderTrainingOptions

    def run(
        self,
        parts: ExampleParts,
        vectors: Vectors,
        into: Path,
        budget: Budget,
        on_event: OnTuneEvent,
        cancel: Event,
    ) -> FittedEncoder:
        """Train, save into the folder `into`, judge; `vectors` are the pool's by the `present` encoder.

        Raises `NothingToLearn`, `ModelUnavailable`, and `TuningCancelled`.
        """
        groups = [group for example in parts.training if (group := _group(example, parts.admitted)) is not None]
        if not groups:
            raise nothing_found()
        budget.go_on()
        seconds = budget.share(TRAINING_SHARE)
        on_event(TuneEvent("training", 0, seconds))
        trained = train_encoder(
            self.base.path,
            groups,
            lambda model: float(np.mean([_dense_ndcg(model, example) for example in parts.validation])),
            replace(self.training, minutes=seconds / 60),
            on_check=lambda spent, value: on_event(
                TuneEvent("training", min(spent, seconds), seconds, f"nDCG@10 {value:.3f}")
            ),
            cancel=cancel,
        )
        budget.go_on()
        save_model(trained.model, into)
        encoder = self.load(into)
        judged = self._judge(parts.held_out, vectors, encoder, budget, on_event)
        return FittedEncoder(into, encoder, judged, trained.validation, len(groups), trained.steps)

    def _judge(
        self, examples: Sequence[Example], before: Vectors, encoder: TextEncoder, budget: Budget, on_event: OnTuneEvent
    ) -> Verdict:
        questions = [example.question for example in examples]
        # As the collection would, so that both encoders are judged over vectors of the same making.
        encode, nodes = NodeEncoder(self.collection, encoder, None).encode_texts, self.pool.nodes
        slices = []
        for start in range(0, len(nodes), 64):
            budget.go_on()
            slices.append(encode(nodes[start : start + 64]))
            on_event(TuneEvent("judging", min(start + 64, len(nodes)), len(nodes), "encoding"))
        by_encoder: list[list[float]] = []
        for vectors, asking in ((before, self.present), (np.concatenate(slices), encoder)):
            encoded = encode_questions(self.collection, asking, questions)
            values = []
            for place, question in enumerate(questions):
                budget.go_on()
                example = self.pool.example(question, vectors, encoded.questions[place], encoded.rests[place])
                values.append(self.stage.ndcg(example, self.reranker))
            by_encoder.append(values)
        return verdict(by_encoder[0], by_encoder[1], self.training.seed)


def _asked(example: Example) -> str:
    """What is encoded of the question, as the search does."""
    query = example.question.query
    return search_form(query.asked or query.text)


def _group(example: Example, admitted: Callable[[int], bool]) -> EncodingGroup | None:
    """None for a question whose evidence is not found or not admitted."""
    positive, negatives = example.positive, example.negatives(admitted)
    if positive is None or not negatives or not admitted(positive.id):
        return None
    return EncodingGroup(
        _asked(example),
        search_form(positive.embedding_text),
        tuple(search_form(node.embedding_text) for node in negatives),
        frozenset[int]().union(*example.question.evidence),
    )


def _dense_ndcg(model: SentenceTransformer, example: Example) -> float:
    """nDCG@10 by the model's vectors alone, over the first candidates of the coarse stage."""
    held = frozenset[int]().union(*example.relevant)
    nodes = [
        one.node for place, one in enumerate(example.candidates) if place < _VALIDATION_DEPTH or one.node.id in held
    ]
    texts = [search_form(node.embedding_text) for node in nodes]
    asked = model.encode_query(_asked(example), normalize_embeddings=True)
    found = model.encode_document(texts, normalize_embeddings=True, show_progress_bar=False, batch_size=16)
    scores = np.asarray(found) @ np.asarray(asked)
    order = sorted(range(len(nodes)), key=lambda place: (-float(scores[place]), nodes[place].id))
    return ndcg([nodes[place].id for place in order], example.relevant)
