"""Settings turned into components: the one place where both are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..generation.answerer import Answerer
from ..generation.decoders.extractive import ExtractiveDecoder, ExtractiveSettings
from ..indexing.charts.served_vision import VisionOptions, require_client
from ..indexing.collection import Collection
from ..indexing.encoders.open_clip_encoder import OpenClipEncoder
from ..indexing.encoders.protocols import ImageEncoder, TextEncoder
from ..indexing.encoders.sentence_encoder import SentenceEncoder
from ..indexing.encoders.weights import resolve_text_model
from ..indexing.loaders.parsed import Limits
from ..indexing.parse_worker import WorkerOptions
from ..indexing.preparation import Recipe
from ..retrieval.coarse import default_channels
from ..retrieval.fusion import Fusion, LinearFusion, ReciprocalRankFusion, WeightedFusion
from ..retrieval.rerank.region_alignment import RegionAlignmentReranker, inverse_document_frequency
from ..retrieval.retriever import QueryOptions, Retriever
from .settings import EncoderSettings, IndexSettings, RetrievalSettings, Settings, VisionSettings


def text_encoder(settings: EncoderSettings) -> TextEncoder:
    """The configured text encoder; finds the weights but does not load them. Raises `ModelUnavailable`."""
    model = resolve_text_model(settings.text_model, allow_download=settings.allow_download)
    return SentenceEncoder(model, device=settings.device, batch_size=settings.batch_size)


def image_encoder(settings: EncoderSettings) -> ImageEncoder | None:
    """The configured image encoder, None where there is none."""
    if not settings.image_model:
        return None
    return OpenClipEncoder(settings.image_model, device=settings.device, allow_download=settings.allow_download)


def worker_options(settings: Settings, encoder: TextEncoder) -> WorkerOptions:
    """What the parse workers are told."""
    recipe = Recipe(
        encoder.token_counter(),
        limits(settings.index),
        target_tokens=settings.chunk.target_tokens,
        overlap_sentences=settings.chunk.overlap_sentences,
        vision=vision_options(settings.vision),
    )
    return WorkerOptions(recipe, settings.index.parse_timeout_seconds, settings.index.parse_memory_mib * 2**20)


def vision_options(settings: VisionSettings) -> VisionOptions | None:
    """Where the vision model is served, None where none is configured. Raises `MissingDependency`."""
    if not settings.model:
        return None
    require_client()
    return VisionOptions(
        settings.base_url, settings.model, settings.api_key.get_secret_value(), settings.timeout_seconds
    )


def limits(settings: IndexSettings) -> Limits:
    """The limits of one file."""
    return Limits(
        max_bytes=settings.max_file_mib * 2**20,
        max_pages=settings.max_pages,
        max_pixels=round(settings.max_megapixels * 1e6),
        max_characters=settings.max_characters,
        max_table_rows=settings.max_table_rows,
        max_members=settings.max_archive_members,
        max_unpacked_bytes=settings.max_unpacked_mib * 2**20,
        max_nesting=settings.max_nesting,
    )


def fusion(settings: RetrievalSettings) -> Fusion:
    """The configured fusion."""
    if settings.fusion == "rrf":
        return ReciprocalRankFusion()
    weights = settings.weights.model_dump()
    return LinearFusion(weights) if settings.fusion == "calibrated" else WeightedFusion(weights)


def retriever(
    collection: Collection, text: TextEncoder, image: ImageEncoder | None, settings: RetrievalSettings
) -> Retriever:
    """The two stages over a collection."""
    reranker = RegionAlignmentReranker(
        lambda tokens: (collection.document_frequency(tokens), collection.node_count()),
        weight=settings.alignment_weight,
    )
    return Retriever(
        collection,
        default_channels(collection, text, image),
        fusion(settings),
        reranker,
        coarse_depth=settings.coarse_depth,
        fine_depth=settings.fine_depth,
        options=QueryOptions(
            settings.signal_weight,
            settings.diversity,
            settings.named_documents,
            calibrated=settings.fusion == "calibrated",
        ),
    )


def answerer(collection: Collection, found: Retriever, text: TextEncoder, settings: Settings) -> Answerer:
    """The embedded, extractive answerer."""

    def token_weights(tokens: Sequence[str]) -> Mapping[str, float]:
        return inverse_document_frequency(tokens, collection.document_frequency(tokens), collection.node_count())

    chosen = ExtractiveSettings(
        max_pieces=settings.answer.max_pieces, min_answerability=settings.answer.min_answerability
    )
    return Answerer(found, ExtractiveDecoder(text, token_weights, chosen))
