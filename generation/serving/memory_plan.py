"""Whether a model fits: weights, key-value cache and reserve against the memory of the GPUs, for every way to split it.

Sizes are bytes. The cache of a token is what `ModelProfile` keeps, times the bytes of the cache's numbers (Shazeer 2019
for grouped heads, DeepSeek-AI 2024 for the latent). The reserve follows what vLLM sets aside when it starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .model_profile import ModelProfile
from .weight_formats import FORMATS, WeightFormat

GIB = 2**30
GB = 10**9

_CONTEXT_BYTES = 1.5 * GIB
"""CUDA's context, kernels and captured graphs, on each GPU."""
_COMMUNICATION_BYTES = 0.5 * GIB
"""Buffers between GPUs, on each of several."""
_BATCHED_TOKENS = 8192
"""Tokens that vLLM reads at a time."""
_SMALLER: Sequence[str] = ("fp8", "int4")

CacheType = Literal["bf16", "fp8"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be served on what: GPUs of `gpu_bytes`, requests at a time, tokens of prompt and answer together."""

    gpus: int
    gpu_bytes: float
    concurrency: int
    context: int
    utilisation: float = 0.9
    cache: CacheType = "bf16"


@dataclass(frozen=True, slots=True)
class Split:
    """A model in one format, split over `tensor_parallel` GPUs. All sizes are of one GPU.

    `requests` is how many of the asked length fit at a time; `spare_bytes` is negative where the asked ones do not.
    """

    format: str
    tensor_parallel: int
    weight_bytes: float
    reserve_bytes: float
    cache_bytes: float
    requests: int
    spare_bytes: float

    @property
    def fits(self) -> bool:
        """Whether everything that was asked for fits."""
        return self.spare_bytes >= 0


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """All splits, and the one to take: the weights as they are stored, on as few GPUs as will do."""

    profile: ModelProfile
    demand: Demand
    weight_bytes: float
    cache_bytes_per_token: float
    cache_bytes_per_request: float
    splits: tuple[Split, ...]

    @property
    def choice(self) -> Split | None:
        """The first that fits, None where none does; a smaller format only where the stored one does not fit."""
        return next((split for split in self.splits if split.fits), None)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; sizes in bytes."""
        profile = self.profile
        return {
            "architecture": profile.architecture,
            "parameters": profile.parameters,
            "vision_parameters": profile.vision_parameters,
            "draft_parameters": profile.draft_parameters,
            "max_context": profile.max_context,
            "format": profile.stored.name,
            "weight_bytes": round(self.weight_bytes),
            "cache_bytes_per_token": round(self.cache_bytes_per_token),
            "cache_bytes_per_request": round(self.cache_bytes_per_request),
            "demand": asdict(self.demand),
            "splits": [{**asdict(split), "fits": split.fits} for split in self.splits],
            "choice": asdict(self.choice) if self.choice else None,
        }


def plan(profile: ModelProfile, demand: Demand) -> MemoryPlan:
    """Every format and split of a model, as stored first, then smaller ones; each on few GPUs first."""
    smaller = [FORMATS[name] for name in _SMALLER if FORMATS[name].linear_bytes < profile.stored.linear_bytes]
    widths = [width for width in range(1, demand.gpus + 1) if profile.heads % width == 0]
    splits = [_split(profile, demand, form, width) for form in (profile.stored, *smaller) for width in widths]
    return MemoryPlan(
        profile,
        demand,
        weight_bytes(profile, profile.stored),
        profile.kv_values_per_token * _cache_number(demand),
        _request_bytes(profile, demand, 1),
        tuple(splits),
    )


def weight_bytes(profile: ModelProfile, form: WeightFormat, *, draft: bool = False) -> float:
    """Bytes of the weights: those of the files where these lie at hand and are in this format, else calculated.

    With `draft`, the modules for speculative decoding as well, which the files of some models hold.
    """
    if profile.stored_bytes is not None and form == profile.stored:
        return profile.stored_bytes
    whole = profile.parameters - profile.linear_parameters
    loaded = profile.linear_parameters * form.linear_bytes + whole * form.whole_bytes
    if not draft or not profile.draft_parameters:
        return loaded
    ends = 2 * profile.vocabulary * profile.hidden
    return loaded + profile.draft_parameters * form.linear_bytes + ends * form.whole_bytes


def _split(profile: ModelProfile, demand: Demand, form: WeightFormat, width: int) -> Split:
    weights = weight_bytes(profile, form) / width
    reserve = _reserve_bytes(profile, demand, width)
    request = _request_bytes(profile, demand, width)
    left = demand.gpu_bytes * demand.utilisation - weights - reserve
    asked = request * demand.concurrency
    requests = max(0, int(left // request)) if request else demand.concurrency
    return Split(form.name, width, weights, reserve, asked, requests, left - asked)


def _request_bytes(profile: ModelProfile, demand: Demand, width: int) -> float:
    """The cache of one request of the asked length on each of `width` GPUs. A head is not divided but copied."""
    values = profile.state_values / width
    for group in profile.attention:
        share = 1.0 if group.shared else -(-group.heads // width) / group.heads
        tokens = min(demand.context, group.window or demand.context)
        values += group.layers * group.values * tokens * share
    return values * _cache_number(demand)


def _reserve_bytes(profile: ModelProfile, demand: Demand, width: int) -> float:
    """Context, buffers, the activations of one batch of prompts (16 bits), and the scores of the next tokens (32)."""
    activations = _BATCHED_TOKENS * (4 * profile.hidden + 2 * profile.intermediate / width) * 2
    scores = demand.concurrency * profile.vocabulary * 4
    return _CONTEXT_BYTES + (_COMMUNICATION_BYTES if width > 1 else 0) + activations + scores


def _cache_number(demand: Demand) -> int:
    return 1 if demand.cache == "fp8" else 2
