"""Does memory grow with the number of files? Peak memory of indexing few and many notes of the same size.

    python -m chartwell.eval.benchmarks.streaming --files 100,1000

Each run is a process of its own; its memory is that of all processes together (PSS).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from ..machine import describe
from .measuring import print_table, run_child

_MODULE = "chartwell.eval.benchmarks.streaming"
_WORDS = ("gauge", "river", "reading", "station", "flood", "winter", "rose", "fell", "bridge", "valley", "snow")
_PARAGRAPHS = 12


def main() -> None:
    """Parse the command line; index one folder (`--folder`), or make folders and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", default="100,1000", help="numbers of files, with commas between")
    parser.add_argument("--folder", type=Path, help="index the notes in this folder: what the other runs start")
    arguments = parser.parse_args()
    if arguments.folder:
        _index(arguments.folder)
        return
    rows: list[list[str]] = []
    least = 0
    for count in map(int, arguments.files.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            _write_notes(Path(folder) / "notes", count)
            run = run_child(_MODULE, "--folder", folder)
        least = least or run.peak_bytes
        rows.append(
            [
                f"{count:,}",
                f"{run.result['nodes']:,}",
                f"{run.result['nodes'] / run.seconds:.0f}",
                f"{run.peak_bytes / 2**20:.0f}",
                f"{run.peak_bytes / least:.2f}",
            ]
        )
    print(f"{describe()}\npython -m {_MODULE} --files {arguments.files}\n")
    print_table(["files", "nodes", "nodes/s", "peak memory, MiB", "ratio to the first"], rows)


def _write_notes(folder: Path, count: int) -> None:
    draw = random.Random(1)  # noqa: S311 - made-up text
    folder.mkdir()
    for number in range(count):
        paragraphs = [" ".join(draw.choices(_WORDS, k=60)) + "." for _ in range(_PARAGRAPHS)]
        (folder / f"note-{number}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(paragraphs) + "\n")


def _index(folder: Path) -> None:
    from ... import Chartwell

    with Chartwell.open(folder / "collection") as client:
        report = client.index([folder / "notes"])
    print(json.dumps({"nodes": report.nodes}))


if __name__ == "__main__":
    main()
