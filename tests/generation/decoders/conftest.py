"""A real vLLM on the CPU with a tiny random model, and a server that misbehaves as told."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from chartwell.eval.benchmarks.tiny_model import save_tiny_idefics, save_tiny_qwen

ROOT = Path(__file__).parents[3]
KEY = "sesame-5f2c"
CONTEXT = 2048


def pytest_collection_modifyitems(items):
    """What ends the server comes after everything that needs it."""
    items.sort(key=lambda item: item.get_closest_marker("ends_vllm") is not None)


@pytest.fixture(scope="session")
def tiny_qwen(tmp_path_factory):
    """A Qwen2 with random weights."""
    return save_tiny_qwen(tmp_path_factory.mktemp("qwen"), CONTEXT)


def vllm_python():
    """The interpreter of the environment that `.ci/vllm-venv` makes."""
    given = os.environ.get("CHARTWELL_TEST_VLLM")
    if given:
        return given
    found = subprocess.run([ROOT / ".ci" / "vllm-venv", "--built"], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    reason = "there is no environment with vLLM: .ci/vllm-venv makes it, as `make test` does"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
    return None


@pytest.fixture(scope="session")
def vllm_packages():
    """Where the packages of that environment lie."""
    [folder] = Path(vllm_python()).parents[1].glob("lib/python*/site-packages")
    return folder


class Vllm:
    """vLLM, started by `chartwell serve-llm`, and stopped by Ctrl-C."""

    def __init__(self, model, log, images=0, context=CONTEXT):
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
        arguments = ["serve-llm", "--model", model, "--python", vllm_python(), "--port", port, "--dtype", "bfloat16"]
        arguments += ["--max-model-len", context, "--", "--enforce-eager", "--max-num-seqs", 4]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chartwell.app.cli", *map(str, arguments)],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C on the test run is not meant for it: the fixture stops it
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
        import psutil

        [first] = psutil.Process(self.process.pid).children()
        return [first, *first.children(recursive=True)]

    def stop(self):
        """Ctrl-C; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def running(*arguments, **options):
    server = Vllm(*arguments, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def vllm(tiny_qwen, tmp_path_factory):
    with running(tiny_qwen, tmp_path_factory.mktemp("vllm") / "log") as server:
        yield server


@pytest.fixture(scope="session")
def vllm_that_sees(tmp_path_factory):
    """vLLM with a tiny model that takes a picture. Under a chart's schema it writes one value, 41, without names."""
    model = save_tiny_idefics(tmp_path_factory.mktemp("idefics"), 8192)
    log = tmp_path_factory.mktemp("vllm-that-sees") / "log"
    with running(model, log, images=1, context=8192) as server:
        yield server


class Stub:
    """A server that answers each request with the next of `answers`; what it was asked stands in `requests`.

    An answer is `(status, headers, blocks)`: the blocks are bytes to send, numbers of seconds to wait, or "cut", which
    breaks the connection off. Paths in `always` get the answer that stands there.
    """

    def __init__(self):
        self.requests = []
        self.headers = []
        self.times = []
        self.answers = []
        self.always = {}
        self.gone = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), StubHandler)
        self.server.stub = self
        self.server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class StubHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        stub = self.server.stub
        length = int(self.headers.get("Content-Length") or 0)
        stub.requests.append((self.path, json.loads(self.rfile.read(length) or b"null")))
        stub.headers.append({name.lower(): value for name, value in self.headers.items()})
        stub.times.append(time.monotonic())
        if self.path not in stub.always and not stub.answers:
            self.send_error(404)
            return
        status, headers, blocks = stub.always.get(self.path) or stub.answers.pop(0)
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "text/event-stream", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.send_blocks(blocks)
        except OSError:
            stub.gone.set()  # the client has hung up

    def do_GET(self):
        self.do_POST()

    def send_blocks(self, blocks):
        for block in blocks:
            if block == "cut":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.connection.close()
                return
            if isinstance(block, int | float):
                time.sleep(block)
            else:
                self.wfile.write(block)

    def log_message(self, *args):
        pass


@pytest.fixture
def stub():
    server = Stub()
    yield server
    server.close()
