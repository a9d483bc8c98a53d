"""Fits a cross-encoder to a collection and judges it on questions whose documents it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from ...indexing.encoders.text_model_files import TextModelFiles
from ...indexing.encoders.weights import ResolvedModel
from ..rerank.cross_encoder import CrossEncoderModel
from ..rerank.protocol import Reranker
from ..rerank.region_alignment import RegionAlignmentReranker
from ..rerank.relevance import RelevanceReranker
from .cross_encoder_training import Check, TrainingOptions, train_cross_encoder
from .example import Example
from .fine_stage import FineStage
from .judging import Verdict, verdict
from .material import ExampleParts, nothing_found
from .ranking_groups import GroupMaker
from .report import Budget, OnTuneEvent, TuneEvent

TRAINING_SHARE = 0.65
"""Of the time that is left once the examples are made; the rest is for judging."""
LEAST_JUDGED = 40
"""Held-out questions that are judged by however long that takes, where there are as many."""


@dataclass(frozen=True, slots=True)
class FittedReranker:
    """The model, saved in `folder`, its weight beside the coarse score, and how it did."""

    folder: Path
    weight: float
    max_tokens: int
    verdict: Verdict
    validation: tuple[float, ...]
    trained_on: int
    steps: int


@dataclass(frozen=True, slots=True)
class RerankerTuning:
    """Trains from `base` what goes on top of the reranker `before`, and compares with the `present` one.

    `batch_size` is what the model is served with; see `CrossEncoderModel`.
    """

    base: ResolvedModel
    present: Reranker
    before: Reranker
    alignment: RegionAlignmentReranker
    stage: FineStage
    training: TrainingOptions
    batch_size: int = 8

    def run(
        self, parts: ExampleParts, into: Path, budget: Budget, on_event: OnTuneEvent, cancel: Event
    ) -> FittedReranker:
        """Train, save into the folder `into`, judge.

        Raises `NothingToLearn`, `ModelUnavailable`, and `TuningCancelled`.
        """
        counter = TextModelFiles.read(self.base.path).token_counter(pair=True)
        maker = GroupMaker(self.before, self.alignment, counter, self.training.max_tokens, self.stage.depth)
        groups = maker.groups(parts.training, parts.admitted)
        choosing = maker.groups(parts.validation, lambda _: True)
        if not groups or not choosing:
            raise nothing_found()
        budget.go_on()
        seconds = budget.share(TRAINING_SHARE)

        def on_check(check: Check) -> None:
            detail = f"nDCG@10 {check.ndcg:.3f}"
            on_event(TuneEvent("training", min(check.seconds, seconds), seconds, detail))

        on_event(TuneEvent("training", 0, seconds))
        options = replace(self.training, minutes=seconds / 60)
        trained = train_cross_encoder(self.base.path, groups, choosing, options, on_check=on_check, cancel=cancel)
        budget.go_on()
        trained.save(into)
        fitted = self.reranker(ResolvedModel(into, "path", "tuned"), trained.weight, self.training.max_tokens)
        return FittedReranker(
            into,
            trained.weight,
            self.training.max_tokens,
            self._judge(parts.held_out, fitted, budget, on_event),
            (trained.coarse_ndcg, *(check.ndcg for check in trained.checks)),
            len(groups),
            trained.steps,
        )

    def reranker(self, model: ResolvedModel, weight: float, max_tokens: int) -> Reranker:
        """The model as it will serve."""
        cross_encoder = CrossEncoderModel(
            model, device=self.training.device, batch_size=self.batch_size, max_tokens=max_tokens
        )
        return RelevanceReranker(cross_encoder, self.alignment, before=self.before, weight=weight, fall_back=False)

    def _judge(self, examples: Sequence[Example], fitted: Reranker, budget: Budget, on_event: OnTuneEvent) -> Verdict:
        """Compare on the examples, whose order has no meaning, as many as there is time for."""
        before: list[float] = []
        after: list[float] = []
        for example in examples:
            if len(before) >= LEAST_JUDGED and not budget.left:
                break
            budget.go_on()
            before.append(self.stage.ndcg(example, self.present))
            after.append(self.stage.ndcg(example, fitted))
            on_event(TuneEvent("judging", len(before), len(examples)))
        return verdict(before, after, self.training.seed)
