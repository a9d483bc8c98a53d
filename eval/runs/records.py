"""Append-only files of JSON lines: what a run is made of, so that nothing done is ever lost or done twice."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import RunDamaged
from ...indexing.storage_errors import storage_errors

Content = Mapping[str, Any]


class Key(NamedTuple):
    """Whose record it is, of which stage, and the hash of the settings it was made under."""

    item: str
    stage: str
    settings: str


class RecordLog:
    """A file of records in the order they were made; of several with one key the last counts.

    A line is written in one call, so that a killed process leaves at most the last one torn. Such a line is as good
    as not written: it is passed over when reading and cut off before the next is appended. Safe to use from several
    threads, not from several processes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file: int | None = None

    def read(self) -> dict[Key, dict[str, Any]]:
        """The last record of every key, in the order of the keys' first. Raises `RunDamaged` naming file and line."""
        found: dict[Key, dict[str, Any]] = {}
        for number, line in enumerate(whole_lines(self.path), start=1):
            try:
                record = json.loads(line)
                key = Key(str(record.pop("item")), str(record.pop("stage")), str(record.pop("settings")))
            except (ValueError, AttributeError, KeyError, TypeError) as error:
                raise RunDamaged(
                    f"{self.path}, line {number} is no record of a run.",
                    hint="Take the line out and run the same command: what it held is made again.",
                ) from error
            found[key] = record
        return found

    def append(self, key: Key, content: Content) -> None:
        """Add a record. Raises `StorageFull`; what was half written is cut off before the next one."""
        line = canonical({**key._asdict(), **content}) + "\n"
        with self._lock:
            if self._file is None:
                cut_torn_line(self.path)
                self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                with storage_errors(self.path):
                    _write(self._file, line.encode("utf-8", "surrogatepass"))
            except BaseException:  # even Ctrl-C may leave half a line
                os.close(self._file)
                self._file = None
                raise

    def close(self) -> None:
        """Release the file; what was written is on the disk."""
        with self._lock:
            if self._file is not None:
                os.fsync(self._file)
                os.close(self._file)
                self._file = None


def canonical(data: Any) -> str:  # noqa: ANN401 - any JSON
    """JSON that is the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def whole_lines(path: Path) -> Iterator[bytes]:
    """The lines that were written whole; none where there is no file."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line


def cut_torn_line(path: Path) -> None:
    """Cut off what stands behind the last line break."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        start = end
        while start > 0:
            step = min(65_536, start)
            file.seek(start - step)
            place = file.read(step).rfind(b"\n")
            if place >= 0:
                start = start - step + place + 1
                break
            start -= step
        if start < end:
            file.truncate(start)


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
