"""The program that a worker process runs: it takes one `Task` after the other and sends back what came of it.

A process of its own, because parsers of hostile files crash, hang and eat memory: the file is lost, the run is not.
Started as `python -m chartwell.indexing.parse_worker FD FOLDER`, with a pipe's file descriptor and an empty folder for
its temporary files, which is removed at its end, by the pool where it is killed.
"""

from __future__ import annotations

import resource
import shutil
import signal
import sys
import tempfile
import traceback
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from PIL.Image import Image as PilImage

from ..errors import InputError, LimitExceeded
from .charts.served_vision import ServedVision
from .charts.vision import ChartVision
from .loaders.parsed import Label
from .member_files import MemberFiles
from .ocr import OcrEngine, RapidOcrEngine
from .preparation import Prepared, Recipe, Task, prepare


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What a worker is told when it starts: the recipe and the limits of one file in seconds and bytes."""

    recipe: Recipe
    timeout_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Defect:
    """An exception that nobody expected: a defect of Chartwell or a library, not of the file."""

    summary: str
    trace: str


Outcome = Prepared | InputError | Defect

READY = "ready"
"""The first message: the worker has started and read its options."""

ALIVE = "alive"
"""Sent after each picture that was read: the time limit of the file counts anew from there."""

_GRACE_SECONDS = 10
"""The alarm strikes this much later than the parent's own time limit: it is for workers whose parent has died."""


def main(file_descriptor: int, folder: str) -> None:
    """Serve tasks until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    connection = Connection(file_descriptor)
    options: WorkerOptions = connection.recv()
    _limit_memory(options.memory_bytes)
    tempfile.tempdir = folder
    try:
        with closing(MemberFiles(options.recipe.limits)) as files:
            _serve(connection, options, files)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(connection: Connection, options: WorkerOptions, files: MemberFiles) -> None:
    ocr = ReportingOcr(RapidOcrEngine(threads=1), connection, options.timeout_seconds)
    vision = ServedVision(options.recipe.vision) if options.recipe.vision else None
    connection.send(READY)
    while True:
        try:
            task: Task = connection.recv()
        except (EOFError, ConnectionResetError):
            return
        # The default action of SIGALRM ends the process even inside C code, so no hanging parser outlives its parent.
        _set_alarm(options.timeout_seconds)
        outcome = _attempt(task, options, files, ocr, vision)
        signal.alarm(0)
        try:
            connection.send(outcome)
        except BrokenPipeError:
            return
        del outcome  # an error's traceback holds on to the whole file


class ReportingOcr:
    """An OCR engine that tells after each picture that there is progress: hundreds of scanned pages take their time,
    and what the time limit is for is a file that hangs.
    """

    def __init__(self, engine: OcrEngine, connection: Connection, timeout_seconds: float) -> None:
        self._engine = engine
        self._connection = connection
        self._timeout_seconds = timeout_seconds

    @property
    def fingerprint(self) -> str:
        """That of the engine."""
        return self._engine.fingerprint

    def read(self, image: PilImage) -> list[Label]:
        """What the engine reads; see `OcrEngine.read`."""
        labels = self._engine.read(image)
        self._connection.send(ALIVE)
        _set_alarm(self._timeout_seconds)
        return labels


def _set_alarm(timeout_seconds: float) -> None:
    signal.alarm(int(timeout_seconds) + _GRACE_SECONDS)


def _attempt(
    task: Task, options: WorkerOptions, files: MemberFiles, ocr: OcrEngine, vision: ChartVision | None
) -> Outcome:
    try:
        return files.prepare(task, lambda unpacked: prepare(unpacked, options.recipe, ocr, vision))
    except InputError as error:
        return error
    except MemoryError:
        return LimitExceeded(
            f"{task.label} needs more than {options.memory_bytes / 2**20:.0f} MiB of memory.",
            hint="Raise the setting `index.parse_memory_mib` if the file is worth it.",
        )
    except Exception as error:  # noqa: BLE001 - one file must not stop the others; the trace goes to the log
        return Defect(f"{type(error).__name__}: {error}", traceback.format_exc())


def _limit_memory(memory_bytes: int) -> None:
    # RLIMIT_DATA counts what is really private and writable; RLIMIT_AS would also count mapped libraries and models.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        memory_bytes = min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, hard))


if __name__ == "__main__":
    # The module under its own name: what this process sends back must not be a class of `__main__`.
    from .parse_worker import main as serve

    serve(int(sys.argv[1]), sys.argv[2])
