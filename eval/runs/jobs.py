"""The questions of a stage, several at a time; one that fails does not stop the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...errors import (
    ChartwellError,
    CollectionError,
    ContextOverflow,
    DecoderError,
    MissingDependency,
    ModelUnavailable,
    RunDamaged,
    SettingsError,
)
from .records import Key

CONCERN_ALL = (CollectionError, MissingDependency, ModelUnavailable, RunDamaged, SettingsError)
"""Errors that the next question would meet as well."""
MOST_FAILURES = 10
"""So many failures of the decoder in a row end the stage: it will not be there for the next one either."""
_LOOK_SECONDS = 0.2


class Cancelled(Exception):
    """The work was stopped where everything is consistent."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do for one record; `work` gives its content and what is told of its times."""

    key: Key
    work: Callable[[], tuple[dict[str, Any], dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Done:
    """A finished job; where it failed, `content` is `{"error": …}`, and `decoder_error` is there if the decoder did."""

    key: Key
    content: Mapping[str, Any]
    times: Mapping[str, Any]
    decoder_error: DecoderError | None = None


def run_jobs(jobs: Iterable[Job], *, workers: int, cancel: threading.Event) -> Iterator[Done]:
    """Do the jobs, `workers` at a time, and yield each when it is done, in whatever order.

    What concerns all jobs is raised at once; other failures are results. Raises `DecoderError` after `MOST_FAILURES`
    in a row and `Cancelled` where that was asked for, each once the jobs begun have been yielded.
    """
    failures: list[DecoderError] = []
    for done in _finished(jobs, workers, cancel, failures):
        yield done
        if done.decoder_error is not None:
            failures.append(done.decoder_error)
        else:
            failures.clear()
    if len(failures) >= MOST_FAILURES:
        raise DecoderError(
            f"{len(failures)} questions in a row could not be answered, the last because: {failures[-1].message}",
            hint=f"{failures[-1].hint} Then run the same command with --retry-failed.".strip(),
            retryable=True,
        )
    if cancel.is_set():
        raise Cancelled


def _finished(jobs: Iterable[Job], workers: int, cancel: threading.Event, failures: Sequence[object]) -> Iterator[Done]:
    waiting = iter(jobs)
    with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
        begun: set[Future[Done]] = set()
        try:
            while True:
                if not cancel.is_set() and len(failures) < MOST_FAILURES:
                    begun |= {pool.submit(_do, job) for job in islice(waiting, workers - len(begun))}
                if not begun:
                    return
                ended, begun = wait(begun, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in ended:
                    try:
                        yield future.result()
                    except Cancelled:
                        continue  # its record stays to be made
        finally:
            for future in begun:
                future.cancel()


def _do(job: Job) -> Done:
    try:
        content, times = job.work()
    except (*CONCERN_ALL, Cancelled):
        raise
    except ChartwellError as error:
        # A prompt that is too long is that question's own; the decoder is there.
        decoder_error = error if isinstance(error, DecoderError) and not isinstance(error, ContextOverflow) else None
        return Done(job.key, {"error": _told(error)}, {}, decoder_error)
    except Exception as error:  # noqa: BLE001 - one bad question must not end the others; it is told in its record
        return Done(job.key, {"error": {"type": type(error).__name__, "message": str(error), "hint": ""}}, {})
    return Done(job.key, content, times)


def _told(error: ChartwellError) -> dict[str, str]:
    return {"type": type(error).__name__, "message": error.message, "hint": error.hint}
