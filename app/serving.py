"""`chartwell serve-llm`: vLLM with the flags that the configured model needs, started, watched and stopped."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from ..errors import MissingDependency, SettingsError
from ..generation.serving.reasoning_parsers import reasoning_parser
from ..generation.serving.server_process import ServerProcess
from ..generation.serving.vllm_command import KEY_VARIABLE, ServeOptions, address, command, environment, find_vllm
from .interrupts import stop_on_interrupt
from .serving_needs import local_config, needs
from .settings import Settings

_USUAL_PORT = 8000
_OWN_ADDRESSES = {"127.0.0.1", "localhost", "::1"}


def configured(
    model: str | None,
    *,
    port: int | None,
    parser: str = "auto",
    **chosen: Any,  # noqa: ANN401 - its fields
) -> ServeOptions:
    """What to serve by the settings, and by the `chosen` fields of `ServeOptions`. Raises `SettingsError`.

    `parser` is that of its reasoning: `auto`, by its family, `none`, or vLLM's name of one.
    """
    settings = Settings.load().decoder
    named = model or settings.model
    if not named:
        raise SettingsError("No model is named.", hint="Set `decoder.model`, or give --model a folder or a hub name.")
    return ServeOptions(
        named,
        settings.model or named,
        port=port or urlsplit(settings.base_url).port or _USUAL_PORT,
        api_key=settings.api_key.get_secret_value(),
        images=settings.images,
        reasoning_parser=_parser(named) if parser == "auto" else ("" if parser == "none" else parser),
        **chosen,
    )


def _parser(model: str) -> str:
    config = local_config(model)
    try:
        kind = json.loads(config.read_text("utf-8")).get("model_type") if config else ""
    except (OSError, ValueError, AttributeError):  # vLLM says what is wrong with it
        kind = ""
    return reasoning_parser(model, kind if isinstance(kind, str) else "")


def serve(options: ServeOptions, concurrency: int, *, dry_run: bool) -> None:
    """Say what memory it takes, then serve until Ctrl-C; with `dry_run` print the command instead, also without vLLM.

    Raises `MissingDependency` without vLLM, and `DecoderUnreachable` where the server ends by itself.
    """
    sys.stderr.write(needs(options, concurrency) + "\n")
    if options.host not in _OWN_ADDRESSES and not options.api_key:
        sys.stderr.write(
            f"chartwell: warning: whoever reaches {options.host} may use it: `decoder.api_key` is not set.\n"
        )
    try:
        entry = find_vllm(options.python)
    except MissingDependency as error:
        if not dry_run:
            raise
        sys.stderr.write(f"chartwell: warning: {error}\n")
        entry = "command"
    line = command(options, entry)
    if dry_run:
        key = f"{KEY_VARIABLE}=… " if options.api_key else ""
        sys.stdout.write(key + shlex.join(line) + "\n")
        return
    _run(options, line)


def _run(options: ServeOptions, line: list[str]) -> None:
    url = address(options)
    stop = threading.Event()

    def ready() -> None:
        sys.stderr.write(f"{options.name or options.model} is served at {url}/v1. Ctrl-C stops it.\n")

    server = ServerProcess(line, environment(options), f"{url}/health")
    with stop_on_interrupt(stop), _stop_on_termination(stop):
        server.run(stop, ready)


@contextmanager
def _stop_on_termination(stop: threading.Event) -> Iterator[None]:
    """What ends services ends the server as well."""
    previous = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
