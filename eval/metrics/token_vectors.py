"""Contextual vectors of a text's tokens, from a hidden layer of a local encoder."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...indexing.encoders.sentence_model import load_sentence_model
from ...indexing.encoders.text_model_files import TextModelFiles

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text's token ids and their unit vectors `(tokens, dim) float32`, special tokens in both."""

    ids: tuple[int, ...]
    vectors: torch.Tensor


@dataclass
class TokenVectors:
    """Encodes texts; the model is loaded at the first use, from then on `ModelUnavailable` is possible.

    `layer` counts from 1, texts are cut at `max_tokens`, special tokens included; `truncated` counts those cut so far.
    """

    files: TextModelFiles
    layer: int
    max_tokens: int
    batch_size: int
    device: str | None
    truncated: int = 0

    def encode(self, texts: Sequence[str]) -> dict[str, EncodedText]:
        """The texts, which are distinct, in batches of like length: padding costs most of the time otherwise."""
        ids = self.tokenize(texts)
        self._note_cut([len(one) for one in ids])
        order = sorted(range(len(texts)), key=lambda index: (len(ids[index]), index))
        found: dict[str, EncodedText] = {}
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            for index, vectors in zip(batch, self._hidden([ids[index] for index in batch]), strict=True):
                found[texts[index]] = EncodedText(tuple(ids[index]), vectors)
        return found

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, special ones included, cut."""
        if not texts:
            return []
        ids: list[list[int]] = self.model.tokenizer(
            list(texts), truncation=True, max_length=self.max_tokens, padding=False, return_attention_mask=False
        )["input_ids"]
        return ids

    @cached_property
    def special(self) -> frozenset[int]:
        """The ids that begin and end a text."""
        tokenizer = self.model.tokenizer
        marks = (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id)
        return frozenset(mark for mark in marks if mark is not None)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model itself."""
        return load_sentence_model(
            self.files.folder,
            device=self.device,
            precision="float32",
            prompts=None,
            max_sequence=self.files.max_sequence,
        )

    def _hidden(self, batch: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        import torch

        width, device = max(map(len, batch)), self.model.device
        pad = self.model.tokenizer.pad_token_id or 0
        ids = torch.tensor([[*one, *[pad] * (width - len(one))] for one in batch], device=device)
        mask = torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one in batch], device=device)
        transformer: Any = self.model[0].auto_model
        with torch.inference_mode():
            states = transformer(
                input_ids=ids, attention_mask=mask, output_hidden_states=True, return_dict=True
            ).hidden_states
            vectors = torch.nn.functional.normalize(states[self.layer].float(), dim=-1)
        return [row[: len(one)] for row, one in zip(vectors, batch, strict=True)]

    def _note_cut(self, lengths: Sequence[int]) -> None:
        cut = sum(length >= self.max_tokens for length in lengths)
        if cut:
            self.truncated += cut
            logger.warning("BERTScore read only the first %d tokens of %d texts", self.max_tokens, cut)
