"""The chat, served by a process of its own: for benchmarks, pictures and tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_START_SECONDS = 120.0
_END_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ServedChat:
    """A running chat; `process` is its process."""

    port: int
    process: psutil.Process

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}/"

    def cpu_seconds(self) -> float:
        """What it has used since its start."""
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)


def free_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(home: Path, settings: Mapping[str, str] | None = None, *, port: int | None = None) -> Iterator[ServedChat]:
    """The chat over the collections in `home`, on a port of this machine, by default a free one; ended at the end.

    `settings` are variables of its environment. Raises `RuntimeError` where it ends before it answers, or is too slow.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "chartwell.app.cli", "ui", str(home), "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(settings or {})})
    try:
        _wait_for(process, f"http://127.0.0.1:{port}/_stcore/health")
        yield ServedChat(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"chartwell ui ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer")
