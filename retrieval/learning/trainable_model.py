"""A cross-encoder while it is trained: which of its weights change, what it says of pairs, the state to go back to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder

from ...errors import ModelUnavailable
from ...indexing.encoders.sentence_model import load_cross_encoder

_PAIRS_AT_A_TIME = 16


class TrainableModel:
    """The model in a folder, in float32, with a new output where it has none.

    Its embeddings and its `frozen_layers` lowest layers stay as they are. Where the processor calculates in bfloat16
    it does so. Raises `ModelUnavailable`.
    """

    def __init__(self, folder: Path, *, max_tokens: int, frozen_layers: int, device: str | None) -> None:
        self.cross_encoder: CrossEncoder = load_cross_encoder(folder, device=device, precision="float32", outputs=1)
        self.cross_encoder.max_seq_length = max_tokens
        self._half = has_bfloat16(self.cross_encoder.device.type)
        body: Any = self.cross_encoder.model
        try:
            frozen = [body.base_model.embeddings, *body.base_model.encoder.layer[:frozen_layers]]
        except AttributeError as error:
            raise ModelUnavailable(
                f"The model in {folder} is no encoder of BERT's kind, as a cross-encoder is trained from.",
                hint="Name one in `reranker.model`, such as cross-encoder/ms-marco-MiniLM-L6-v2.",
            ) from error
        for module in frozen:
            module.requires_grad_(requires_grad=False)
        self.trained = [one for one in self.cross_encoder.parameters() if one.requires_grad]

    def relevance(self, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
        """`(n,) float32` log-odds of questions with passages; pairs of like length go through the model together."""
        model = self.cross_encoder
        order = sorted(range(len(pairs)), key=lambda place: sum(map(len, pairs[place])))
        scores = []
        for first in range(0, len(order), _PAIRS_AT_A_TIME):
            features = model.preprocess([pairs[place] for place in order[first : first + _PAIRS_AT_A_TIME]])
            placed = {key: one.to(model.device) if torch.is_tensor(one) else one for key, one in features.items()}
            with torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=self._half):
                scores.append(model(placed)["scores"].float().view(-1))
        places = torch.tensor(order, device=scores[0].device).argsort()
        return torch.cat(scores)[places]

    def state(self) -> list[torch.Tensor]:
        """A copy of the weights that are trained."""
        return [weights.detach().clone() for weights in self.trained]

    def restore(self, state: Sequence[torch.Tensor]) -> None:
        """Go back to a `state`."""
        with torch.no_grad():
            for weights, kept in zip(self.trained, state, strict=True):
                weights.copy_(kept)


def has_bfloat16(device: str) -> bool:
    """Whether the processor calculates in bfloat16: others only emulate it, slowly."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # torch has no public way to ask this of a CPU.
    return device == "cpu" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - as said
