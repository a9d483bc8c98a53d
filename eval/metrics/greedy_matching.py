"""Greedy matching of the tokens of two texts by their vectors, as BERTScore does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

_BATCH = 64


class WeightedVectors(NamedTuple):
    """Unit vectors of a text's tokens `(tokens, dim)`, and the share of each `(tokens,)`."""

    vectors: torch.Tensor
    shares: torch.Tensor


class Match(NamedTuple):
    """How far the answer's tokens have a like in the reference, the reverse, and the harmonic mean of both."""

    precision: float
    recall: float
    f1: float


def match_all(pairs: Sequence[tuple[WeightedVectors, WeightedVectors]]) -> list[Match]:
    """Match answers with references, in batches of like length."""
    order = sorted(range(len(pairs)), key=lambda index: (*(len(text.shares) for text in pairs[index]), index))
    found: dict[int, Match] = {}
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        found.update(zip(batch, _match([pairs[index] for index in batch]), strict=True))
    return [found[index] for index in range(len(pairs))]


def _match(pairs: Sequence[tuple[WeightedVectors, WeightedVectors]]) -> list[Match]:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    vectors, shares = [], []
    for texts in zip(*pairs, strict=True):
        vectors.append(pad_sequence([text.vectors for text in texts], batch_first=True))
        # Padding has no share, and a share below 0 so far tells it from tokens that weigh nothing.
        shares.append(pad_sequence([text.shares for text in texts], batch_first=True, padding_value=-1.0))
    similar = torch.bmm(vectors[0], vectors[1].transpose(1, 2))
    padded = (shares[0] < 0)[:, :, None] | (shares[1] < 0)[:, None, :]
    similar = similar.masked_fill(padded, -2.0)
    precision = (similar.amax(2) * shares[0].clamp(min=0)).sum(1)
    recall = (similar.amax(1) * shares[1].clamp(min=0)).sum(1)
    return [
        Match(one, other, 2 * one * other / (one + other) if one + other else 0.0)
        for one, other in zip(precision.tolist(), recall.tolist(), strict=True)
    ]
