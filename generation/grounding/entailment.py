"""Tier 1 by a local model that reads evidence and claim together: natural-language inference or groundedness.

A CrossEncoder of sentence-transformers with three classes (entailment, neutral, contradiction), with two (grounded or
not), or with one output, the log-odds of being grounded. Which class is which, its configuration tells by name.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelUnavailable
from ...indexing.encoders.precision import Precision
from ...indexing.encoders.sentence_model import load_cross_encoder
from ...indexing.encoders.text_model_files import TextModelFiles
from ...indexing.encoders.token_counter import HfTokenCounter, encodable
from ...indexing.encoders.weights import ResolvedModel, resolve_cross_encoder
from ...retrieval.evidence import Evidence
from ..answer import Claim
from .premises import candidates, text_of, windows
from .tiers import STOPPED, Opinion, is_set

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_YES = ("entail", "support", "consistent", "grounded", "faithful", "factual")
_NO = ("contradict", "refut")
_NOT = ("not", "non", "un", "in", "hallucin")
_EVEN = 0.5
_LEAST_ROOM = 32
"""Tokens of evidence that are read in any case, however long the claim is."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Which outputs of a model say that a claim is entailed, and that it is contradicted (None: none does)."""

    entailed: int
    contradicted: int | None

    @classmethod
    def of(cls, labels: Sequence[str], name: str) -> Classes:
        """Find them by the labels' names. Raises `ModelUnavailable` where these do not tell."""
        lower = [label.lower().replace("-", "_").strip() for label in labels]
        if len(lower) == 1:
            return cls(0, None)
        entailed = [i for i, label in enumerate(lower) if any(yes in label for yes in _YES) and not _denies(label)]
        contradicted = [i for i, label in enumerate(lower) if any(no in label for no in _NO)]
        if len(lower) == 2 and not entailed and lower == ["label_0", "label_1"]:
            return cls(1, None)  # by custom the second of two nameless classes is the positive one
        if len(entailed) != 1 or (len(lower) == 3 and len(contradicted) != 1) or len(lower) > 3:
            raise ModelUnavailable(
                f"The model {name} does not tell which class means entailment: its labels are {', '.join(labels)}.",
                hint="Name the labels in `id2label` of its config.json: entailment, neutral, contradiction.",
            )
        return cls(entailed[0], contradicted[0] if contradicted else None)


def _denies(label: str) -> bool:
    return any(label.startswith(word) for word in _NOT)


class EntailmentTier:
    """Opinions of a local model.

    `model` is a resolved model or a name or path, which is then resolved without downloading; it is loaded at the
    first claim. Evidence and claim together are given at most `max_tokens` tokens, or what the model reads if that is
    less: longer evidence is read in several windows, and the one that decides most clearly counts. Safe to call from
    several threads. Raises `ModelUnavailable` where the model cannot be found, loaded, or used for this.
    """

    def __init__(
        self,
        model: ResolvedModel | str,
        *,
        name: str = "entailment",
        device: str | None = None,
        precision: Precision = "auto",
        batch_size: int = 8,
        max_tokens: int = 512,
    ) -> None:
        self.name = name
        self._source = resolved(model)
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self._max_tokens = max_tokens
        self._lock = threading.RLock()

    def load(self) -> None:
        """Load the model now. Raises `ModelUnavailable`."""
        with self._lock:
            _ = self._classes

    def judge(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None = None,  # noqa: ARG002 - the Protocol's; a claim is read without it
        *,
        cancel: threading.Event | None = None,
    ) -> Sequence[Opinion]:
        """Supported or contradicted where the model says so with more than even odds, else not found."""
        self.load()
        pairs = [
            (index, number, window, encodable(claim.text))
            for index, claim in enumerate(claims)
            for number, window in self._premises(claim, evidence)
        ]
        if not pairs:
            return [Opinion(None, reason="there was nothing to read") for _ in claims]
        order = sorted(range(len(pairs)), key=lambda at: (-len(pairs[at][2]), at))
        chances = np.zeros((len(pairs), 2))
        for start in range(0, len(order), self._batch_size):
            if is_set(cancel):  # the longest are read first, those of all claims mixed
                return [STOPPED] * len(claims)
            batch = order[start : start + self._batch_size]
            chances[batch] = self._predict([(pairs[at][2], pairs[at][3]) for at in batch])
        opinions = []
        for index in range(len(claims)):
            own = [at for at, pair in enumerate(pairs) if pair[0] == index]
            clearest = max(own, key=lambda at: (chances[at].max(), -at))
            opinions.append(self._opinion(pairs[clearest][1], *map(float, chances[clearest])))
        return opinions

    def _opinion(self, number: int, entailed: float, contradicted: float) -> Opinion:
        if entailed > _EVEN and entailed >= contradicted:
            return Opinion("supported", entailed, f"The model {self._source.name}: {entailed:.0%} entailed.", number)
        if contradicted > _EVEN:
            reason = f"The model {self._source.name}: {contradicted:.0%} contradicted."
            return Opinion("contradicted", min(entailed, 1 - contradicted), reason, number)
        return Opinion("not_found", entailed, f"The model {self._source.name}: only {entailed:.0%} entailed.", number)

    def _premises(self, claim: Claim, evidence: Sequence[str | Evidence]) -> Iterator[tuple[int, str]]:
        room = min(self._max_tokens, self._counter.max_tokens) - self._counter.count([encodable(claim.text)])[0]
        for number in candidates(claim, len(evidence)):
            text = text_of(evidence[number - 1])
            yield from ((number, window) for window in windows(text, max(room, _LEAST_ROOM), self._counter.count))

    def _predict(self, pairs: list[tuple[str, str]]) -> NDArray[np.float64]:
        """`(n, 2)`: chances that the evidence entails the claim, and that it contradicts it."""
        import torch

        with self._lock, torch.inference_mode():
            logits = np.asarray(
                self._model.predict(
                    pairs, batch_size=len(pairs), activation_fn=torch.nn.Identity(), show_progress_bar=False
                ),
                dtype=np.float64,
            ).reshape(len(pairs), -1)
        if not np.isfinite(logits).all():
            raise ModelUnavailable(
                f"The model {self._source.name} gave numbers that are none.", hint="Use another model or precision."
            )
        if logits.shape[1] == 1:
            entailed = 1 / (1 + np.exp(-logits[:, 0]))
            return np.stack([entailed, np.zeros_like(entailed)], axis=1)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        found = self._classes
        contradicted = odds[:, found.contradicted] if found.contradicted is not None else np.zeros(len(odds))
        return np.stack([odds[:, found.entailed], contradicted], axis=1)

    @cached_property
    def _counter(self) -> HfTokenCounter:
        return TextModelFiles.read(self._source.path).token_counter(pair=True)

    @cached_property
    def _model(self) -> CrossEncoder:
        model = load_cross_encoder(self._source.path, device=self._device, precision=self._precision)
        model.max_seq_length = min(self._max_tokens, TextModelFiles.read(self._source.path).max_sequence)
        return model

    @cached_property
    def _classes(self) -> Classes:
        config: Any = self._model.config
        labels = [str(config.id2label.get(index, f"LABEL_{index}")) for index in range(self._model.num_labels)]
        return Classes.of(labels, self._source.name)


def resolved(model: ResolvedModel | str) -> ResolvedModel:
    """The model on this machine, never downloaded. Raises `ModelUnavailable`."""
    if not isinstance(model, str):
        return model
    return resolve_cross_encoder(model, allow_download=False, kind="model of the checks")
