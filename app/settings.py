"""Settings: a preset, then `chartwell.toml`, then environment variables `CHARTWELL_…`, then arguments.

Nested names take two underscores in the environment: `CHARTWELL_INDEX__WORKERS=4`. Unknown keys are errors.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from .. import errors

CONFIG_FILE = "chartwell.toml"
CONFIG_VARIABLE = "CHARTWELL_CONFIG"
"""Environment variable that names another settings file than `./chartwell.toml`."""
COLLECTION_VARIABLE = "CHARTWELL_COLLECTION"
"""Environment variable that names the command line's collection."""

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "offline": {},
    "gpu": {
        "encoder": {
            "text_model": "Qwen/Qwen3-Embedding-0.6B",
            "image_model": "hf-hub:timm/ViT-B-16-SigLIP2-384",
            "device": "cuda",
            "batch_size": 64,
            "allow_download": True,
        },
        "chunk": {"target_tokens": 400},
        "retrieval": {"reranker": "cross-encoder"},
        "reranker": {"model": "Qwen/Qwen3-VL-Reranker-2B", "batch_size": 64, "allow_download": True},
        "decoder": {
            "kind": "vllm",
            "model": "Qwen/Qwen3-VL-8B-Instruct",
            "images": 4,
            "on_decoder_error": "extractive",
        },
    },
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSettings(_Section):
    """Which models turn texts and images into vectors, and where they run."""

    text_model: str = "sentence-transformers/all-MiniLM-L6-v2"
    image_model: str = ""
    """Empty: no image vectors. An open_clip model: `local-dir:/path`, `hf-hub:ORG/NAME` or a name of open_clip's
    (`ViT-B-16-SigLIP2-384`, `ViT-B-32:laion2b_s34b_b79k`). Or a multimodal model of sentence-transformers, after
    `sentence-transformers:`; where it is `text_model` as well, texts and pictures lie in one space and the model is
    loaded once."""
    device: str | None = None
    """A torch device, such as `cpu`, `cuda` or `cuda:1`; None takes a GPU if there is one."""
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """What models calculate in; `auto`: half precision on a GPU, float32 elsewhere."""
    batch_size: int = Field(default=8, ge=1)
    allow_download: bool = False


class ChunkSettings(_Section):
    """How text is cut into passages."""

    target_tokens: int = Field(default=200, ge=32)
    overlap_sentences: int = Field(default=1, ge=0)


class IndexSettings(_Section):
    """How files are read: processes, and the limits of one file."""

    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1)
    parse_timeout_seconds: float = Field(default=300.0, gt=0)
    parse_memory_mib: int = Field(default=2048, ge=256)
    max_file_mib: int = Field(default=512, ge=1)
    max_pages: int = Field(default=3_000, ge=1)
    max_megapixels: float = Field(default=64.0, gt=0, le=178)
    """Of one picture. Pillow opens none of more than 178 megapixels."""
    max_characters: int = Field(default=50_000_000, ge=1)
    max_table_rows: int = Field(default=200_000, ge=1)
    max_archive_members: int = Field(default=10_000, ge=1)
    """Files in one archive, or parts of one e-mail."""
    max_unpacked_mib: int = Field(default=4_096, ge=1)
    """All files of one archive or e-mail together."""
    max_nesting: int = Field(default=2, ge=1)
    """How many archives and e-mails may lie in each other: with 2, an archive inside an archive is opened."""
    faiss_index: str | None = None
    """A FAISS `index_factory` string; None chooses by size."""


class VisionSettings(_Section):
    """The vision model that reads charts beside OCR: served by vLLM, or another OpenAI-compatible server."""

    base_url: str = ""
    """Such as `http://127.0.0.1:8000/v1`."""
    model: str = ""
    """The model's name at that server; empty: charts are read by OCR and geometry alone."""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=60.0, gt=0)
    captions: bool = False
    """Whether the model describes each chart in words to be searched: never quoted, never proof of anything."""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.base_url) != bool(self.model):
            raise ValueError("`vision.base_url` and `vision.model` go together")
        return self


class FusionWeights(_Section):
    """How much each channel counts in the fusions "weighted" and "calibrated"."""

    text_vectors: float = Field(default=0.7, ge=0)
    lexical: float = Field(default=0.3, ge=0)
    image_vectors: float = Field(default=0.3, ge=0)
    phrases: float = Field(default=0.3, ge=0)


class RetrievalSettings(_Section):
    """The two stages of search."""

    fusion: Literal["weighted", "rrf", "calibrated"] = "weighted"
    """Weighted mean of scores, standardised within each channel's ranking or calibrated against chance; or by rank."""
    weights: FusionWeights = FusionWeights()
    coarse_depth: int = Field(default=100, ge=1)
    fine_depth: int = Field(default=50, ge=1)
    alignment_weight: float = Field(default=1.0, ge=0)
    """What region alignment, in [0, 1], adds to the coarse score."""
    reranker: Literal["auto", "alignment", "tokens", "cross-encoder", "served"] = "auto"
    """The fine stage. `auto`: the one that `chartwell tune` fitted to the collection, else the served reranker where
    `reranker.base_url` is set, else the cross-encoder where `reranker.model` lies on this machine, else `tokens` where
    the text model is one for it, else region alignment; it never downloads. `tokens` is region alignment, with the
    charts among the candidates ordered by the token vectors of the text model, which must be one that pools by their
    mean."""
    signal_weight: float = Field(default=0.3, ge=0)
    """What holding the question's years and numbers counts, in standard deviations of the fine scores."""
    named_documents: bool = True
    """Whether "in the 2021 report" and "in fares.pdf" narrow the search where the collection bears that out, and
    whether documents are preferred whose file name or title bears a name that the question mentions."""
    diversity: float = Field(default=0.0, ge=0, le=1)
    """How much evidence should differ from that before it (maximal marginal relevance); 0: not asked for."""


class RerankerSettings(_Section):
    """The model of the fine stage: a cross-encoder here, or a reranker served by vLLM."""

    model: str = ""
    """A cross-encoder's folder or hub name, or the served model's name at its server."""
    base_url: str = ""
    """Such as `http://127.0.0.1:8001/v1`."""
    api_key: SecretStr = SecretStr("")
    timeout_seconds: float = Field(default=10.0, gt=0)
    """For one question, with all its retries."""
    weight: float = Field(default=2.0, ge=0)
    """What the model's relevance counts beside the score of coarse stage and region alignment, both standardised over
    the candidates of a question."""
    max_tokens: int = Field(default=512, ge=32)
    """Of question and passage together; of longer charts and tables the most telling lines are read."""
    batch_size: int = Field(default=8, ge=1)
    """Pairs of some 200 tokens that a cross-encoder takes at a time."""
    images: bool = True
    """Whether a multimodal model sees the pictures of charts; to be switched off for served models of text alone."""
    on_failure: Literal["alignment", "error"] = "alignment"
    """Whether region alignment ranks, with a warning in the result, where the model fails."""
    allow_download: bool = False

    @model_validator(mode="after")
    def _served_by_name(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError("`reranker.base_url` needs `reranker.model`, the model's name at that server")
        return self


class AnswerSettings(_Section):
    """How answers are written."""

    evidence: int = Field(default=8, ge=1)
    policy: Literal["annotate", "strict"] = "annotate"
    """What becomes of claims that fail their check: shown with their verdict, or left out."""
    max_pieces: int = Field(default=3, ge=1)
    min_answerability: float | None = Field(default=None, ge=0, le=1)
    """Where the evidence is less likely than this to answer the question (see `generation.abstention`), it is said that
    the documents do not tell. None: 0.3 for the extractive decoder, 0.1 for language models, which can say so
    themselves; 0 leaves it to the decoder."""


class DecoderSettings(_Section):
    """What writes the answers: the embedded extractive decoder, or a language model served by vLLM."""

    kind: Literal["extractive", "vllm"] = "extractive"
    base_url: str = Field(default="http://127.0.0.1:8000/v1", pattern=r"^https?://[^/\s]+")
    model: str = ""
    """The model's name at that server; for `chartwell serve-llm` its folder or hub name."""
    api_key: SecretStr = SecretStr("")
    on_decoder_error: Literal["fail", "extractive"] = "fail"
    """Where the served model fails: an error, or an answer by the extractive decoder, which says so."""
    max_tokens: int = Field(default=1024, ge=1)
    """Of an answer."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    """0: always the likeliest token."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    top_k: int = Field(default=0, ge=0)
    """0: all tokens."""
    beams: int = Field(default=1, ge=1, le=16)
    """More than one: beam search. The answer then comes as a whole."""
    seed: int | None = Field(default=0, ge=0)
    thinking: Literal["off", "on", "model"] = "off"
    """Whether models that can reason before they answer do; `model` leaves it to them."""
    images: int = Field(default=0, ge=0)
    """Pictures of charts that are shown to the model with one question; 0 for models of text alone."""
    image_megapixels: float = Field(default=1.05, gt=0, le=64)
    """Larger pictures are scaled down."""
    connect_seconds: float = Field(default=5.0, gt=0)
    first_token_seconds: float = Field(default=120.0, gt=0)
    """For everything until the answer begins: retries, waiting in the server's queue, reading the prompt."""
    next_token_seconds: float = Field(default=30.0, gt=0)
    retries: int = Field(default=2, ge=0)
    """Before the answer begins, of what may pass: no connection, overload, failures of the server."""
    tokenizer: str = ""
    """The model's folder on this machine, if it is here: tokens are then counted without the server."""

    @model_validator(mode="after")
    def _served_by_name(self) -> Self:
        if self.kind == "vllm" and not self.model:
            raise ValueError("`decoder.kind = vllm` needs `decoder.model`, the model's name at the server")
        return self


class ConversationSection(_Section):
    """How a question is read, alone and after others."""

    rewrite: bool = True
    """Whether a language model, where one is configured, completes follow-up questions; else rules do."""
    decompose: bool = True
    """Whether each part of a comparison ("A against B in 2020 and 2021") is searched for, too."""
    hyde: bool = False
    """Whether a language model imagines an answer, to search for texts like it; it is never shown."""


class CheckSettings(_Section):
    """What checks the claims of answers behind the rules, which always run; all of it is off by default."""

    model: str = ""
    """A cross-encoder for inference (entailment, neutral, contradiction) or groundedness: its folder or hub name."""
    span_model: str = ""
    """A token classifier that marks unsupported words, such as LettuceDetect's: its folder or hub name."""
    judge: bool = False
    """Whether the language model that answers is asked about each claim as well."""
    samples: int = Field(default=0, ge=0, le=50)
    """Further answers that are drawn, to see whether they share the claims; 0: none."""
    temperature: float = Field(default=0.8, gt=0)
    """Of these further answers."""
    max_tokens: int = Field(default=512, ge=32)
    """Of evidence and claim together that `model` reads at a time."""
    batch_size: int = Field(default=8, ge=1)
    allow_download: bool = False


class UiSettings(_Section):
    """The chat in the browser."""

    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65_535)
    login: Literal["none", "password", "oidc"] = "none"
    """`oidc` is Streamlit's own login: its provider stands in `.streamlit/secrets.toml`, under `[auth]`."""
    password: SecretStr = SecretStr("")
    allow_remote: bool = False
    """May other machines reach it without a login?"""
    max_upload_mib: int = Field(default=200, ge=1)

    @model_validator(mode="after")
    def _password_is_given(self) -> Self:
        if (self.login == "password") != bool(self.password.get_secret_value()):
            raise ValueError("`ui.login = password` and `ui.password` belong together")
        return self


class Settings(BaseSettings):
    """All settings of Chartwell. Construct with `Settings.load()`, which names what is wrong with a setting."""

    model_config = SettingsConfigDict(env_prefix="CHARTWELL_", env_nested_delimiter="__", extra="forbid", frozen=True)

    preset: Literal["offline", "gpu"] = "offline"
    encoder: EncoderSettings = EncoderSettings()
    chunk: ChunkSettings = ChunkSettings()
    index: IndexSettings = IndexSettings()
    vision: VisionSettings = VisionSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    reranker: RerankerSettings = RerankerSettings()
    answer: AnswerSettings = AnswerSettings()
    decoder: DecoderSettings = DecoderSettings()
    conversation: ConversationSection = ConversationSection()
    checks: CheckSettings = CheckSettings()
    ui: UiSettings = UiSettings()

    @model_validator(mode="after")
    def _reranker_is_given(self) -> Self:
        if self.retrieval.reranker == "served" and not self.reranker.base_url:
            raise ValueError("`retrieval.reranker = served` needs `reranker.base_url` and `reranker.model`")
        if self.retrieval.reranker == "cross-encoder" and not self.reranker.model:
            raise ValueError("`retrieval.reranker = cross-encoder` needs `reranker.model`")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's interface
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's interface
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, the environment, the file, the preset: the first that sets a key wins."""
        above = (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_path()))
        preset = next((source()["preset"] for source in above if "preset" in source()), "offline")
        return *above, InitSettingsSource(settings_cls, dict(PRESETS.get(preset, {})))

    @classmethod
    def load(cls, **arguments: Any) -> Settings:  # noqa: ANN401 - nested settings
        """Read all sources. Raises `SettingsError` naming the key at fault."""
        unknown = sorted(
            name
            for name in os.environ
            if name.startswith("CHARTWELL_")
            and name not in (CONFIG_VARIABLE, COLLECTION_VARIABLE)
            and name.removeprefix("CHARTWELL_").partition("__")[0].lower() not in cls.model_fields
        )
        if unknown:
            raise errors.SettingsError(
                f"The environment sets {', '.join(unknown)}, which is no setting.",
                hint="The README lists the settings; nested ones take two underscores.",
            )
        path = _config_path()
        if CONFIG_VARIABLE in os.environ and not path.is_file():
            raise errors.SettingsError(f"There is no settings file {path}.", hint=f"Check {CONFIG_VARIABLE}.")
        try:
            return cls(**arguments)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise errors.SettingsError(
                f"The setting `{key}` cannot be used: {first['msg']}.",
                hint=f"It comes from an argument, the environment or {path}; the README lists the settings.",
            ) from error
        except (SettingsError, OSError, ValueError) as error:
            raise errors.SettingsError(
                f"The settings cannot be read: {error}.", hint=f"Check {path} and the environment."
            ) from error


def _config_path() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE, CONFIG_FILE))
