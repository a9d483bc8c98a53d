"""Settings turned into the reranker of the fine stage."""

from __future__ import annotations

import logging

from ..errors import CollectionDamaged, ModelUnavailable, SettingsError
from ..indexing.collection import Collection
from ..indexing.encoders.protocols import TextEncoder
from ..indexing.encoders.sentence_encoder import SentenceEncoder
from ..indexing.encoders.weights import ResolvedModel, resolve_cross_encoder
from ..retrieval.rerank.among_charts import AmongCharts
from ..retrieval.rerank.cross_encoder import CrossEncoderModel
from ..retrieval.rerank.pictures import CollectionPictures, Pictures, PictureUrls
from ..retrieval.rerank.protocol import RELEVANCE, TOKENS, Reranker
from ..retrieval.rerank.region_alignment import RegionAlignmentReranker
from ..retrieval.rerank.relevance import RelevanceModel, RelevanceReranker
from ..retrieval.rerank.served import ServedOptions, ServedRelevance
from ..retrieval.rerank.token_interaction import DEPTH, WEIGHT, TokenInteraction
from .retrieval_settings import RerankerName, RerankerSettings
from .settings import Settings

logger = logging.getLogger(__name__)


def reranker(collection: Collection, text: TextEncoder, settings: Settings) -> Reranker:
    """The configured reranker; finds a cross-encoder's weights but does not load them. Raises `ModelUnavailable`.

    Of `auto` it is the best that needs no download: the collection's own, a served one, a cross-encoder on this
    machine, region alignment with the text encoder's token vectors for charts, region alignment. One of the
    collection's that is damaged is left out, with a warning.
    """
    chosen, given = settings.retrieval.reranker, settings.reranker
    warnings: tuple[str, ...] = ()
    if chosen == "auto":
        try:
            if (tuned := tuned_cross_encoder(collection, settings)) is not None:
                model, weight = tuned
                before = untrained_reranker(collection, text, settings)
                return _on_top(model, weight, alignment(collection, settings), settings, before)
        except CollectionDamaged as error:
            logger.warning("%s", error)
            warnings = (f"{error} It takes no part in the ranking.",)
        chosen, missing = _best_configured(given)
        warnings += missing
    aligner = alignment(collection, settings, warnings)
    if chosen == "tokens":
        return _by_tokens(token_encoder(text), aligner, settings)
    if chosen == "auto":
        return untrained_reranker(collection, text, settings, warnings)
    if chosen == "alignment":
        return aligner
    pictures = CollectionPictures(collection) if given.images else None
    if chosen == "served":
        return _on_top(_served(given, pictures.url if pictures else None), given.weight, aligner, settings)
    return _on_top(_cross_encoder(settings, pictures.picture if pictures else None), given.weight, aligner, settings)


def _best_configured(given: RerankerSettings) -> tuple[RerankerName, tuple[str, ...]]:
    """What `auto` is where nothing is tuned, and a warning of a model that is configured and not there."""
    if given.base_url:
        return "served", ()
    if given.model:
        try:
            resolve_cross_encoder(given.model, allow_download=False)
        except ModelUnavailable as error:
            return "auto", (f"{error.message} Region alignment ranks instead.",)
        return "cross-encoder", ()
    return "auto", ()


def untrained_reranker(
    collection: Collection, text: TextEncoder, settings: Settings, warnings: tuple[str, ...] = ()
) -> Reranker:
    """The best that needs no weights beyond the text encoder's; what is tuned goes on top of it."""
    aligner = alignment(collection, settings, warnings)
    return _by_tokens(token_encoder(text), aligner, settings) if tells_tokens(text) else aligner


def _by_tokens(encoder: SentenceEncoder, aligner: RegionAlignmentReranker, settings: Settings) -> Reranker:
    by_tokens = _on_top(TokenInteraction(encoder), WEIGHT, aligner, settings, depth=DEPTH, part=TOKENS)
    return AmongCharts(by_tokens, aligner)


def _on_top(
    model: RelevanceModel,
    weight: float,
    aligner: RegionAlignmentReranker,
    settings: Settings,
    before: Reranker | None = None,
    depth: int | None = None,
    part: str = RELEVANCE,
) -> RelevanceReranker:
    fall_back = settings.reranker.on_failure == "alignment"
    return RelevanceReranker(model, aligner, before=before, weight=weight, fall_back=fall_back, depth=depth, part=part)


def alignment(collection: Collection, settings: Settings, warnings: tuple[str, ...] = ()) -> RegionAlignmentReranker:
    """Region alignment, which every reranker starts from."""
    return RegionAlignmentReranker(
        lambda tokens: (collection.document_frequency(tokens), collection.node_count()),
        weight=settings.retrieval.alignment_weight,
        warnings=warnings,
    )


def tuned_cross_encoder(collection: Collection, settings: Settings) -> tuple[CrossEncoderModel, float] | None:
    """The model that was fitted to the collection, with its weight; None where there is none.

    Raises `CollectionDamaged`.
    """
    tuned = collection.tuned_model("reranker")
    if tuned is None:
        return None
    try:
        weight, max_tokens = float(tuned.provenance["weight"]), int(tuned.provenance["max_tokens"])
    except (KeyError, TypeError, ValueError) as error:
        raise CollectionDamaged(
            f"The provenance of the model {tuned.path} lacks its weight or length.", hint="Tune again."
        ) from error
    model = CrossEncoderModel(
        ResolvedModel(tuned.path, "path", tuned.path.name),
        device=settings.encoder.device,
        precision=settings.encoder.precision,
        batch_size=settings.reranker.batch_size,
        max_tokens=max_tokens,
    )
    return model, weight


def tells_tokens(text: TextEncoder) -> bool:
    """Whether the token vectors of the text encoder can be compared."""
    return isinstance(text, SentenceEncoder) and text.tells_tokens


def token_encoder(text: TextEncoder) -> SentenceEncoder:
    """The text encoder as one whose token vectors can be compared. Raises `SettingsError` where they cannot be."""
    if not isinstance(text, SentenceEncoder) or not tells_tokens(text):
        raise SettingsError(
            f"The text model {text.name} has no token vectors that can be compared: its files do not say that it pools "
            "by their mean.",
            hint="Set `retrieval.reranker` to `alignment`, or name in `encoder.text_model` a model of "
            "sentence-transformers whose `modules.json` lists mean pooling.",
        )
    return text


def _served(given: RerankerSettings, pictures: PictureUrls | None) -> RelevanceModel:
    options = ServedOptions(
        given.base_url,
        given.model,
        given.api_key.get_secret_value(),
        timeout_seconds=given.timeout_seconds,
        max_tokens=given.max_tokens,
    )
    return ServedRelevance(options, pictures=pictures)


def _cross_encoder(settings: Settings, pictures: Pictures | None) -> RelevanceModel:
    given = settings.reranker
    return CrossEncoderModel(
        resolve_cross_encoder(given.model, allow_download=given.allow_download),
        device=settings.encoder.device,
        precision=settings.encoder.precision,
        batch_size=given.batch_size,
        max_tokens=given.max_tokens,
        pictures=pictures,
    )
