"""What a cross-encoder is trained on: questions, each with the passages that compete to answer it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

_DEPTH = 10
_LARGEST_WEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class RankingGroup:
    """A question with passages, the first `relevant` of which answer it; the others may be given in any number.

    `passages` are cut to what the model reads (see `rerank.passages.cut_passages`). `coarse` has the scores that they
    have before the model is asked, standardised over the question's candidates (mean 0, deviation 1).
    """

    question: str
    passages: tuple[str, ...]
    coarse: tuple[float, ...]
    relevant: int = 1

    def __post_init__(self) -> None:
        if len(self.passages) != len(self.coarse):
            raise ValueError("a group has as many coarse scores as passages")
        if not 0 < self.relevant < len(self.passages):
            raise ValueError("a group has passages that answer, and others")

    def sample(self, size: int, random: np.random.Generator) -> list[int]:
        """Positions of one passage that answers and, after it, of up to `size` - 1 others; other ones each time."""
        others = len(self.passages) - self.relevant
        drawn = random.choice(others, min(size - 1, others), replace=False) + self.relevant
        return [int(random.integers(self.relevant)), *map(int, drawn)]

    def ndcg(self, scores: Sequence[float] | NDArray[np.float64]) -> float:
        """nDCG@10 of the passages in the order of their scores; of equal ones those that answer come last."""
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], -place))
        gains = [1 / math.log2(rank + 2) for rank in range(_DEPTH)]
        found = [gain for place, gain in zip(order, gains, strict=False) if place < self.relevant]
        return sum(found) / sum(gains[: self.relevant])


def listwise_loss(scores: Tensor) -> Tensor:
    """How unlikely the scores, `(n,)`, make the first passage against all: the top-one loss of ListNet.

    Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach, ICML 2007.
    """
    loss: Tensor = scores.logsumexp(0) - scores[0]
    return loss


def fitted_coarse_weight(groups: Sequence[RankingGroup]) -> float:
    """How much the coarse scores tell: the factor in [0, 20] under which they make the right passages likeliest."""
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    def loss(weight: float) -> float:
        lists = [(weight * np.asarray(group.coarse), group.relevant) for group in groups]
        return float(np.mean([logsumexp(scores) - logsumexp(scores[:relevant]) for scores, relevant in lists]))

    return float(minimize_scalar(loss, bounds=(0.0, _LARGEST_WEIGHT), method="bounded").x)
