"""A `TextEncoder` over sentence-transformers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ...errors import ModelUnavailable
from ..recently_used import RecentlyUsed
from .one_thread import SMALL_BATCH_TOKENS, one_thread
from .precision import Precision
from .protocols import TextEncoder, Vectors
from .sentence_model import load_sentence_model
from .text_model_files import TextModelFiles
from .token_counter import HfTokenCounter, encodable
from .unit_vectors import unit_vectors
from .weights import ResolvedModel, resolve_text_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
"""Names under which models keep the prompt for documents, as in sentence-transformers."""

_TOKENS_PER_TEXT = 200
_SHORT_TEXTS_FACTOR = 4
"""A batch holds as many tokens as `batch_size` texts of 200 tokens, but at most four times as many texts.

Measured with MiniLM on two cores: texts of 200 tokens are fastest 2 to 8 at a time, of 60 tokens 8 to 16, of 20
tokens 16 to 32; batches of 32 long texts take 1.3 times as long as batches of 8."""

_QUERY_BYTES_KEPT = 16 * 2**20
"""For token vectors of the latest queries: hundreds of short ones; one of 8,000 tokens alone takes more."""
_ENTRY_BYTES = 512
"""What each takes beside its vectors; some have none."""

Task = Literal["query", "document"]


class SentenceEncoder(TextEncoder):
    """Texts to vectors with a sentence-transformers model.

    The model is loaded, from its folder and without the network, at the first encoding or, for models whose files do
    not tell it, when `dimension` is read; `load()` does it at a time of your choice. A text longer than
    `token_counter().max_tokens` is cut there by the model. Vectors do not depend on `batch_size` beyond float32
    rounding. Texts are only ever text: one that reads like a path or an address is neither opened nor fetched.

    `model` is a resolved model or a name or path, which is then resolved without downloading. `device` is a torch
    device; by default a GPU if there is one, where it calculates in half precision unless `precision` says otherwise.
    `batch_size` is for texts of some 200 tokens; more short texts, or fewer
    long ones, are taken at a time. `prompts` replaces the model's own (`query`, `document`).
    `max_sequence` shortens the longest text read, in tokens with the special ones. Safe to call from several
    threads; the model itself works on one batch at a time. Picklable; a copy loads the model again.

    Raises `ModelUnavailable` where the model cannot be found, loaded, or returns vectors that are none.
    """

    def __init__(
        self,
        model: ResolvedModel | str,
        *,
        device: str | None = None,
        precision: Precision = "auto",
        batch_size: int = 8,
        prompts: Mapping[str, str] | None = None,
        max_sequence: int | None = None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self._source = resolve_text_model(model, allow_download=False) if isinstance(model, str) else model
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self._prompts = dict(prompts) if prompts is not None else None
        self._max_sequence = max_sequence
        self._lock = threading.RLock()
        self._asked: RecentlyUsed[str, Vectors] = RecentlyUsed(
            _QUERY_BYTES_KEPT, lambda rows: rows.nbytes + _ENTRY_BYTES
        )
        self.name = self._source.name

    def __reduce__(self) -> tuple[Any, ...]:
        settings = (self._device, self._precision, self._batch_size, self._prompts, self._max_sequence)
        return _rebuild, (type(self), self._source, *settings)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest over weights, tokenizer, pooling and settings; the device and the model's place play no part."""
        settings: dict[str, Any] = {"normalize": True, "dtype": "float32", "max_sequence": self._files.max_sequence}
        if self._prompts is not None:
            settings["prompts"] = self._prompts
        return self._files.fingerprint(settings)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._files.dimension or self._model_dimension

    def token_counter(self) -> HfTokenCounter:
        """The model's tokenizer, without torch."""
        return self._counter

    def load(self) -> None:
        """Load the model now. Raises `ModelUnavailable`."""
        with self._lock:
            _ = self._model

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """`(n, dimension) float32`, each row of length 1, in the order given; `(0, dimension)` for no texts."""
        return self._encode(texts, "document")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Like `encode_documents`, with the query prompt where the model has one."""
        return self._encode(texts, "query")

    def token_vectors(self, texts: Sequence[str], *, queries: bool = False) -> list[Vectors]:
        """`(tokens, dimension) float32` for each text, rows of length 1, special and unknown tokens left out.

        Only of models for which `tells_tokens` is true. Those of the latest queries, which have just been encoded for
        their own vectors, are at hand.
        """
        texts = [encodable(text) for text in texts]
        found = self._asked.known(texts) if queries else {}
        missing = [text for text in texts if text not in found]
        for batch in self._batches(missing):
            chosen = [missing[position] for position in batch]
            with self._lock:
                output = self._forward(self._inputs(chosen), "query" if queries else "document")
                found |= zip(chosen, self._token_rows(output), strict=True)
        return [
            unit_vectors(found[text], found[text].shape[1], self.name) if len(found[text]) else found[text]
            for text in texts
        ]

    @property
    def tells_tokens(self) -> bool:
        """Whether single tokens have vectors that can be compared: where the text's vector is their mean."""
        return self._files.pools_mean

    def _encode(self, texts: Sequence[str], task: Task) -> Vectors:
        texts = [encodable(text) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for batch in self._batches(texts):
            chosen = [texts[position] for position in batch]
            # The lock is held for one batch only, so that a question need not wait for a whole run of documents.
            with self._lock:
                output = self._forward(self._inputs(chosen), task)
                vectors[batch] = self._sentence_rows(output)
                # Flash attention, where a model's folder asks for it, runs the texts of a batch into one.
                if task == "query" and self.tells_tokens and len(output["token_embeddings"]) == len(chosen):
                    self._asked.keep(dict(zip(chosen, self._token_rows(output), strict=True)))
        return vectors

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Positions of the texts in batches of like length, the longest first: little padding, memory peaks early."""
        if len(texts) <= 1:
            yield from ([position] for position in range(len(texts)))
            return
        # Tokens, not characters: a table of numbers takes twice the tokens of a sentence of the same length.
        limit = self._counter.max_tokens
        lengths = [min(count, limit) for count in self._counter.count(texts)]
        order = sorted(range(len(texts)), key=lambda position: (-lengths[position], position))
        while order:
            fitting = self._batch_size * _TOKENS_PER_TEXT // max(lengths[order[0]], 1)
            size = min(max(fitting, 1), self._batch_size * _SHORT_TEXTS_FACTOR)
            yield order[:size]
            order = order[size:]

    def _encode_inputs(self, inputs: Sequence[Any], task: Task) -> Vectors:
        with self._lock:
            return self._sentence_rows(self._forward(inputs, task))

    def _inputs(self, texts: Sequence[str]) -> list[Any]:
        # On a model that reads pictures a plain string may be opened as a file or fetched as an address.
        return [text if self._text_only else {"text": text} for text in texts]

    def _forward(self, inputs: Sequence[Any], task: Task) -> Mapping[str, Any]:
        """What the model makes of one batch; call it with the lock: its tokenizer serves one thread at a time."""
        import torch

        with torch.inference_mode():
            model = self._model
            features = model.preprocess(list(inputs), prompt=self._prompt(task), task=task)
            features = {key: _to_model(value, model) for key, value in features.items()}
            with one_thread() if _is_small(features) else nullcontext():
                output: Mapping[str, Any] = model(features, task=task)
        return output

    def _sentence_rows(self, output: Mapping[str, Any]) -> Vectors:
        rows = output["sentence_embedding"]
        if self._model.truncate_dim is not None:
            rows = rows[:, : self._model.truncate_dim]
        return unit_vectors(rows.float().cpu().numpy(), self.dimension, self.name)

    def _token_rows(self, output: Mapping[str, Any]) -> list[Vectors]:
        special = np.isin(output["input_ids"].cpu().numpy(), self._model.tokenizer.all_special_ids)
        states = output["token_embeddings"].float().cpu().numpy()
        return [rows[~left_out] for rows, left_out in zip(states, special, strict=True)]

    def _prompt(self, task: Task) -> str | None:
        prompts = self._model.prompts
        names = ("query",) if task == "query" else _DOCUMENT_PROMPTS
        general = prompts.get(self._model.default_prompt_name or "")
        return next((prompts[name] for name in names if prompts.get(name)), general)

    @cached_property
    def _files(self) -> TextModelFiles:
        return TextModelFiles.read(self._source.path, max_sequence=self._max_sequence)

    @cached_property
    def _counter(self) -> HfTokenCounter:
        return self._files.token_counter()

    @cached_property
    def _model(self) -> SentenceTransformer:
        logger.info("Loading the text model %s from %s", self.name, self._source.path)
        return load_sentence_model(
            self._source.path,
            device=self._device,
            precision=self._precision,
            prompts=self._prompts,
            max_sequence=self._files.max_sequence,
        )

    @cached_property
    def _text_only(self) -> bool:
        with self._lock:
            return set(self._model.modalities) <= {"text"}

    @cached_property
    def _model_dimension(self) -> int:
        with self._lock:
            dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelUnavailable(
                f"The text model {self.name} does not say how long its vectors are.", hint="Use another model."
            )
        return dimension


def _to_model(value: Any, model: SentenceTransformer) -> Any:  # noqa: ANN401 - a feature of any kind
    """A tensor on the model's device; pixels in its precision as well."""
    import torch

    if not isinstance(value, torch.Tensor):
        return value
    return value.to(model.device, model.dtype) if value.is_floating_point() else value.to(model.device)


def _is_small(features: Mapping[str, Any]) -> bool:
    tokens = features.get("input_ids")
    return tokens is not None and tokens.numel() <= SMALL_BATCH_TOKENS and "pixel_values" not in features


def _rebuild(
    kind: type[SentenceEncoder],
    source: ResolvedModel,
    device: str | None,
    precision: Precision,
    batch_size: int,
    prompts: Mapping[str, str] | None,
    max_sequence: int | None,
) -> SentenceEncoder:
    return kind(
        source,
        device=device,
        precision=precision,
        batch_size=batch_size,
        prompts=prompts,
        max_sequence=max_sequence,
    )
