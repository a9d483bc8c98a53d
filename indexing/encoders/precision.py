"""Where a model runs and how precisely it calculates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Precision = Literal["auto", "float32", "bfloat16", "float16"]
"""`auto`: half precision on a GPU, float32 elsewhere.

Precision plays no part in fingerprints, as the device does not: a collection that was encoded on a GPU is searched on
a laptop. Vectors in half precision differ from those in float32 in the third digit of their components, about as much
as the catalog's own float16 does in the fourth."""


def choose_device(name: str | None) -> torch.device:
    """The device of that name, by default a GPU if there is one."""
    import torch

    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


def choose_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    """What to calculate in.

    Of the two half precisions bfloat16 goes first where the GPU has it: it overflows no sooner than float32, which
    models trained in bfloat16 need. Half precision on a CPU is slower than float32 on most.
    """
    import torch

    if precision == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    named: torch.dtype = getattr(torch, precision)
    return named
