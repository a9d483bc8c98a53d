"""Settings: a preset, then `chartwell.toml`, then environment variables `CHARTWELL_…`, then arguments.

Nested names take two underscores in the environment: `CHARTWELL_INDEX__WORKERS=4`. Unknown keys are errors.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from .. import errors
from .answering_settings import AnswerSettings, CheckSettings, ConversationSettings, DecoderSettings
from .indexing_settings import ChunkSettings, EncoderSettings, IndexSettings, VisionSettings
from .retrieval_settings import RerankerSettings, RetrievalSettings
from .ui_settings import UiSettings

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
    conversation: ConversationSettings = ConversationSettings()
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
        above = (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_path()))
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
        path = config_path()
        if CONFIG_VARIABLE in os.environ and not path.is_file():
            raise errors.SettingsError(f"There is no settings file {path}.", hint=f"Check {CONFIG_VARIABLE}.")
        try:
            return cls(**arguments)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            named = f"The setting `{key}`" if key else "The settings"
            raise errors.SettingsError(
                f"{named} cannot be used: {first['msg'].removeprefix('Value error, ')}.",
                hint=f"It comes from an argument, the environment or {path}; the README lists the settings.",
            ) from error
        except (SettingsError, OSError, ValueError) as error:
            raise errors.SettingsError(
                f"The settings cannot be read: {error}.", hint=f"Check {path} and the environment."
            ) from error


def config_path() -> Path:
    """The settings file, whether there is one or not."""
    return Path(os.environ.get(CONFIG_VARIABLE, CONFIG_FILE))


def set_by_environment() -> Mapping[str, Any]:
    """What environment variables set, nested as in the settings file; it goes before what that says."""
    return EnvSettingsSource(Settings)()
