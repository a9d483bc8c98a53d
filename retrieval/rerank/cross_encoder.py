"""A `RelevanceModel` over a sentence-transformers CrossEncoder: on text, and on pictures where it reads these."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelUnavailable
from ...indexing.documents import Node
from ...indexing.encoders.precision import Precision
from ...indexing.encoders.sentence_model import load_cross_encoder
from ...indexing.encoders.text_model_files import TextModelFiles
from ...indexing.encoders.token_counter import HfTokenCounter, encodable
from ...indexing.encoders.weights import ResolvedModel, resolve_cross_encoder
from ..search_slots import slot_given_up
from .passages import Passage, Weigh, cut_passages, cut_question
from .pictures import Pictures

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

DEFAULT_MAX_TOKENS = 512
_TOKENS_PER_PAIR = 200
_SHORT_PAIRS_FACTOR = 4
_TOKENS_PER_PICTURE = 1_300
"""A megapixel, as Qwen's models cut it."""


class CrossEncoderModel:
    """Relevance by a cross-encoder with one output, which is taken as log-odds (its last activation is left out).

    `model` is a resolved model or a name or path, which is then resolved without downloading; it is loaded at the
    first question, without the network. Question and passage together are given at most `max_tokens` tokens, or what
    the model reads if that is less; the question at most half of them. `batch_size` is for pairs of some 200 tokens:
    pairs are taken in the order of their length, fewer long ones and more short ones at a time. `pictures` gives the
    pictures of nodes, which a multimodal model sees beside their text. Texts are only ever text: one that reads like a
    path or an address is neither opened nor fetched. Safe to call from several threads.

    Raises `ModelUnavailable` where the model cannot be found, loaded, or used for this.
    """

    def __init__(
        self,
        model: ResolvedModel | str,
        *,
        device: str | None = None,
        precision: Precision = "auto",
        batch_size: int = 8,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        pictures: Pictures | None = None,
    ) -> None:
        self._source = resolve_cross_encoder(model, allow_download=False) if isinstance(model, str) else model
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self._max_tokens = max_tokens
        self._pictures = pictures
        self._lock = threading.RLock()
        self._failure: tuple[str, str] | None = None
        self.name = f"cross-encoder {self._source.name}"

    def load(self) -> None:
        """Load the model now. Raises `ModelUnavailable`, and from then on without trying again: each try takes long."""
        with self._lock:
            if self._failure is not None:
                message, hint = self._failure
                raise ModelUnavailable(message, hint=hint)
            try:
                _ = self._model
            except ModelUnavailable as error:
                # Not the error itself: its traceback holds on to what was loaded.
                self._failure = error.message, error.hint
                raise

    def relevance(self, question: str, nodes: Sequence[Node], weigh: Weigh) -> NDArray[np.float64]:
        """`(n,)` log-odds; see `RelevanceModel.relevance`."""
        self.load()
        room = min(self._max_tokens, self._counter.max_tokens - self._prompt_tokens)
        asked = cut_question(encodable(question), room // 2, self._counter.count)
        passages = cut_passages(nodes, room - asked.tokens, self._counter.count, weigh)
        relevance = np.zeros(len(nodes))
        for batch in self._batches(passages, [self._sees and node.asset is not None for node in nodes]):
            pairs = [self._pair(asked.text, passages[position].text, nodes[position]) for position in batch]
            relevance[batch] = self._predict(pairs)
        return relevance

    def _batches(self, passages: Sequence[Passage], pictured: Sequence[bool]) -> Iterator[list[int]]:
        """Positions in batches of like length, the longest first: little padding, memory peaks early."""
        lengths = [
            passage.tokens + _TOKENS_PER_PICTURE * with_picture
            for passage, with_picture in zip(passages, pictured, strict=True)
        ]
        order = sorted(range(len(lengths)), key=lambda position: (-lengths[position], position))
        while order:
            fitting = self._batch_size * _TOKENS_PER_PAIR // max(lengths[order[0]], 1)
            size = min(max(fitting, 1), self._batch_size * _SHORT_PAIRS_FACTOR)
            yield order[:size]
            order = order[size:]

    def _pair(self, question: str, passage: str, node: Node) -> tuple[Any, Any]:
        passage = encodable(passage)
        if self._text_only:
            return question, passage
        # In any other form a string may be opened as a file or fetched as an address by a model that reads pictures.
        picture = self._pictures(node) if self._sees and self._pictures else None
        document = {"text": passage} if picture is None else {"image": picture, "text": passage}
        return {"text": question}, document

    def _predict(self, pairs: list[tuple[Any, Any]]) -> NDArray[np.float64]:
        import torch

        try:
            # The lock is held for one batch only, so that searches take turns.
            with slot_given_up(), self._lock:
                logits = self._model.predict(
                    pairs, batch_size=len(pairs), activation_fn=torch.nn.Identity(), show_progress_bar=False
                )
        # A model that takes these pairs amiss does so in as many ways as there are libraries beneath.
        except Exception as error:  # models bring their own code: whatever it raises, the fine stage is without it
            raise self._unavailable(f"does not score: {error}") from error
        scores = np.asarray(logits, dtype=np.float64)
        if scores.shape != (len(pairs),) or not np.isfinite(scores).all():
            raise self._unavailable(f"gave {len(pairs)} pairs scores that are none (shape {scores.shape})")
        return scores

    @cached_property
    def _files(self) -> TextModelFiles:
        return TextModelFiles.read(self._source.path)

    @cached_property
    def _counter(self) -> HfTokenCounter:
        return self._files.token_counter(pair=True)

    @cached_property
    def _model(self) -> CrossEncoder:
        model = load_cross_encoder(self._source.path, device=self._device, precision=self._precision)
        if model.num_labels != 1:
            raise self._unavailable(f"has {model.num_labels} outputs: it sorts pairs into classes and does not rank")
        if set(model.modalities) <= {"text"}:
            model.max_seq_length = self._files.max_sequence
        return model

    @cached_property
    def _prompt_tokens(self) -> int:
        prompt = self._model.prompts.get(self._model.default_prompt_name or "") or ""
        return self._counter.count([prompt])[0]

    @cached_property
    def _text_only(self) -> bool:
        return set(self._model.modalities) <= {"text"}

    @cached_property
    def _sees(self) -> bool:
        return self._pictures is not None and bool(self._model.supports(("image", "text")))

    def _unavailable(self, reason: str) -> ModelUnavailable:
        return ModelUnavailable(
            f"The cross-encoder {self._source.name} in {self._source.path} {reason}.",
            hint="Name another one in `reranker.model`, or set `retrieval.reranker` to `alignment`.",
        )
