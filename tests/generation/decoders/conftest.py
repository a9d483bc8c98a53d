"""A real vLLM on the CPU with a tiny random model, and a server that misbehaves as told."""

import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .served_vllm import KINDS, Servers, vllm_python

SERVERS = pytest.StashKey[Servers]()


def pytest_collection_modifyitems(items):
    """What ends the server comes after everything that needs it."""
    items.sort(key=lambda item: item.get_closest_marker("ends_vllm") is not None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session):
    """A vLLM takes half a minute to load: those that tests need begin at once, and load while other tests run."""
    with Servers() as servers:
        session.stash[SERVERS] = servers
        if not session.config.option.collectonly and vllm_python():
            for kind in KINDS:
                if any(kind in item.fixturenames for item in session.items):
                    servers.begin(kind)
        return (yield)


def need_vllm():
    if vllm_python():
        return
    reason = "there is no environment with vLLM: .ci/vllm-venv makes it, as `make test` does"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def served(request, kind):
    """The vLLM of that kind, once it answers."""
    need_vllm()
    server = request.session.stash[SERVERS].begin(kind)
    server.wait_until_ready()
    return server


@pytest.fixture(scope="session")
def vllm_packages():
    """Where the packages of the environment with vLLM lie."""
    need_vllm()
    [folder] = Path(vllm_python()).parents[1].glob("lib/python*/site-packages")
    return folder


@pytest.fixture(scope="session")
def vllm(request):
    """vLLM with a Qwen2 with random weights."""
    return served(request, "vllm")


@pytest.fixture(scope="session")
def vllm_that_sees(request):
    """vLLM with a tiny model that takes a picture. Under a chart's schema it writes one value, 41, without names."""
    return served(request, "vllm_that_sees")


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
