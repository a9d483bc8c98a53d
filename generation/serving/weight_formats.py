"""How many bytes a parameter takes in the formats that weights are stored and served in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WeightFormat:
    """Bytes of a parameter in linear layers, scales included, and in the parts that are left whole."""

    name: str
    linear_bytes: float
    whole_bytes: float = 2.0


FORMATS: Mapping[str, WeightFormat] = {
    "fp32": WeightFormat("fp32", 4.0, 4.0),
    "bf16": WeightFormat("bf16", 2.0),
    # A float32 scale for every block of 128 x 128.
    "fp8": WeightFormat("fp8", 1 + 4 / 128**2),
    "int8": WeightFormat("int8", 1 + 2 / 128),
    # For every 128 parameters a scale of 16 bits and a zero point of 4.
    "int4": WeightFormat("int4", 0.5 + 2.5 / 128),
    # A scale of 8 bits for every 32.
    "mxfp4": WeightFormat("mxfp4", 0.5 + 1 / 32),
}

_BY_BITS = {4: "int4", 8: "int8"}
_METHODS = {"fp8": "fp8", "fbgemm_fp8": "fp8", "mxfp4": "mxfp4", "awq": "int4"}


def stored_format(config: Mapping[str, Any]) -> WeightFormat:
    """The format that a `config.json` says its weights have. Raises `ValueError` for one that is not known."""
    quantisation = config.get("quantization_config") or config.get("compression_config")
    if not quantisation:
        text = config.get("text_config") or {}
        named = str(config.get("dtype") or config.get("torch_dtype") or text.get("dtype") or text.get("torch_dtype"))
        return FORMATS["fp32"] if named.endswith("float32") else FORMATS["bf16"]
    method = str(quantisation.get("quant_method", ""))
    if method == "compressed-tensors":
        first, *_ = quantisation["config_groups"].values()
        weights = first["weights"]
        name = "fp8" if weights["type"] == "float" and weights["num_bits"] == 8 else _BY_BITS.get(weights["num_bits"])
    elif method == "bitsandbytes":
        name = "int4" if quantisation.get("load_in_4bit") else "int8"
    elif method == "modelopt":
        name = "fp8" if "FP8" in str(quantisation.get("quant_algo", "")).upper() else "mxfp4"
    else:
        bits = quantisation.get("bits") or quantisation.get("w_bit")
        name = _BY_BITS.get(bits) if bits else _METHODS.get(method)
    if name is None:
        raise ValueError(f"its quantisation {method!r} is not known here")
    return FORMATS[name]
