"""What the benchmarks share: a child process with its peak memory, medians, and tables."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil

_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ChildRun:
    """What a child printed as JSON, and the peak memory of it and all its descendants together, in bytes (PSS)."""

    result: Any
    peak_bytes: int
    seconds: float


def run_child(module: str, *arguments: str) -> ChildRun:
    """Run `python -m module arguments`, sample its memory, and parse the last line of its output."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _tree_bytes(process.pid))
        time.sleep(_SAMPLE_SECONDS)
    output = process.stdout.read() if process.stdout else ""
    if process.returncode != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with status {process.returncode}")
    return ChildRun(json.loads(output.strip().splitlines()[-1]), peak, time.perf_counter() - started)


def _tree_bytes(pid: int) -> int:
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            total += process.memory_full_info().pss
    except psutil.NoSuchProcess:
        return total  # ended between two looks
    return total


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
