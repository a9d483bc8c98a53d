"""Real vLLMs on the CPU with tiny random models, one for all tests of a run."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import httpx
import psutil
import pytest

from chartwell.eval.benchmarks.tiny_model import save_tiny_idefics, save_tiny_qwen

ROOT = Path(__file__).parents[3]
KEY = "sesame-5f2c"


@cache
def vllm_python():
    """The interpreter of the environment that `.ci/vllm-venv` makes; "" where there is none."""
    given = os.environ.get("CHARTWELL_TEST_VLLM")
    if given:
        return given
    found = subprocess.run([ROOT / ".ci" / "vllm-venv", "--built"], capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


class Vllm:
    """vLLM, started by `chartwell serve-llm`, and stopped by Ctrl-C."""

    def __init__(self, model, log, images, context):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.server = f"http://127.0.0.1:{port}"
        self.base_url = f"{self.server}/v1"
        self.model = str(model)
        self.log = log
        environment = {
            **os.environ,
            "CHARTWELL_DECODER__API_KEY": KEY,
            "CHARTWELL_DECODER__IMAGES": str(images),
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "HF_HUB_OFFLINE": "1",
            "TORCH_COMPILE_DISABLE": "1",  # which would need a C++ compiler, and half a minute
        }
        environment.pop("OMP_NUM_THREADS")  # as users have it
        arguments = ["serve-llm", "--model", model, "--python", vllm_python(), "--port", port, "--dtype", "bfloat16"]
        arguments += ["--max-model-len", context, "--", "--enforce-eager", "--max-num-seqs", 4]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chartwell.app.cli", *map(str, arguments)],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C on the test run is not meant for it: `Servers` stops it
            )

    def wait_until_ready(self, seconds=280):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.server}/health", timeout=1, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.3)
        pytest.fail(f"vLLM did not start:\n{self.log.read_text('utf-8', 'replace')[-3000:]}")

    def family(self):
        """vLLM's first process and all that it has started."""
        [first] = psutil.Process(self.process.pid).children()
        return [first, *first.children(recursive=True)]

    def interrupt(self):
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def wait(self):
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


KINDS = {"vllm": (save_tiny_qwen, 0, 2048), "vllm_that_sees": (save_tiny_idefics, 1, 8192)}
"""By the name of the fixture: what saves the model, the pictures it takes, the tokens of its context."""


class Servers:
    """The vLLMs of a run by their kind. A context manager: they end with it."""

    def __init__(self):
        self.running = {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_):
        for server in self.running.values():
            server.interrupt()
        for server in self.running.values():
            server.wait()
        self.folder.cleanup()

    def begin(self, kind):
        """The server of that kind, which may still load."""
        if kind not in self.running:
            save, images, context = KINDS[kind]
            place = Path(self.folder.name) / kind
            model = save(place / "model", context)
            self.running[kind] = Vllm(model, place / "log", images, context)
        return self.running[kind]
