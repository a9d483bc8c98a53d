"""Settings turned into the reranker of the fine stage."""

from __future__ import annotations

from ..errors import ModelUnavailable, SettingsError
from ..indexing.collection import Collection
from ..indexing.encoders.protocols import TextEncoder
from ..indexing.encoders.sentence_encoder import SentenceEncoder
from ..indexing.encoders.weights import resolve_cross_encoder
from ..retrieval.rerank.cross_encoder import CrossEncoderModel
from ..retrieval.rerank.pictures import CollectionPictures, Pictures, PictureUrls
from ..retrieval.rerank.protocol import Reranker
from ..retrieval.rerank.region_alignment import RegionAlignmentReranker
from ..retrieval.rerank.relevance import RelevanceModel, RelevanceReranker
from ..retrieval.rerank.served import ServedOptions, ServedRelevance
from ..retrieval.rerank.token_interaction import DEPTH, WEIGHT, TokenInteraction
from .settings import RerankerSettings, Settings


def reranker(collection: Collection, text: TextEncoder, settings: Settings) -> Reranker:
    """The configured reranker; finds a cross-encoder's weights but does not load them. Raises `ModelUnavailable`.

    Of `auto` it is the best that needs no download: a served one, a cross-encoder on this machine, region alignment.
    """
    chosen, given = settings.retrieval.reranker, settings.reranker
    warnings: tuple[str, ...] = ()
    if chosen == "auto" and given.base_url:
        chosen = "served"
    elif chosen == "auto" and given.model:
        try:
            resolve_cross_encoder(given.model, allow_download=False)
            chosen = "cross-encoder"
        except ModelUnavailable as error:
            warnings = (f"{error.message} Region alignment ranks instead.",)
    alignment = RegionAlignmentReranker(
        lambda tokens: (collection.document_frequency(tokens), collection.node_count()),
        weight=settings.retrieval.alignment_weight,
        warnings=warnings,
    )
    if chosen in ("auto", "alignment"):
        return alignment
    if chosen == "tokens":
        return _token_interaction(text, alignment)
    pictures = CollectionPictures(collection) if given.images else None
    if chosen == "served":
        model = _served(given, pictures.url if pictures else None)
    else:
        model = _cross_encoder(settings, pictures.picture if pictures else None)
    fall_back = given.on_failure == "alignment"
    return RelevanceReranker(model, alignment, weight=given.weight, fall_back=fall_back)


def _token_interaction(text: TextEncoder, alignment: RegionAlignmentReranker) -> Reranker:
    if not isinstance(text, SentenceEncoder) or not text.tells_tokens:
        raise SettingsError(
            f"The text model {text.name} has no token vectors that can be compared: it does not pool by their mean.",
            hint="Set `retrieval.reranker` to `alignment`, or name another model in `encoder.text_model`.",
        )
    return RelevanceReranker(TokenInteraction(text), alignment, weight=WEIGHT, depth=DEPTH)


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
