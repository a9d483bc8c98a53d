"""Settings of answers: what writes them, how questions are read, and what checks the claims."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from .settings_section import Section


class AnswerSettings(Section):
    """How answers are written."""

    evidence: int = Field(default=8, ge=1)
    policy: Literal["annotate", "strict"] = "annotate"
    """What becomes of claims that fail their check: shown with their verdict, or left out."""
    max_pieces: int = Field(default=3, ge=1)
    min_answerability: float | None = Field(default=None, ge=0, le=1)
    """Where the evidence is less likely than this to answer the question (see `generation.abstention`), it is said that
    the documents do not tell. None: 0.3 for the extractive decoder, 0.1 for language models, which can say so
    themselves; 0 leaves it to the decoder."""


class DecoderSettings(Section):
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
    logprobs: bool = False
    """Ask for the probabilities of the tokens, from which `eval` takes the perplexity of answers."""
    thinking: Literal["off", "on", "model"] = "off"
    """Whether models that can reason before they answer do; `model` leaves it to them."""
    reasoning_opened: bool = False
    """Whether the model's template puts the opening tag of its reasoning into the prompt (DeepSeek-R1, QwQ), and the
    server, started without `--reasoning-parser`, passes on the reasoning with only the closing one."""
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

    @model_validator(mode="after")
    def _reasoning_where_there_is_some(self) -> Self:
        if self.reasoning_opened and self.thinking == "off":
            raise ValueError("`decoder.reasoning_opened` is for models that reason: set `decoder.thinking = model`")
        return self

    @field_validator("base_url")
    @classmethod
    def _port_is_one(cls, base_url: str) -> str:
        try:
            _ = urlsplit(base_url).port
        except ValueError:  # its message repeats what may be a password
            raise ValueError("behind its last colon stands no number of a port") from None
        return base_url


class ConversationSettings(Section):
    """How a question is read, alone and after others."""

    rewrite: bool = True
    """Whether a language model, where one is configured, completes follow-up questions; else rules do."""
    decompose: bool = True
    """Whether each part of a comparison ("A against B in 2020 and 2021") is searched for, too."""
    hyde: bool = False
    """Whether a language model imagines an answer, to search for texts like it; it is never shown."""


class CheckSettings(Section):
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
