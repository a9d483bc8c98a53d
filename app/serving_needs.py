"""What memory a model will take, told before it is served."""

from __future__ import annotations

from pathlib import Path

from ..errors import SettingsError
from ..generation.serving.memory_plan import GIB, CacheType, Demand, plan
from ..generation.serving.model_profile import read_profile
from ..generation.serving.vllm_command import ServeOptions

_USUAL_CONTEXT = 16_384


def needs(options: ServeOptions, concurrency: int) -> str:
    """Weights, cache for so many requests at a time, and reserve, of all GPUs together."""
    config = local_config(options.model)
    if config is None:
        return f"{options.model} is not on this machine: what memory it needs is told by `chartwell plan`."
    try:
        profile = read_profile(config)
    except SettingsError as error:
        return f"What memory {options.model} needs cannot be told. {error}"
    context = options.max_model_len or profile.max_context or _USUAL_CONTEXT
    cache: CacheType = "fp8" if options.cache == "fp8" else "bf16"
    made = plan(profile, Demand(options.tensor_parallel, 0, concurrency, context, cache=cache))
    split = next((one for one in made.splits if one.tensor_parallel == options.tensor_parallel), None)
    if split is None:
        heads = f"its {profile.heads} attention heads cannot be shared out evenly"
        return f"{options.model} cannot be split over {options.tensor_parallel} GPUs: {heads}."
    sizes = [
        size * split.tensor_parallel / GIB for size in (split.weight_bytes, split.cache_bytes, split.reserve_bytes)
    ]
    size = f"{profile.parameters / 1e9:.2f} billion parameters, {profile.stored.name}"
    return (
        f"{options.model} ({size}) takes {sizes[0]:.1f} GiB for its weights, {sizes[1]:.1f} GiB of cache for "
        f"{concurrency} requests of {context} tokens at a time, and {sizes[2]:.1f} GiB beside them: {sum(sizes):.1f} "
        f"GiB in all, on {split.tensor_parallel} GPU{'s' if split.tensor_parallel > 1 else ''}."
    )


def local_config(model: str) -> Path | None:
    """The model's `config.json` in its folder or in the hub's cache; nothing is fetched."""
    folder = Path(model).expanduser()
    if (folder / "config.json").is_file():
        return folder / "config.json"
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, "config.json")
    except HFValidationError:  # a path that does not exist
        return None
    return Path(found) if isinstance(found, str) else None
