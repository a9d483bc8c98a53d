"""A second run over an unchanged folder: how long it takes to see that there is nothing to do.

python -m chartwell.eval.benchmarks.unchanged --files 500
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import zipfile
from pathlib import Path

from ..machine import describe
from .measuring import median, print_table


def main() -> None:
    """Index made-up notes once, as files and in one archive; measure further runs against listing the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        notes, packed = Path(folder, "notes"), Path(folder, "packed")
        notes.mkdir()
        packed.mkdir()
        with zipfile.ZipFile(packed / "notes.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(arguments.files):
                text = f"# Note {number}\n\nThe reading of gauge {number} was {number * 7 % 101} mm.\n"
                (notes / f"note-{number}.md").write_text(text)
                archive.writestr(f"note-{number}.md", text)
        past = time.time() - 3_600
        for path in (*notes.iterdir(), *packed.iterdir()):
            os.utime(path, (past, past))
        rows = _measure("files", notes, Path(folder, "of-files"), arguments.files, arguments.runs)
        rows += _measure("one archive", packed, Path(folder, "of-archive"), arguments.files + 1, arguments.runs)
        listing = time.perf_counter()
        for path in notes.iterdir():
            path.stat()
        rows.append(["listing the files alone", f"{time.perf_counter() - listing:.3f}", ""])
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.unchanged --files {arguments.files}\n")
    print_table(["", "seconds", "CPU seconds"], rows)


def _measure(name: str, folder: Path, collection: Path, documents: int, runs: int) -> list[list[str]]:
    """Rows of the table: the first run, and the median of further ones; opening and closing included."""
    from ... import Chartwell

    seconds: list[float] = []
    processor: list[float] = []
    for _ in range(runs + 1):
        started, busy = time.perf_counter(), time.process_time()
        with Chartwell.open(collection) as client:
            report = client.index([folder])
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - busy)
        if len(report.added if len(seconds) == 1 else report.unchanged) != documents:
            raise RuntimeError("a file was taken for changed")
    return [
        [f"{name}: first run", f"{seconds[0]:.2f}", ""],
        [f"{name}: unchanged (median of {runs})", f"{median(seconds[1:]):.3f}", f"{median(processor[1:]):.3f}"],
    ]


if __name__ == "__main__":
    main()
