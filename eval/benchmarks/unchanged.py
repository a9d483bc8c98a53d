"""A second run over an unchanged folder: how long it takes to see that there is nothing to do.

python -m chartwell.eval.benchmarks.unchanged --files 500
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from .machine import describe
from .measuring import median, print_table


def main() -> None:
    """Index made-up notes once, then measure further runs against merely listing the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    from ... import Chartwell

    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.mkdir()
        past = time.time() - 3_600
        for number in range(arguments.files):
            path = notes / f"note-{number}.md"
            path.write_text(f"# Note {number}\n\nThe reading of gauge {number} was {number * 7 % 101} mm.\n")
            os.utime(path, (past, past))
        with Chartwell.open(Path(folder) / "collection") as client:
            first = time.perf_counter()
            client.index([notes])
            first = time.perf_counter() - first
        seconds = []
        for _ in range(arguments.runs):
            started = time.perf_counter()
            with Chartwell.open(Path(folder) / "collection") as client:
                report = client.index([notes])
            seconds.append(time.perf_counter() - started)
            if len(report.unchanged) != arguments.files:
                raise RuntimeError("a file was taken for changed")
        listing = time.perf_counter()
        for path in notes.iterdir():
            path.stat()
        listing = time.perf_counter() - listing
    print(f"{describe()}\npython -m chartwell.eval.benchmarks.unchanged --files {arguments.files}\n")
    print_table(
        ["", "seconds"],
        [
            ["first run", f"{first:.2f}"],
            [f"unchanged (open, index, close; median of {arguments.runs})", f"{median(seconds):.3f}"],
            ["listing the files alone", f"{listing:.3f}"],
        ],
    )


if __name__ == "__main__":
    main()
