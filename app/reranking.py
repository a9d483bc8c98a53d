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
from ..retrieval.rerank.protocol import Reranker
from ..retrieval.rerank.region_alignment import RegionAlignmentReranker
from ..retrieval.rerank.relevance import RelevanceModel, RelevanceReranker
from ..retrieval.rerank.served import ServedOptions, ServedRelevance
from ..retrieval.rerank.token_interaction import DEPTH, WEIGHT, TokenInteraction
from .retrieval_settings import RerankerSettings
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
            if (tuned := tuned_reranker(collection, settings)) is not None:
                return tuned
        except CollectionDamaged as error:
            logger.warning("%s", error)
            warnings = (f"{error} It takes no part in the ranking.",)
    if chosen == "auto" and given.base_url:
        chosen = "served"
    elif chosen == "auto" and given.model:
        try:
            resolve_cross_encoder(given.model, allow_download=False)
            chosen = "cross-encoder"
        except ModelUnavailable as error:
            warnings = (*warnings, f"{error.message} Region alignment ranks instead.")
    aligner = alignment(collection, settings, warnings)
    fall_back = given.on_failure == "alignment"
    if chosen == "tokens" or (chosen == "auto" and tells_tokens(text)):
        tokens = TokenInteraction(token_encoder(text))
        by_tokens = RelevanceReranker(tokens, aligner, weight=WEIGHT, depth=DEPTH, fall_back=fall_back)
        return AmongCharts(by_tokens, aligner)
    if chosen in ("auto", "alignment"):
        return aligner
    pictures = CollectionPictures(collection) if given.images else None
    if chosen == "served":
        model = _served(given, pictures.url if pictures else None)
    else:
        model = _cross_encoder(settings, pictures.picture if pictures else None)
    return RelevanceReranker(model, aligner, weight=given.weight, fall_back=fall_back)


def alignment(collection: Collection, settings: Settings, warnings: tuple[str, ...] = ()) -> RegionAlignmentReranker:
    """Region alignment, which every reranker starts from."""
    return RegionAlignmentReranker(
        lambda tokens: (collection.document_frequency(tokens), collection.node_count()),
        weight=settings.retrieval.alignment_weight,
        warnings=warnings,
    )


def tuned_reranker(collection: Collection, settings: Settings) -> Reranker | None:
    """The reranker that was fitted to the collection, None where there is none. Raises `CollectionDamaged`."""
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
    fall_back = settings.reranker.on_failure == "alignment"
    return RelevanceReranker(model, alignment(collection, settings), weight=weight, fall_back=fall_back)


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
