"""A pool of parse workers with a time limit per file, in which a crash costs one file.

Why not `multiprocessing.Pool` or a pool library: those re-import the caller's main module in each worker, so a plain
user script without an `if __name__ == "__main__"` guard would index itself again; and none of the maintained ones
limits the time of a single task and survives its crash. `subprocess` with a `multiprocessing` pipe does both.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from types import TracebackType
from typing import Self

from ..errors import ChartwellError, DamagedFile, LimitExceeded
from .parse_worker import Outcome, WorkerOptions
from .preparation import Task

_STARTS = 3
_START_SECONDS = 120.0


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    folder: str
    task: Task | None = None
    deadline: float = field(default=0.0)
    ready: bool = False


class WorkerPool:
    """`size` processes that prepare files. Use as a context manager; leaving it ends every process."""

    def __init__(self, options: WorkerOptions, size: int) -> None:
        self.options = options
        self.size = size
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            _stop(worker)
        self._workers.clear()

    @property
    def busy(self) -> int:
        """Number of files being prepared now."""
        return sum(worker.task is not None for worker in self._workers)

    @property
    def has_room(self) -> bool:
        """Whether `submit` would start at once."""
        return self.busy < self.size

    def submit(self, task: Task) -> None:
        """Start preparing a file; there must be room."""
        idle = next((worker for worker in self._workers if worker.task is None), None)
        if idle is None:
            idle = _start(self.options)
            self._workers.append(idle)
        idle.task = task
        idle.deadline = time.monotonic() + self.options.timeout_seconds + (0 if idle.ready else _START_SECONDS)
        try:
            idle.connection.send(task)
        except BrokenPipeError:
            idle.deadline = 0.0  # it died while idle: `poll` finds that out and reports the file

    def poll(self, timeout: float) -> Iterator[tuple[Task, Outcome]]:
        """Yield what is finished within `timeout` seconds, files that ran out of time or crashed their worker too."""
        busy = {worker.connection: (worker, worker.task) for worker in self._workers if worker.task is not None}
        if not busy:
            return
        until_deadline = min(worker.deadline for worker, _ in busy.values()) - time.monotonic()
        ready = wait(list(busy), timeout=max(0.0, min(timeout, until_deadline)))
        now = time.monotonic()
        for connection, (worker, task) in busy.items():
            if connection in ready:
                if worker.ready:
                    outcome = self._receive(worker, task)
                    if outcome is not None:
                        yield task, outcome
                else:
                    self._greet(worker)
            elif now >= worker.deadline:
                yield task, self._expire(worker, task)

    def _greet(self, worker: _Worker) -> None:
        """Take the first message, by which a worker says that it has started; the file's time begins now."""
        try:
            worker.connection.recv()
        except (EOFError, ConnectionResetError) as error:
            self._end(worker)
            if worker.task is None or worker.process.returncode != -signal.SIGINT:
                raise _no_start(worker) from error
            self.submit(worker.task)  # Ctrl-C reached it before it could leave that to its parent
            return
        worker.ready = True
        worker.deadline = time.monotonic() + self.options.timeout_seconds

    def _receive(self, worker: _Worker, task: Task) -> Outcome | None:
        """What became of the file; None where the worker only says that it goes on."""
        try:
            message: Outcome | str = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            self._end(worker)
            return DamagedFile(
                f"{task.label} crashed its parser ({_how_it_ended(worker.process.returncode)}).",
                hint="The file is probably damaged or hostile; the other files are not affected.",
            )
        if isinstance(message, str):
            worker.deadline = time.monotonic() + self.options.timeout_seconds
            return None
        worker.task = None
        if isinstance(message, LimitExceeded):
            self._end(worker)  # a process that ran out of memory is best replaced
        return message

    def _expire(self, worker: _Worker, task: Task) -> Outcome:
        self._end(worker)
        return LimitExceeded(
            f"{task.label} was given up after {self.options.timeout_seconds:.0f} seconds.",
            hint="Raise the setting `index.parse_timeout_seconds` if the file is worth it.",
        )

    def dismiss(self) -> None:
        """End the workers that have nothing to do; `submit` starts new ones. Each holds 200 MiB with its OCR models."""
        for worker in [worker for worker in self._workers if worker.task is None]:
            self._end(worker)

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _stop(worker)


def _start(options: WorkerOptions) -> _Worker:
    """A worker that knows its options. One that is hit by Ctrl-C before it has a group of its own is replaced."""
    for _ in range(_STARTS):
        worker = _launch()
        try:
            worker.connection.send(options)
        except BrokenPipeError:
            _stop(worker)
        else:
            return worker
    raise _no_start(worker)


def _launch() -> _Worker:
    ours, theirs = Pipe()
    folder = tempfile.mkdtemp(prefix="chartwell-")  # what the worker unpacks goes with it, also when it is killed
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "chartwell.indexing.parse_worker", str(theirs.fileno()), folder],
        pass_fds=[theirs.fileno()],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # C libraries chatter there about broken files; what matters comes by the pipe
        process_group=0,  # the terminal sends Ctrl-C to all of the parent's group, also to a worker that just starts
    )
    theirs.close()
    return _Worker(process, ours, folder)


def _no_start(worker: _Worker) -> ChartwellError:
    return ChartwellError(
        f"A parse worker could not start ({_how_it_ended(worker.process.returncode)}).",
        hint=f"`{sys.executable} -m chartwell.app.cli doctor` says what is missing.",
    )


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.wait()
    shutil.rmtree(worker.folder, ignore_errors=True)


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    return signal.Signals(-code).name
