"""Whether a model fits on the GPUs and how to split it, for people to read."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from ..generation.serving.memory_plan import GB, GIB, CacheType, Demand, MemoryPlan, Split, plan, weight_bytes
from ..generation.serving.model_profile import read_profile
from .output import console

_USUAL_CONTEXT = 16_384


def made_plan(
    config: Path,
    gpus: int,
    gpu_gib: float,
    concurrency: int,
    context: int | None,
    utilisation: float,
    cache: CacheType,
) -> MemoryPlan:
    """The plan for what was asked; without a context, the model's own, up to 16,384 tokens."""
    profile = read_profile(config)
    length = context or min(_USUAL_CONTEXT, profile.max_context or _USUAL_CONTEXT)
    return plan(profile, Demand(gpus, gpu_gib * GIB, concurrency, length, utilisation, cache))


def print_plan(made: MemoryPlan) -> None:
    """What the model is, what it needs, and a line for each way to serve it."""
    out, profile, demand = console(), made.profile, made.demand
    vision = (
        f", {profile.vision_parameters / 1e9:.2f} billion of them for pictures" if profile.vision_parameters else ""
    )
    out.print(f"{profile.architecture}: {profile.parameters / 1e9:.2f} billion parameters{vision}")
    weights = f"{made.weight_bytes / GB:.1f} GB ({made.weight_bytes / GIB:.1f} GiB)"
    out.print(f"weights: {weights} in {profile.stored.name}{_draft(made)}")
    out.print(
        f"key-value cache: {made.cache_bytes_per_token / 1024:.1f} KiB a token in {demand.cache}, "
        f"{made.cache_bytes_per_request / GIB:.2f} GiB a request of {demand.context} tokens"
    )
    if profile.max_context and demand.context > profile.max_context:
        out.print(Text(f"the model was made for {profile.max_context} tokens at the most", "yellow"))
    out.print(_table(made))
    choice = made.choice
    if choice is None:
        short = min(-split.spare_bytes for split in made.splits)
        out.print(Text(f"It does not fit: {short / GIB:.1f} GiB a GPU are missing at the least.", "bold red"))
        out.print("Take more GPUs, a smaller format, fewer requests at a time, or a shorter context.")
        return
    change = "" if choice.format == profile.stored.name else f", weights quantised to {choice.format}"
    out.print(Text(f"Take --tensor-parallel-size {choice.tensor_parallel}{change}.", "bold green"))
    if (copies := demand.gpus // choice.tensor_parallel) > 1:
        out.print(f"{copies} copies of it fit on {demand.gpus} GPUs.")


def _draft(made: MemoryPlan) -> str:
    profile = made.profile
    if not profile.draft_parameters:
        return ""
    files = weight_bytes(profile, profile.stored, draft=True)
    return f"; its files hold {files / GB:.1f} GB ({files / GIB:.1f} GiB) with the modules for speculative decoding"


def _table(made: MemoryPlan) -> Table:
    demand = made.demand
    head = ("weights", "GPUs", "weights/GPU", "cache/GPU", "reserve/GPU", "spare/GPU", "requests that fit", "")
    table = Table(*head, box=None, pad_edge=False)
    for split in made.splits:
        sizes = (split.weight_bytes, split.cache_bytes, split.reserve_bytes, split.spare_bytes)
        cells = [split.format, str(split.tensor_parallel), *(f"{size / GIB:.1f} GiB" for size in sizes)]
        table.add_row(*cells, f"{split.requests} of {demand.concurrency}", _verdict(split))
    return table


def _verdict(split: Split) -> Text:
    return Text("fits", "green") if split.fits else Text("too large", "red")
