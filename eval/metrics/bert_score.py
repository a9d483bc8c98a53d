"""BERTScore (Zhang et al., ICLR 2020): tokens of answer and reference matched by their contextual vectors.

Unlike the package bert-score it takes any local encoder, leaves out empty texts instead of failing on them, says when
it cuts a text, encodes every text once, and knows what it cannot tell: identical texts never score 0.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Literal

from ...errors import SettingsError
from ...indexing.encoders.text_model_files import TextModelFiles
from ...indexing.encoders.weights import ResolvedModel
from .greedy_matching import Match, WeightedVectors, match_all
from .protocol import Value
from .token_vectors import EncodedText, TokenVectors

Measure = Literal["precision", "recall", "f1"]
_BLOCK = 512
"""Items whose token vectors are held at a time: some hundred MiB at most with a small encoder."""


@dataclass(frozen=True, slots=True)
class BertScoreOptions:
    """How it is computed, all of which the signature tells.

    `layer` is the hidden layer whose vectors count, from 1; by default the last but one, since the last is shaped by
    the model's own task. With `idf_texts` rare tokens count more, by how many of these texts have them; as published,
    they are all references, repeats included. `baseline` is what unrelated
    texts score: values are rescaled so that it becomes 0. `max_tokens` cuts texts, by default where the model does.
    """

    measure: Measure = "f1"
    layer: int | None = None
    idf_texts: tuple[str, ...] = ()
    baseline: float | None = None
    max_tokens: int | None = None
    batch_size: int = 32
    device: str | None = None


class BertScore:
    """BERTScore with the encoder in `model`, which is loaded at the first use.

    Special tokens weigh nothing, as in the package. An empty text has no value. Raises `ModelUnavailable` for an
    encoder that does not load, `SettingsError` for options that do not fit it.
    """

    def __init__(self, model: ResolvedModel, options: BertScoreOptions | None = None) -> None:
        self.name = "bertscore"
        self._options = chosen = options or BertScoreOptions()
        files = TextModelFiles.read(model.path)
        layer = chosen.layer if chosen.layer is not None else max(1, files.layers - 1)
        if not 1 <= layer <= files.layers:
            raise SettingsError(f"{model.name} has {files.layers} layers, no layer {layer}.", hint="Name one of them.")
        if chosen.baseline is not None and not chosen.baseline < 1:
            raise SettingsError(f"The baseline of BERTScore is {chosen.baseline}.", hint="It must be below 1.")
        cut = min(chosen.max_tokens or files.max_sequence, files.max_sequence)
        self._tokens = TokenVectors(files, layer, cut, chosen.batch_size, chosen.device)
        baseline = "none" if chosen.baseline is None else f"{chosen.baseline:g}"
        self.signature = (
            f"BERTScore {chosen.measure}|model:{model.name}|files:{files.fingerprint({})[:12]}"
            f"|layer:{layer}/{files.layers}|idf:{_digest(chosen.idf_texts)}|baseline:{baseline}"
            f"|cut:{cut} tokens|v:transformers {version('transformers')}"
        )

    @property
    def truncated(self) -> int:
        """How many texts were cut so far."""
        return self._tokens.truncated

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the reference with the best F1."""
        values: list[Value] = []
        for start in range(0, len(answers), _BLOCK):
            end = start + _BLOCK
            values += self._score_block(answers[start:end], references[start:end])
        return values

    def baseline_of(self, texts: Sequence[str], *, seed: int = 0) -> float:
        """What unrelated texts score: the mean over texts paired at random with others, unscaled.

        Raises `SettingsError` where there are not two different texts that are not empty.
        """
        import random

        distinct = sorted({text for text in texts if text.strip()})
        if len(distinct) < 2:
            raise SettingsError("A baseline needs two different texts.", hint="Give some hundred.")
        order = list(distinct)
        random.Random(seed).shuffle(order)  # noqa: S311 - keeps no secret
        pairs = self._matches(order, [[other] for other in [*order[1:], order[0]]])
        known = [self._of(match) for match in pairs if match is not None]
        return sum(known) / len(known)

    def _score_block(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        values = []
        for answer, known, match in zip(answers, references, self._matches(answers, references), strict=True):
            if match is not None:
                values.append(Value(self._rescaled(self._of(match))))
            elif not answer.strip():
                values.append(Value(None, "the answer is empty"))
            elif not any(one.strip() for one in known):
                values.append(Value(None, "the reference is empty"))
            else:
                values.append(Value(None, "no token of the answer or the reference has any weight"))
        return values

    def _of(self, match: Match) -> float:
        return float(getattr(match, self._options.measure))

    def _rescaled(self, value: float) -> float:
        baseline = self._options.baseline
        return value if baseline is None else (value - baseline) / (1 - baseline)

    def _matches(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Match | None]:
        """That with the best reference, or None."""
        texts = dict.fromkeys([*answers, *(one for known in references for one in known)])
        encoded = self._tokens.encode([text for text in texts if text.strip()])
        weighted = {text: self._weighted(one) for text, one in encoded.items()}
        pairs = {
            (answer, one): (left, right)
            for answer, known in zip(answers, references, strict=True)
            for one in known
            if (left := weighted.get(answer)) is not None and (right := weighted.get(one)) is not None
        }
        found = dict(zip(pairs, match_all(list(pairs.values())), strict=True))
        return [
            max(
                (found[answer, one] for one in known if (answer, one) in found),
                key=lambda match: match.f1,
                default=None,
            )
            for answer, known in zip(answers, references, strict=True)
        ]

    def _weighted(self, text: EncodedText) -> WeightedVectors | None:
        """Each token with its share; None where none has any."""
        import torch

        special, weights = self._tokens.special, self._idf
        plain = [0.0 if id_ in special else 1.0 if weights is None else weights.get(id_, 0.0) for id_ in text.ids]
        total = math.fsum(plain)
        if total <= 0:
            return None
        return WeightedVectors(text.vectors, torch.tensor([one / total for one in plain], device=text.vectors.device))

    @cached_property
    def _idf(self) -> Mapping[int, float] | None:
        texts = self._options.idf_texts
        if not texts:
            return None
        frequency = Counter(id_ for ids in self._tokens.tokenize(texts) for id_ in set(ids))
        unseen = math.log(len(texts) + 1)
        idf = dict.fromkeys(range(len(self._tokens.model.tokenizer)), unseen)
        return idf | {id_: math.log((len(texts) + 1) / (count + 1)) for id_, count in frequency.items()}


def _digest(texts: Sequence[str]) -> str:
    """What tells one collection of texts from another."""
    if not texts:
        return "no"
    return f"{len(texts)} texts {hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:8]}"
