"""Settings turned into components: the one place where both are known."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from ..errors import CollectionDamaged, ModelUnavailable
from ..generation.abstention import MIN_ANSWERABILITY, MIN_FOR_MODELS, Answerability
from ..generation.answerer import Answerer
from ..generation.decoders.extractive import ExtractiveDecoder, ExtractiveOptions
from ..generation.decoders.vllm.chat import VllmChat
from ..generation.understanding import ConversationOptions, Understanding
from ..indexing.charts.served_vision import VisionOptions, require_client
from ..indexing.collection import Collection
from ..indexing.encoders.multimodal_encoder import MultimodalEncoder
from ..indexing.encoders.open_clip_encoder import OpenClipEncoder
from ..indexing.encoders.protocols import ImageEncoder, TextEncoder
from ..indexing.encoders.sentence_encoder import SentenceEncoder
from ..indexing.encoders.weights import ResolvedModel, resolve_text_model
from ..indexing.loaders.parsed import Limits
from ..indexing.parse_worker import WorkerOptions
from ..indexing.preparation import Recipe
from ..indexing.token_budget import SMALLEST_BUDGET, usable_tokens
from ..retrieval.coarse import default_channels
from ..retrieval.fusion import Fusion, LinearFusion, ReciprocalRankFusion, WeightedFusion
from ..retrieval.retriever import QueryOptions, Retriever
from ..retrieval.token_weights import token_weights
from .checking import checker
from .decoding import decoder
from .incomplete_images import PicturesWithoutVector
from .indexing_settings import EncoderSettings, IndexSettings, VisionSettings
from .reranking import reranker
from .retrieval_settings import RetrievalSettings
from .settings import Settings

MULTIMODAL = "sentence-transformers:"
"""What `encoder.image_model` begins with where it names a multimodal model of sentence-transformers."""
Encoder = TypeVar("Encoder", bound=SentenceEncoder)


def text_encoder(settings: EncoderSettings) -> TextEncoder:
    """The configured text encoder; finds the weights but does not load them. Raises `ModelUnavailable`.

    It is a `MultimodalEncoder`, which `image_encoder` then takes as well, where both settings mean the same model.
    """
    model = resolve_text_model(settings.text_model, allow_download=settings.allow_download)
    kind = SentenceEncoder
    if settings.image_model.startswith(MULTIMODAL) and _multimodal(settings).path == model.path:
        kind = MultimodalEncoder
    return _sentence_encoder(kind, model, settings)


def own_text_encoder(collection: Collection, settings: EncoderSettings) -> TextEncoder | None:
    """The text encoder that was fitted to the collection from the configured one, None where there is none.

    Raises `ModelUnavailable` where it is damaged.
    """
    try:
        tuned = collection.tuned_model("encoder")
    except CollectionDamaged as error:
        raise ModelUnavailable(
            error.message, hint="`chartwell tune encoder --undo` goes back to the configured one."
        ) from error
    if tuned is None or tuned.provenance.get("base", {}).get("name") != settings.text_model:
        return None
    return tuned_text_encoder(tuned.path, settings)


def tuned_text_encoder(folder: Path, settings: EncoderSettings) -> TextEncoder:
    """The text encoder in a folder, tuned from the configured one."""
    return _sentence_encoder(SentenceEncoder, ResolvedModel(folder, "path", f"{settings.text_model}, tuned"), settings)


def image_encoder(settings: EncoderSettings, text: TextEncoder | None = None) -> ImageEncoder | None:
    """The configured image encoder, None where there is none; `text` itself where that is the same model.

    Raises `ModelUnavailable`.
    """
    if not settings.image_model:
        return None
    if not settings.image_model.startswith(MULTIMODAL):
        return OpenClipEncoder(
            settings.image_model,
            device=settings.device,
            precision=settings.precision,
            allow_download=settings.allow_download,
        )
    encoder = text
    if not isinstance(encoder, MultimodalEncoder):
        encoder = _sentence_encoder(MultimodalEncoder, _multimodal(settings), settings)
    encoder.require_pictures()
    return encoder


def _multimodal(settings: EncoderSettings) -> ResolvedModel:
    name = settings.image_model.removeprefix(MULTIMODAL)
    return resolve_text_model(name, allow_download=settings.allow_download, called="image model")


def _sentence_encoder(kind: type[Encoder], model: ResolvedModel, settings: EncoderSettings) -> Encoder:
    return kind(model, device=settings.device, precision=settings.precision, batch_size=settings.batch_size)


def worker_options(settings: Settings, encoder: TextEncoder) -> WorkerOptions:
    """What the parse workers are told. Raises `ModelUnavailable` where the encoder reads too little for passages."""
    counter = encoder.token_counter()
    if usable_tokens(counter) < SMALLEST_BUDGET:
        raise ModelUnavailable(
            f"The text model {encoder.name} reads {counter.max_tokens} tokens at a time, too few for passages, which "
            f"take {SMALLEST_BUDGET} and a little reserve.",
            hint="Name another one in `encoder.text_model`.",
        )
    recipe = Recipe(
        counter,
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
        settings.base_url,
        settings.model,
        settings.api_key.get_secret_value(),
        settings.timeout_seconds,
        captions=settings.captions,
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


def retriever(collection: Collection, text: TextEncoder, image: ImageEncoder | None, settings: Settings) -> Retriever:
    """The two stages over a collection."""
    retrieval = settings.retrieval
    return Retriever(
        collection,
        default_channels(collection, text, image),
        fusion(retrieval),
        reranker(collection, text, settings),
        coarse_depth=retrieval.coarse_depth,
        fine_depth=retrieval.fine_depth,
        options=QueryOptions(
            retrieval.signal_weight,
            retrieval.diversity,
            retrieval.named_documents,
            calibrated=retrieval.fusion == "calibrated",
        ),
        notices=PicturesWithoutVector(collection) if image is not None else tuple,
    )


def answerer(
    collection: Collection, found: Retriever, text: TextEncoder, chat: VllmChat | None, settings: Settings
) -> Answerer:
    """The configured answerer; `chat` is the served language model, None where there is none."""
    weights = token_weights(collection)
    chosen = ExtractiveOptions(max_pieces=settings.answer.max_pieces)
    quoting = ExtractiveDecoder(text, weights, chosen)
    return Answerer(
        found,
        decoder(settings.decoder, quoting, chat, min_answerability=min_answerability(settings, "extractive")),
        checks=checker(settings, chat, text.encode_documents),
        understanding=Understanding(chat, ConversationOptions(**settings.conversation.model_dump())),
        policy=settings.answer.policy,
        answerability=Answerability(weights),
        min_answerability=min_answerability(settings, settings.decoder.kind),
    )


def min_answerability(settings: Settings, kind: str) -> float:
    """From which answerability on a decoder of this kind is asked: as configured, else what suits it."""
    if settings.answer.min_answerability is not None:
        return settings.answer.min_answerability
    return MIN_ANSWERABILITY if kind == "extractive" else MIN_FOR_MODELS
