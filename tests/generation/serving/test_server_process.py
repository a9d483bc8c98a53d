"""A small server of our own in place of vLLM: how it is watched and ended."""

import os
import socket
import sys
import threading
import time

import psutil
import pytest

from chartwell.errors import DecoderUnreachable
from chartwell.generation.serving.server_process import ServerProcess

SERVER = """
import http.server, signal, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[2], "w").write(str(child.pid))
if "deaf" in sys.argv:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def start(tmp_path):
    def start(*more):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-c", SERVER, str(port), str(tmp_path / "child"), *more]
        return ServerProcess(command, os.environ, f"http://127.0.0.1:{port}/health")

    return start


def child(path):
    return psutil.Process(int(path.read_text()))


def ended(process):
    gone, _ = psutil.wait_procs([process], timeout=5)
    return gone == [process]


def test_it_says_when_it_is_ready_and_leaves_nothing_behind(start, tmp_path):
    server, stop, children = start(), threading.Event(), []

    def ready():
        children.append(child(tmp_path / "child"))
        stop.set()

    server.run(stop, ready)
    assert ended(*children)


def test_one_that_does_not_listen_is_ended_by_force(start, tmp_path):
    server, stop = start("deaf"), threading.Event()
    threading.Thread(target=server.run, args=(stop, stop.set)).start()
    assert stop.wait(30)
    started, left = time.monotonic(), child(tmp_path / "child")
    server.close(grace_seconds=0.4)
    assert time.monotonic() - started < 5
    assert ended(left)


@pytest.mark.parametrize(
    ("code", "told"), [("raise SystemExit(3)", "with status 3"), ("import os; os.abort()", "by signal 6")]
)
def test_one_that_ends_by_itself_is_told(code, told):
    server = ServerProcess([sys.executable, "-c", code], os.environ, "http://127.0.0.1:9/health")
    with pytest.raises(DecoderUnreachable, match=f"ended by itself, {told}"):
        server.run(threading.Event(), lambda: None)
