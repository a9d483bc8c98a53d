"""What Chartwell adds to the time until an answer begins, against bare clients on the same server, turn by turn.

    python -m chartwell.eval.benchmarks.decoder_overhead --python /path/to/environment/with/vllm/bin/python
    python -m chartwell.eval.benchmarks.decoder_overhead --base-url http://127.0.0.1:8000/v1 --model NAME

Without a server it starts vLLM with a tiny random model. At most 30 ms are allowed (median); exit status 1 above that.
"""

from __future__ import annotations

import argparse
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...generation.decoders.chat_model import Decoding, Message, TextPiece
from ...generation.decoders.vllm.chat import VllmChat
from ...generation.decoders.vllm.options import VllmOptions
from ...generation.serving.server_process import ServerProcess
from ...generation.serving.vllm_command import ServeOptions, command, environment, find_vllm
from ..machine import describe
from .measuring import median, print_table
from .tiny_model import save_tiny_qwen

ALLOWED_MS = 30.0
_CONTEXT = 4096
_PROMPT = "Answer from the evidence alone.\n\n" + "[1] The harbour handled 412 ships in 2021. 港口扩建工程完工。\n" * 20
_DECODING = Decoding(max_tokens=8)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to the first text and to the end, and processor seconds of this process."""

    first: float
    whole: float
    processor: float


Client = Callable[[], Iterator[str]]


def main() -> None:
    """Ask the same question by each client in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, help="interpreter that vLLM is installed for")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--runs", type=int, default=60)
    given = parser.parse_args()
    if not given.base_url and not given.python:
        parser.error("give --python or --base-url")
    with _server(given.python, given.base_url) as base_url:
        timings = measure(base_url, given.model, os.environ.get("VLLM_API_KEY", "none"), given.runs)
    added = report(timings, given.runs)
    raise SystemExit(1 if added > ALLOWED_MS else 0)


def measure(base_url: str, model: str, api_key: str, runs: int) -> dict[str, list[Timing]]:
    """`runs` timings of each client, after three to warm up."""
    chat = VllmChat(VllmOptions(base_url, model, api_key))
    clients: dict[str, Client] = {
        "bare httpx": _httpx_client(base_url, model, api_key),
        "openai client": _openai_client(base_url, model, api_key),
        "chartwell": lambda: _chartwell(chat, threading.Event()),
    }
    timings: dict[str, list[Timing]] = {name: [] for name in clients}
    names = list(clients)
    for run in range(runs + 3):
        # Each goes first, second and third equally often.
        for name in names[run % len(names) :] + names[: run % len(names)]:
            timing = _timed(clients[name])
            if run >= 3:
                timings[name].append(timing)
    chat.close()
    return timings


def report(timings: dict[str, list[Timing]], runs: int) -> float:
    """Print the table; the median milliseconds that Chartwell adds to the bare client's first text."""
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.decoder_overhead --runs {runs}\n")
    bare = median([timing.first for timing in timings["bare httpx"]])
    rows = []
    for name, measured in timings.items():
        first = sorted(timing.first for timing in measured)
        rows.append(
            [
                name,
                f"{1e3 * median(first):.1f}",
                f"{1e3 * first[int(0.95 * (len(first) - 1))]:.1f}",
                f"{1e3 * (median(first) - bare):+.1f}",
                f"{1e3 * median([timing.whole for timing in measured]):.1f}",
                f"{1e3 * median([timing.processor for timing in measured]):.1f}",
            ]
        )
    head = [
        "",
        "first text, p50 ms",
        "p95 ms",
        "added to bare httpx, p50 ms",
        "whole answer, p50 ms",
        "own CPU, p50 ms",
    ]
    print_table(head, rows)
    added = 1e3 * (median([timing.first for timing in timings["chartwell"]]) - bare)
    print(f"\nChartwell adds {added:.1f} ms to the first text; {ALLOWED_MS:g} ms are allowed.")
    return added


def _timed(client: Client) -> Timing:
    started, processor = time.perf_counter(), time.process_time()
    first = 0.0
    for text in client():
        if text and not first:
            first = time.perf_counter() - started
    return Timing(first, time.perf_counter() - started, time.process_time() - processor)


def _chartwell(chat: VllmChat, cancel: threading.Event) -> Iterator[str]:
    for piece in chat.stream([Message("user", _PROMPT)], _DECODING, cancel=cancel):
        if isinstance(piece, TextPiece):
            yield piece.text


def _httpx_client(base_url: str, model: str, api_key: str) -> Client:
    import json

    import httpx

    session = httpx.Client(headers={"Authorization": f"Bearer {api_key}"}, timeout=60, trust_env=False)
    body = {
        "model": model,
        "messages": [{"role": "user", "content": _PROMPT}],
        "temperature": 0.0,
        "max_completion_tokens": _DECODING.max_tokens,
        "stream": True,
    }

    def ask() -> Iterator[str]:
        with session.stream("POST", f"{base_url}/chat/completions", json=body) as reply:
            for line in reply.iter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line[6:])["choices"][0]["delta"].get("content") or ""

    return ask


def _openai_client(base_url: str, model: str, api_key: str) -> Client:
    import openai

    session = openai.OpenAI(base_url=base_url, api_key=api_key)

    def ask() -> Iterator[str]:
        chunks = session.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": _PROMPT}],
            temperature=0.0,
            max_completion_tokens=_DECODING.max_tokens,
            stream=True,
        )
        for chunk in chunks:
            yield chunk.choices[0].delta.content or ""

    return ask


@contextmanager
def _server(python: Path | None, base_url: str) -> Iterator[str]:
    """The given server, or vLLM with a tiny model for as long as it is needed."""
    if base_url or python is None:
        yield base_url.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        model = save_tiny_qwen(Path(folder), _CONTEXT)
        flags: Sequence[str] = ("--enforce-eager", "--max-num-seqs", "4", "--uvicorn-log-level", "warning")
        options = ServeOptions(
            str(model), "tiny", port=port, max_model_len=_CONTEXT, dtype="bfloat16", python=python, extra=tuple(flags)
        )
        settings = {"VLLM_CPU_KVCACHE_SPACE": "1", "TORCH_COMPILE_DISABLE": "1", "HF_HUB_OFFLINE": "1"}
        line = command(options, find_vllm(python))
        address = f"http://127.0.0.1:{port}"
        server = ServerProcess(line, {**environment(options), **settings}, f"{address}/health")
        stop, ready = threading.Event(), threading.Event()
        running = threading.Thread(target=server.run, args=(stop, ready.set))
        running.start()
        try:
            while not ready.wait(0.2):
                if not running.is_alive():
                    raise SystemExit("vLLM did not start; its own messages above say why.")
            yield f"{address}/v1"
        finally:
            stop.set()
            running.join()


if __name__ == "__main__":
    main()
