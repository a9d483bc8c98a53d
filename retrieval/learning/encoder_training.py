"""Trains a text encoder to bring questions near the passages that answer them.

Multiple negatives ranking with hard negatives (Henderson et al., 2017; Karpukhin et al., EMNLP 2020): the loss is
sentence-transformers', the loop is not. Its trainer needs accelerate and datasets, which the library then imports
whenever anything is loaded: half a second more at the start of every command.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from ...indexing.encoders.sentence_model import load_sentence_model
from ...indexing.encoders.text_model_files import TextModelFiles

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

Validate = Callable[["SentenceTransformer"], float]


@dataclass(frozen=True, slots=True)
class EncodingGroup:
    """A question, a passage that answers it, and some that do not; `evidence` is equal where the same answers."""

    question: str
    positive: str
    negatives: tuple[str, ...]
    evidence: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class EncoderTrainingOptions:
    """How to train: until `minutes` or `epochs` are over, or `patience` of the `checks` in a row brought no gain.

    A step takes `batch_size` groups, of each `negatives` that do not answer; passages answer other questions' calls
    as well, so that larger steps are harder. Texts are cut at `max_tokens`.
    """

    minutes: float = 10.0
    epochs: int = 4
    batch_size: int = 16
    negatives: int = 1
    learning_rate: float = 2e-5
    warm_up: float = 0.1
    max_tokens: int = 192
    checks: int = 5
    patience: int = 2
    device: str | None = None
    seed: int = 0


@dataclass(frozen=True)
class TrainedEncoder:
    """The state of the model that did best by `validate`; `validation` has its values, that of the base first."""

    model: SentenceTransformer = field(repr=False)
    validation: tuple[float, ...]
    steps: int


def train_encoder(
    base: Path,
    groups: Sequence[EncodingGroup],
    validate: Validate,
    options: EncoderTrainingOptions,
    *,
    on_check: Callable[[float, float], None],
    cancel: Event,
) -> TrainedEncoder:
    """Train the model in the folder `base` on `groups`.

    `on_check` hears the seconds and the value of every look. After `cancel` is set, the best state so far is returned.
    Raises `ModelUnavailable` where the base does not load, `ValueError` for no groups.
    """
    import torch

    if not groups:
        raise ValueError("training needs groups")
    with torch.random.fork_rng(enabled=True):
        torch.manual_seed(options.seed)
        return _Training(base, groups, validate, options).run(on_check, cancel)


class _Training:
    def __init__(
        self, base: Path, groups: Sequence[EncodingGroup], validate: Validate, options: EncoderTrainingOptions
    ) -> None:
        import torch
        from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

        from .trainable_model import has_bfloat16

        self._start = time.monotonic()
        self._groups, self._validate, self._options = groups, validate, options
        self._limit = TextModelFiles.read(base).max_sequence
        self._model = load_sentence_model(
            base, device=options.device, precision="float32", prompts=None, max_sequence=self._limit
        )
        self._loss = MultipleNegativesRankingLoss(self._model)
        self._half = has_bfloat16(self._model.device.type)
        self._optimizer = torch.optim.AdamW(self._model.parameters(), lr=options.learning_rate, weight_decay=0.01)
        self._random = np.random.default_rng(options.seed)
        self._best_state: list[Tensor] = []
        self._values: list[float] = []

    def run(self, on_check: Callable[[float, float], None], cancel: Event) -> TrainedEncoder:
        options = self._options
        groups = options.epochs * len(self._groups)
        self._look(on_check)
        step, seen, share = 0, 0, 0.0
        for batch in self._batches():
            if cancel.is_set() or share >= 1.0 or self._without_gain() >= options.patience:
                break
            self._step(batch, share)
            step += 1
            # Steps say little: the more questions have the same evidence, the fewer go into one.
            seen += len(batch)
            share = max(seen / groups, (time.monotonic() - self._start) / (60 * options.minutes))
            if share * options.checks >= len(self._values) or share >= 1.0:
                self._look(on_check)
        self._restore()
        return TrainedEncoder(self._model, tuple(self._values), step)

    def _batches(self) -> Iterator[list[EncodingGroup]]:
        """Batches in which no two questions have the same evidence: it would be taken for a negative."""
        for _ in range(self._options.epochs):
            waiting = [self._groups[place] for place in self._random.permutation(len(self._groups))]
            while waiting:
                batch: list[EncodingGroup] = []
                later: list[EncodingGroup] = []
                held: set[int] = set()
                for group in waiting:
                    fits = len(batch) < self._options.batch_size and held.isdisjoint(group.evidence)
                    (batch if fits else later).append(group)
                    held.update(group.evidence if fits else ())
                yield batch
                waiting = later

    def _step(self, batch: Sequence[EncodingGroup], share: float) -> None:
        import torch

        options = self._options
        columns: list[Sequence[str]] = [[group.question for group in batch], [group.positive for group in batch]]
        drawn = min(options.negatives, *(len(group.negatives) for group in batch))
        columns += zip(*(self._random.permutation(group.negatives)[:drawn].tolist() for group in batch), strict=True)
        self._model.train()
        self._model.max_seq_length = min(options.max_tokens, self._limit)
        features = [self._features(texts, "query" if place == 0 else "document") for place, texts in enumerate(columns)]
        with torch.autocast(self._model.device.type, dtype=torch.bfloat16, enabled=self._half):
            loss = self._loss(features, torch.empty(0))
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        rising, falling = (share + 0.01) / options.warm_up, (1 - share) / (1 - options.warm_up)
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = options.learning_rate * max(0.0, min(rising, falling, 1.0))
        self._optimizer.step()
        self._model.max_seq_length = self._limit
        self._model.eval()

    def _features(self, texts: Sequence[str], task: str) -> dict[str, Tensor]:
        import torch

        prompt = self._model.prompts.get(task)
        features = self._model.preprocess(list(texts), prompt=prompt, task=task)
        return {
            name: value.to(self._model.device) if torch.is_tensor(value) else value for name, value in features.items()
        }

    def _look(self, on_check: Callable[[float, float], None]) -> None:
        """Judge the model as it is; remember it where it does better than before."""
        self._values.append(self._validate(self._model))
        if self._values[-1] > max(self._values[:-1], default=-1.0):
            self._best_state = [one.detach().clone() for one in self._model.parameters()]
        on_check(time.monotonic() - self._start, self._values[-1])

    def _without_gain(self) -> int:
        return len(self._values) - 1 - max(range(len(self._values)), key=lambda place: self._values[place])

    def _restore(self) -> None:
        import torch

        with torch.no_grad():
            for parameter, value in zip(self._model.parameters(), self._best_state, strict=True):
                parameter.copy_(value)
        self._model.eval()
