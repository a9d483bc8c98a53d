"""Settings turned into the checks of answers."""

from __future__ import annotations

from ..errors import SettingsError
from ..generation.decoders.chat_model import ChatModel
from ..generation.grounding.checker import Checker
from ..generation.grounding.consistency import ConsistencyTier, chat_resample
from ..generation.grounding.entailment import EntailmentTier
from ..generation.grounding.judge import JudgeTier
from ..generation.grounding.paraphrase import Encode
from ..generation.grounding.tiers import Tier
from ..generation.grounding.unsupported_spans import SpanTier
from ..indexing.encoders.weights import ResolvedModel, resolve_cross_encoder
from .settings import Settings


def checker(settings: Settings, chat_model: ChatModel | None = None, encode: Encode | None = None) -> Checker:
    """The rules and the tiers that are set, cheap ones first; `chat_model` is the one that writes the answers.
    `encode` is how the collection's texts get their vectors.

    Finds the weights but does not load them. Raises `ModelUnavailable` where they are missing, `SettingsError` where
    a tier needs a language model and there is none.
    """
    given, device, precision = settings.checks, settings.encoder.device, settings.encoder.precision
    tiers: list[Tier] = []
    if given.model:
        tiers.append(
            EntailmentTier(
                _found(given.model, settings),
                device=device,
                precision=precision,
                batch_size=given.batch_size,
                max_tokens=given.max_tokens,
            )
        )
    if given.span_model:
        spans = _found(given.span_model, settings)
        tiers.append(SpanTier(spans, device=device, precision=precision, batch_size=given.batch_size))
    if given.judge:
        tiers.append(JudgeTier(_needed(chat_model, "checks.judge")))
    if given.samples:
        model = _needed(chat_model, "checks.samples")
        resample = chat_resample(model, temperature=given.temperature, pictures=settings.decoder.images)
        tiers.append(ConsistencyTier(resample, samples=given.samples))
    return Checker(tiers, encode=encode)


def _found(model: str, settings: Settings) -> ResolvedModel:
    allowed = settings.checks.allow_download
    return resolve_cross_encoder(model, allow_download=allowed, kind="model of the checks")


def _needed(chat_model: ChatModel | None, key: str) -> ChatModel:
    if chat_model is None:
        raise SettingsError(
            f"The setting `{key}` needs a language model, and the extractive decoder is none.",
            hint="Configure a served decoder, or leave that check out.",
        )
    return chat_model
