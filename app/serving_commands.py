"""`chartwell plan` and `chartwell serve-llm`: the options; what they do is imported when it is asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer


def plan(
    *,
    model_config: Annotated[Path, typer.Option(help="The model's config.json, or the folder with it.")],
    gpus: Annotated[int, typer.Option(min=1, max=64, help="GPUs of one machine.")] = 1,
    gpu_memory: Annotated[float, typer.Option(min=1, help="GiB of each.")] = 80.0,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 16,
    context: Annotated[int | None, typer.Option(min=1, help="Tokens of a prompt and its answer together.")] = None,
    utilization: Annotated[float, typer.Option(min=0.1, max=1.0, help="The share of a GPU that vLLM takes.")] = 0.9,
    cache: Annotated[Literal["bf16", "fp8"], typer.Option(help="Numbers of the key-value cache.")] = "bf16",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what memory a model needs to be served, and on how many GPUs it fits. Exit status 1 where it does not."""
    from .plan_table import made_plan, print_plan

    made = made_plan(model_config, gpus, gpu_memory, concurrency, context, utilization, cache)
    if as_json:
        from .cli import print_json

        print_json(made.to_dict())
    else:
        print_plan(made)
    raise typer.Exit(0 if made.choice else 1)


def serve_llm(  # noqa: PLR0913 - options of the command line
    *,
    vllm_arguments: Annotated[
        list[str] | None, typer.Argument(help="Further arguments for vLLM, after `--`.", metavar="-- …")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Folder or hub name; without it, `decoder.model`.")] = None,
    host: Annotated[
        str, typer.Option(help="0.0.0.0 lets other machines in: set `decoder.api_key` first.")
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Without it, that of `decoder.base_url`.")] = None,
    max_model_len: Annotated[int | None, typer.Option(min=1, help="Tokens of prompt and answer together.")] = None,
    tensor_parallel_size: Annotated[int, typer.Option(min=1, help="GPUs that the model is split over.")] = 1,
    dtype: Annotated[str, typer.Option(help="Numbers of the weights.")] = "auto",
    gpu_memory_utilization: Annotated[float, typer.Option(min=0.05, max=1.0, help="Share of each GPU.")] = 0.9,
    kv_cache_dtype: Annotated[Literal["auto", "fp8"], typer.Option(help="Numbers of the key-value cache.")] = "auto",
    reasoning_parser: Annotated[
        str, typer.Option(help="What parts reasoning from answers: vLLM's name of it, `none`, or `auto`, by the model.")
    ] = "auto",
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time, to tell the memory by.")] = 16,
    python: Annotated[Path, typer.Option(help="The interpreter that vLLM is installed for.")] = Path(sys.executable),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the command and the memory, start nothing.")
    ] = False,
) -> None:
    """Serve the configured language model by vLLM; Ctrl-C stops it. See `chartwell plan` for the memory it needs."""
    from .serving import configured, serve

    options = configured(
        model,
        host=host,
        port=port,
        parser=reasoning_parser,
        max_model_len=max_model_len,
        tensor_parallel=tensor_parallel_size,
        dtype=dtype,
        gpu_memory_utilisation=gpu_memory_utilization,
        cache=kv_cache_dtype,
        python=python,
        extra=tuple(vllm_arguments or ()),
    )
    serve(options, concurrency, dry_run=dry_run)
