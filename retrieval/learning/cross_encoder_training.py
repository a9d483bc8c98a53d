"""Trains a cross-encoder to add to the coarse score what that score does not tell.

The loss is taken over lists: a passage that answers against some that do not, each scored by the model plus its
coarse score times a fitted factor. So the model learns where the coarse stage errs, for which some hundred questions
serve, rather than all of relevance, which takes hundreds of thousands.

A loop of its own: sentence-transformers' `CrossEncoderTrainer` needs accelerate, datasets and pyarrow where users
tune, its losses have no place for a coarse score, and its schedules know no clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..rerank.relevance import with_relevance
from .ranking_group import RankingGroup, fitted_coarse_weight, listwise_loss

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder
    from torch import Tensor

WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Of the relevance beside the coarse score (see `with_relevance`): what is tried on held-out groups."""
Ended = Literal["epochs", "budget", "no gain", "cancelled"]


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How to train.

    Training ends after `minutes` or `epochs`, whichever is sooner; the learning rate rises over the share `warm_up`
    of that and falls to nothing at its end. A step takes `groups_per_step` groups of `group_size` passages. Question
    and passage together are cut at `max_tokens`, also when the model serves. The embeddings and the `frozen_layers`
    lowest layers stay as they are. `checks` on the held-out groups are made; after `patience` of them without gain
    the training ends. Where time does not run out, equal seeds give equal models.
    """

    minutes: float = 10.0
    epochs: int = 4
    group_size: int = 8
    groups_per_step: int = 4
    learning_rate: float = 1e-4
    warm_up: float = 0.1
    max_tokens: int = 128
    frozen_layers: int = 0
    checks: int = 8
    patience: int = 3
    device: str | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """The model after `step` steps, a `share` of the training: mean loss since the last check, and on the held-out
    groups nDCG@10 with the best of `WEIGHTS`, and which that is.
    """

    step: int
    share: float
    seconds: float
    loss: float
    ndcg: float
    weight: float


@dataclass(frozen=True)
class TrainedCrossEncoder:
    """The state of the model that did best on the held-out groups, and how it came about.

    `weight` is the one to serve it with. `ndcg` is what the model with this weight comes to on the held-out groups,
    `coarse_ndcg` what the coarse scores alone do. `checks` are in order; `ended` says why there are no more.
    """

    model: CrossEncoder = field(repr=False)
    weight: float
    ndcg: float
    coarse_ndcg: float
    coarse_weight: float
    steps: int
    seconds: float
    ended: Ended
    checks: tuple[Check, ...]

    def save(self, folder: Path) -> None:
        """Write the model into a folder that `CrossEncoderModel` reads."""
        self.model.save_pretrained(str(folder), create_model_card=False)


def train_cross_encoder(
    base: Path,
    groups: Sequence[RankingGroup],
    held_out: Sequence[RankingGroup],
    options: TrainingOptions | None = None,
    *,
    on_check: Callable[[Check], None] | None = None,
    cancel: Event | None = None,
) -> TrainedCrossEncoder:
    """Train the model in the folder `base`, a cross-encoder or a text encoder that is to become one, on `groups`.

    All passages of the held-out groups are ranked at each check, in the same time: give no more than that is worth.
    `on_check` hears of each check. Once `cancel` is set, the best state so far is returned. Runs on a GPU if there is
    one. Raises `ModelUnavailable` where the base does not load, and `ValueError` for no groups.
    """
    import torch

    if not groups or not held_out:
        raise ValueError("training needs groups, and others held out")
    chosen = options or TrainingOptions()
    with torch.random.fork_rng():
        torch.manual_seed(chosen.seed)
        return _Training(base, groups, held_out, chosen).run(on_check or (lambda _: None), cancel or Event())


class _Training:
    def __init__(
        self, base: Path, groups: Sequence[RankingGroup], held_out: Sequence[RankingGroup], options: TrainingOptions
    ) -> None:
        import torch

        from .trainable_model import TrainableModel

        self._start = time.monotonic()
        self._options = options
        self._groups = groups
        self._held_out = held_out
        self._coarse_weight = fitted_coarse_weight(groups)
        self._model = TrainableModel(
            base, max_tokens=options.max_tokens, frozen_layers=options.frozen_layers, device=options.device
        )
        self._optimizer = torch.optim.AdamW(self._model.trained, lr=options.learning_rate, weight_decay=0.01)
        self._random = np.random.default_rng(options.seed)
        self._checks: list[Check] = []
        self._best_state: list[Tensor] = []

    def run(self, on_check: Callable[[Check], None], cancel: Event) -> TrainedCrossEncoder:
        options = self._options
        steps = options.epochs * -(-len(self._groups) // options.groups_per_step)
        losses: list[float] = []
        step, share = 0, 0.0
        ended: Ended = "epochs"
        for batch in self._batches():
            losses.append(self._step(batch, share))
            step += 1
            share = min(1.0, max(step / steps, self._seconds() / (60 * options.minutes)))
            if cancel.is_set():
                ended = "cancelled"
                break
            if share * options.checks >= len(self._checks) + 1 or share == 1.0:
                on_check(self._check(step, share, float(np.mean(losses))))
                losses = []
                if len(self._checks) - 1 - self._best() >= options.patience:
                    ended = "no gain"
                    break
            if share == 1.0:
                ended = "epochs" if step == steps else "budget"
                break
        if not self._checks:
            on_check(self._check(step, share, float(np.mean(losses))))
        return self._result(step, ended)

    def _batches(self) -> Iterator[list[RankingGroup]]:
        for _ in range(self._options.epochs):
            order = self._random.permutation(len(self._groups))
            for first in range(0, len(order), self._options.groups_per_step):
                yield [self._groups[index] for index in order[first : first + self._options.groups_per_step]]

    def _step(self, batch: Sequence[RankingGroup], share: float) -> float:
        """One step of the optimizer, with the learning rate that belongs to this share of the training."""
        import torch

        options = self._options
        drawn = [(group, group.sample(options.group_size, self._random)) for group in batch]
        pairs = [(group.question, group.passages[place]) for group, places in drawn for place in places]
        self._model.cross_encoder.train()
        relevance = torch.split(self._model.relevance(pairs), [len(places) for _, places in drawn])
        losses = [
            listwise_loss(own + self._coarse_weight * own.new_tensor([group.coarse[place] for place in places]))
            for own, (group, places) in zip(relevance, drawn, strict=True)
        ]
        loss = torch.stack(losses).mean()
        self._optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._model.trained, 1.0)
        rising, falling = (share + 0.01) / options.warm_up, (1 - share) / (1 - options.warm_up)
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = options.learning_rate * min(rising, falling, 1.0)
        self._optimizer.step()
        return float(loss.detach())

    def _check(self, step: int, share: float, loss: float) -> Check:
        """Rank the held-out groups; remember the state of the model where it does better than before."""
        import torch

        self._model.cross_encoder.eval()
        with torch.inference_mode():
            relevance = [
                self._model.relevance([(group.question, passage) for passage in group.passages]).cpu().double().numpy()
                for group in self._held_out
            ]
        by_weight = {
            weight: float(
                np.mean(
                    [
                        group.ndcg(with_relevance(group.coarse, own, weight))
                        for group, own in zip(self._held_out, relevance, strict=True)
                    ]
                )
            )
            for weight in WEIGHTS
        }
        weight = max(WEIGHTS, key=lambda one: by_weight[one])
        self._checks.append(Check(step, share, self._seconds(), loss, by_weight[weight], weight))
        if self._best() == len(self._checks) - 1:
            self._best_state = self._model.state()
        return self._checks[-1]

    def _best(self) -> int:
        """The first of the best checks."""
        return max(range(len(self._checks)), key=lambda index: self._checks[index].ndcg)

    def _seconds(self) -> float:
        return time.monotonic() - self._start

    def _result(self, steps: int, ended: Ended) -> TrainedCrossEncoder:
        best = self._checks[self._best()]
        self._model.restore(self._best_state)
        self._model.cross_encoder.eval()
        return TrainedCrossEncoder(
            self._model.cross_encoder,
            weight=best.weight,
            ndcg=best.ndcg,
            coarse_ndcg=float(np.mean([group.ndcg(group.coarse) for group in self._held_out])),
            coarse_weight=self._coarse_weight,
            steps=steps,
            seconds=self._seconds(),
            ended=ended,
            checks=tuple(self._checks),
        )
