"""Tier 1 by a local model that marks the words of an answer which the evidence does not bear out.

Token classification as LettuceDetect does it (arXiv:2502.17125): the model reads question and evidence, then the
claim, and tells for each token of the claim whether it is unsupported, by its class 1.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ...errors import ModelUnavailable
from ...indexing.encoders import hub
from ...indexing.encoders.precision import Precision, choose_device, choose_dtype
from ...indexing.encoders.sentence_model import without_progress_bars
from ...indexing.encoders.token_counter import encodable
from ...indexing.encoders.weights import ResolvedModel
from ...retrieval.evidence import Evidence
from ..answer import Claim
from .entailment import resolved
from .premises import candidates, text_of
from .tiers import STOPPED, Opinion, is_set

_UNSUPPORTED = 1
_EVEN = 0.5
_MOST_NAMED = 3
"""Unsupported spans that a reason names."""


class SpanTier:
    """Opinions of a local token classifier with two classes: 0 supported, 1 unsupported.

    `model` is a resolved model or a name or path, which is then resolved without downloading; it is loaded at the
    first claim. Of evidence that is too long for `max_tokens`, the end is left out, never of the claim. Safe to call
    from several threads. Raises `ModelUnavailable` where the model cannot be found, loaded, or used for this.
    """

    name = "spans"

    def __init__(
        self,
        model: ResolvedModel | str,
        *,
        device: str | None = None,
        precision: Precision = "auto",
        batch_size: int = 8,
        max_tokens: int = 4096,
    ) -> None:
        self._source = resolved(model)
        self._device = device
        self._precision = precision
        self._batch_size = batch_size
        self._max_tokens = max_tokens
        self._lock = threading.RLock()

    def load(self) -> None:
        """Load the model now. Raises `ModelUnavailable`."""
        with self._lock:
            _ = self._loaded

    def judge(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> Sequence[Opinion]:
        """Supported where no word of the claim is marked, else not found, with the words that are."""
        self.load()
        opinions: list[Opinion] = []
        for start in range(0, len(claims), self._batch_size):
            batch = claims[start : start + self._batch_size]
            if is_set(cancel):
                opinions += [STOPPED] * len(batch)
                continue
            contexts = [self._context(claim, evidence, question) for claim in batch]
            opinions += self._opinions(contexts, [encodable(claim.text) for claim in batch])
        return opinions

    def _context(self, claim: Claim, evidence: Sequence[str | Evidence], question: str | None) -> str:
        numbers = candidates(claim, len(evidence))
        passages = (f"passage {at}: {text_of(evidence[n - 1])}" for at, n in enumerate(numbers, start=1))
        return "\n".join((*([encodable(question)] if question else []), *passages))

    def _opinions(self, contexts: list[str], texts: list[str]) -> list[Opinion]:
        import torch

        tokenizer, model, device = self._loaded
        with self._lock, torch.inference_mode():
            batch = tokenizer(
                contexts,
                texts,
                truncation="only_first",
                max_length=self._length(texts),
                padding=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = batch.pop("offset_mapping").tolist()
            sides = [batch.sequence_ids(row) for row in range(len(texts))]
            logits = model(**{key: value.to(device) for key, value in batch.items()}).logits
            chances = torch.softmax(logits.float(), dim=-1)[..., _UNSUPPORTED].cpu().tolist()
        return [
            _opinion(texts[row], [(s, e, c) for (s, e), c, side in zip(*columns, strict=True) if side == 1 and e > s])
            for row, columns in enumerate(zip(offsets, chances, sides, strict=True))
        ]

    def _length(self, texts: Sequence[str]) -> int:
        """Room for the longest claim whole, and as much evidence as the model takes."""
        tokenizer, model, _ = self._loaded
        reads = int(getattr(model.config, "max_position_embeddings", self._max_tokens))
        most = min(self._max_tokens, reads)
        longest = max(len(ids) for ids in tokenizer(list(texts), add_special_tokens=False)["input_ids"])
        if longest + tokenizer.num_special_tokens_to_add(pair=True) >= most:
            raise ModelUnavailable(
                f"The model {self._source.name} reads {most} tokens, and a claim has {longest}.",
                hint="Use a model that reads more, or shorter sentences.",
            )
        return most

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any]:
        """Tokenizer, model and device; transformers' classes carry no useful types here."""
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        folder = self._source.path
        try:
            device = choose_device(self._device)
            with hub.offline(), without_progress_bars():
                options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
                tokenizer = AutoTokenizer.from_pretrained(folder, **options)
                model, info = AutoModelForTokenClassification.from_pretrained(
                    folder, dtype=choose_dtype(self._precision, device), output_loading_info=True, **options
                )
        # Model folders fail to load in as many ways as there are libraries beneath; each means the same to the user.
        except Exception as error:
            raise ModelUnavailable(
                f"The model of the checks in {folder} does not load: {error}",
                hint="Install it again, or use another model or device.",
            ) from error
        # Weights of a classifier of whole texts fit as well: only the name of its class tells.
        made_for = "".join(model.config.architectures or ["ForTokenClassification"])
        fits = "ForTokenClassification" in made_for and not info["missing_keys"] and model.config.num_labels == 2
        if not (fits and tokenizer.is_fast):
            raise ModelUnavailable(
                f"The model {self._source.name} is no token classifier with two classes.",
                hint="Name one that marks unsupported tokens, such as LettuceDetect's.",
            )
        return tokenizer, model.to(device).eval(), device


def _opinion(text: str, tokens: Sequence[tuple[int, int, float]]) -> Opinion:
    """(start, end, chance that it is unsupported) of each token -> an opinion that names what is unsupported."""
    if not tokens:
        return Opinion(None, reason="it has no word that the model knows")
    worst = max(chance for _, _, chance in tokens)
    if worst <= _EVEN:
        return Opinion("supported", 1.0 - worst, "No word of it is marked as unsupported.")
    named = ", ".join(f"“{text[start:end]}”" for start, end in _spans(tokens)[:_MOST_NAMED])
    return Opinion("not_found", 1.0 - worst, f"Marked as unsupported: {named}.")


def _spans(tokens: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The unsupported stretches of the text: marked tokens that follow each other are one."""
    spans: list[tuple[int, int]] = []
    open_ = False
    for start, end, chance in tokens:
        if chance > _EVEN and open_:
            spans[-1] = (spans[-1][0], end)
        elif chance > _EVEN:
            spans.append((start, end))
        open_ = chance > _EVEN
    return spans
