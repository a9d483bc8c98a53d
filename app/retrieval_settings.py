"""Settings of the two stages of search, and of the fine stage's model."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from .settings_section import Section

RerankerName = Literal["auto", "alignment", "tokens", "cross-encoder", "served"]


class FusionWeights(Section):
    """How much each channel counts in the fusions "weighted" and "calibrated"."""

    text_vectors: float = Field(default=0.7, ge=0)
    lexical: float = Field(default=0.3, ge=0)
    image_vectors: float = Field(default=0.3, ge=0)
    phrases: float = Field(default=0.3, ge=0)


class RetrievalSettings(Section):
    """The two stages of search."""

    fusion: Literal["weighted", "rrf", "calibrated"] = "weighted"
    """Weighted mean of scores, standardised within each channel's ranking or calibrated against chance; or by rank."""
    weights: FusionWeights = FusionWeights()
    coarse_depth: int = Field(default=100, ge=1)
    fine_depth: int = Field(default=50, ge=1)
    alignment_weight: float = Field(default=1.0, ge=0)
    """What region alignment, in [0, 1], adds to the coarse score."""
    reranker: RerankerName = "auto"
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


class RerankerSettings(Section):
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
