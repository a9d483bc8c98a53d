"""Settings of indexing: encoders, passages, files, and the vision model for charts."""

from __future__ import annotations

import os
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from .settings_section import Section


class EncoderSettings(Section):
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


class ChunkSettings(Section):
    """How text is cut into passages."""

    target_tokens: int = Field(default=200, ge=32)
    overlap_sentences: int = Field(default=1, ge=0)


class IndexSettings(Section):
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


class VisionSettings(Section):
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
