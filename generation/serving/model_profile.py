"""What a model's `config.json` says about its size: parameters, and the values it keeps for every token it has read.

Parameters are counted, not estimated: transformers builds the model without allocating it (PyTorch's `meta` device).
No code and no weights are loaded, nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import SettingsError
from .weight_formats import WeightFormat, stored_format

if TYPE_CHECKING:
    from torch import nn

_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_MOST_LAYERS = 1_000
_MOST_PARAMETERS = 100e12
_EXCERPT = 300
_WRONG = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)
"""What transformers and torch raise over numbers that make no model."""
_KEPT_WHOLE = ("embed", "lm_head", "norm", "visual", "vision", "gate.", "router", "projector", "merger")
"""Parts of a model that quantisation leaves alone, by what their names hold."""


@dataclass(frozen=True, slots=True)
class AttentionLayers:
    """`layers` alike. Each keeps `values` numbers a token, of the last `window` tokens only where that is given.

    Multi-head latent attention keeps one latent for all heads (`shared`), which tensor parallelism cannot divide.
    """

    layers: int
    values: int
    heads: int
    window: int | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """The sizes of a model. `linear_parameters` are those that quantisation shrinks.

    `draft_parameters` are those of multi-token prediction, which lie in the files and are loaded only for speculative
    decoding; its embeddings and head, 2 x `vocabulary` x `hidden`, are not among them. `state_values` is what layers of
    linear attention keep for a sequence, however long. `stored_bytes` is the size of the weights' files where they lie
    beside the configuration.
    """

    architecture: str
    parameters: int
    linear_parameters: int
    vision_parameters: int
    draft_parameters: int
    hidden: int
    intermediate: int
    vocabulary: int
    heads: int
    attention: tuple[AttentionLayers, ...]
    state_values: int
    max_context: int | None
    stored: WeightFormat
    stored_bytes: int | None = None

    @property
    def kv_values_per_token(self) -> int:
        """Numbers kept for one more token of a short text."""
        return sum(group.layers * group.values for group in self.attention)


def read_profile(config: Path) -> ModelProfile:
    """The profile of a model by its `config.json`, or by the folder with it. Raises `SettingsError`."""
    path = config / "config.json" if config.is_dir() else config
    from huggingface_hub.errors import StrictDataclassError

    try:
        data = json.loads(path.read_text("utf-8"))
        _require_type(data)
        return _profile(data, _stored_bytes(path.parent))
    except (*_WRONG, StrictDataclassError) as error:
        said = " ".join(str(error).split())[:_EXCERPT] or type(error).__name__
        raise SettingsError(
            f"{path} is no configuration of a language model that can be read: {said}.",
            hint="Give the config.json of a Hugging Face model whose architecture the installed transformers knows.",
        ) from error


def _require_type(data: object) -> None:
    if not isinstance(data, dict) or not isinstance(data.get("model_type"), str):
        raise TypeError("it names no `model_type`")


def _profile(data: dict[str, Any], stored_bytes: int | None) -> ModelProfile:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

    known = {key: value for key, value in data.items() if key not in {"model_type", "quantization_config", "auto_map"}}
    config = AutoConfig.for_model(data["model_type"], **known)
    text = config.get_text_config()
    if not 0 < text.num_hidden_layers <= _MOST_LAYERS:
        raise ValueError(f"{text.num_hidden_layers} layers")
    kind = AutoModelForImageTextToText if hasattr(config, "vision_config") else AutoModelForCausalLM
    with torch.device("meta"):
        model: nn.Module = kind.from_config(config)  # type: ignore[no-untyped-call]  # transformers gives no types
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    if sum(sizes.values()) > _MOST_PARAMETERS:
        raise ValueError(f"{sum(sizes.values()):.3g} parameters")
    linear = sum(sizes[name] for name in sizes if _is_linear(name, model.get_parameter(name)))
    return ModelProfile(
        architecture=data["model_type"],
        parameters=sum(sizes.values()),
        linear_parameters=linear,
        vision_parameters=sum(size for name, size in sizes.items() if "vis" in name.partition("layers")[0]),
        draft_parameters=_draft(text, sizes),
        hidden=text.hidden_size,
        intermediate=getattr(text, "intermediate_size", None) or 4 * text.hidden_size,
        vocabulary=text.vocab_size,
        heads=text.num_attention_heads,
        attention=_attention(text),
        state_values=_state_values(text),
        max_context=getattr(text, "max_position_embeddings", None),
        stored=stored_format(data),
        stored_bytes=stored_bytes,
    )


def _is_linear(name: str, parameter: nn.Parameter) -> bool:
    return parameter.ndim > 1 and not any(part in name for part in _KEPT_WHOLE)


def _draft(text: Any, sizes: Mapping[str, int]) -> int:  # noqa: ANN401 - a configuration of any kind
    """DeepSeek's modules of multi-token prediction: a layer each, and a projection of two states to one."""
    modules = getattr(text, "num_nextn_predict_layers", None) or 0
    last = f"layers.{text.num_hidden_layers - 1}."
    layer = sum(size for name, size in sizes.items() if last in name)
    return int(modules * (layer + 2 * text.hidden_size**2))


def _attention(text: Any) -> tuple[AttentionLayers, ...]:  # noqa: ANN401 - a configuration of any kind
    layers = text.num_hidden_layers
    if getattr(text, "kv_lora_rank", None):
        return (AttentionLayers(layers, text.kv_lora_rank + text.qk_rope_head_dim, 1, shared=True),)
    multi_query = getattr(text, "multi_query", False) and not getattr(text, "new_decoder_architecture", False)
    heads = 1 if multi_query else getattr(text, "num_key_value_heads", None) or text.num_attention_heads
    size = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    types = list(getattr(text, "layer_types", None) or ["full_attention"] * layers)
    window = getattr(text, "sliding_window", None)
    full = sum(name == "full_attention" for name in types)
    sliding = sum("sliding" in name or "chunked" in name for name in types)
    groups = AttentionLayers(full, 2 * heads * size, heads), AttentionLayers(sliding, 2 * heads * size, heads, window)
    return tuple(group for group in groups if group.layers)


def _state_values(text: Any) -> int:  # noqa: ANN401 - a configuration of any kind
    """The recurrent and convolutional state of layers of linear attention (gated delta rule)."""
    layers = sum(name == "linear_attention" for name in getattr(text, "layer_types", None) or ())
    if not layers:
        return 0
    keys = text.linear_num_key_heads * text.linear_key_head_dim
    values = text.linear_num_value_heads * text.linear_value_head_dim
    state = text.linear_num_value_heads * text.linear_key_head_dim * text.linear_value_head_dim
    return int(layers * (state + (2 * keys + values) * (text.linear_conv_kernel_dim - 1)))


def _stored_bytes(folder: Path) -> int | None:
    """The bytes of the weights beside a configuration, by their index or their one file."""
    if (folder / _INDEX).is_file():
        return int(json.loads((folder / _INDEX).read_text("utf-8"))["metadata"]["total_size"])
    return (folder / _SINGLE).stat().st_size if (folder / _SINGLE).is_file() else None
