"""Tier 2: self-consistency. What a model makes up differs from one sample to the next (SelfCheckGPT, 2303.08896)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ...errors import DecoderError, DecoderUnreachable
from ...indexing.language import detect_language
from ...retrieval.evidence import Evidence
from ..answer import Claim
from ..citations import without_citations
from ..decoders.chat_model import ChatModel, Decoding, TextPiece
from ..decoders.prompted import PromptedDecoder
from ..prompts import Prompt
from .rules import rule
from .ruling import SUPPORTED
from .tiers import STOPPED, Opinion, is_set

Resample = Callable[[str, Sequence[str | Evidence], int, threading.Event | None], str]
"""Question, evidence, seed and what cancels it -> another answer. Raises `DecoderError`."""
_KEPT = 0.5
"""Share of its score that a claim keeps of which no sample says the same."""


class ConsistencyTier:
    """Draws `samples` more answers and takes score from claims that these do not share.

    A claim that falls below what is supported becomes not found. Without a question there is nothing to sample, and
    the tier abstains. Seeds are `seed`, `seed` + 1 and so on. The samples of the last question are kept: under the
    policy `strict`, its answer is checked statement by statement.
    """

    name = "consistency"

    def __init__(self, resample: Resample, *, samples: int = 5, seed: int = 0) -> None:
        self._resample = resample
        self._samples = samples
        self._seed = seed
        self._drawn: tuple[str, tuple[str | Evidence, ...], tuple[str, ...]] | None = None

    def judge(
        self,
        claims: Sequence[Claim],
        evidence: Sequence[str | Evidence],
        question: str | None = None,
        *,
        cancel: threading.Event | None = None,
    ) -> Sequence[Opinion]:
        """The same samples for all claims."""
        if not question:
            return [Opinion(None, reason="there is no question to sample answers to") for _ in claims]
        samples, failure = self._draw(question, tuple(evidence), cancel)
        if is_set(cancel):
            return [STOPPED] * len(claims)
        if not samples:
            return [Opinion(None, reason=failure) for _ in claims]
        return [_opinion(claim, sum(_says(sample, claim) for sample in samples), len(samples)) for claim in claims]

    def _draw(
        self, question: str, evidence: tuple[str | Evidence, ...], cancel: threading.Event | None
    ) -> tuple[Sequence[str], str]:
        """The samples, and why there are none. A model that cannot be reached is not asked again and again."""
        drawn = self._drawn
        if drawn is not None and drawn[:2] == (question, evidence):
            return drawn[2], ""
        samples: list[str] = []
        failure = "no sample was drawn"
        for number in range(self._samples):
            if is_set(cancel):
                break
            try:
                samples.append(self._resample(question, evidence, self._seed + number, cancel))
            except DecoderError as error:
                failure = f"the model failed: {error.message}"
                if isinstance(error, DecoderUnreachable):
                    break
        if samples and not is_set(cancel):
            self._drawn = (question, evidence, tuple(samples))
        return samples, failure


def chat_resample(model: ChatModel, *, temperature: float = 0.8, max_tokens: int = 512, pictures: int = 0) -> Resample:
    """Samples of a chat model that is given the prompt of answers: rules, fenced evidence, up to `pictures` charts."""

    def resample(question: str, evidence: Sequence[str | Evidence], seed: int, cancel: threading.Event | None) -> str:
        decoding = Decoding(max_tokens=max_tokens, temperature=temperature, seed=seed)
        prompt = Prompt(question, tuple(map(_evidence, evidence)), detect_language(question) or "en")
        pieces = PromptedDecoder(model, decoding, pictures=pictures).stream(prompt, cancel=cancel)
        return without_citations("".join(piece.text for piece in pieces if isinstance(piece, TextPiece)))

    return resample


def _evidence(item: str | Evidence) -> Evidence:
    return Evidence("text", "", None, item, 0.0, {}, (), (), ()) if isinstance(item, str) else item


def _says(sample: str, claim: Claim) -> bool:
    return all(ruling.claim.verdict == "supported" for ruling in rule(claim.text, [sample]))


def _opinion(claim: Claim, shared: int, count: int) -> Opinion:
    score = claim.score * (_KEPT + (1 - _KEPT) * shared / count)
    reason = f"{shared} of {count} further answers say it. {claim.reason}"
    if claim.verdict == "supported" and score < SUPPORTED:
        return Opinion("not_found", score, reason, claim.evidence)
    return Opinion(claim.verdict, score, reason, claim.evidence)
