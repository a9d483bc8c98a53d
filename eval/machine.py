"""The machine and the versions that a benchmark or a run ran on, in one line, to stand beside its figures."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

PACKAGES = ("numpy", "torch", "faiss-cpu", "faiss-gpu", "tantivy", "onnxruntime", "rapidocr", "sentence-transformers")


def describe() -> str:
    """Processor, cores this process may use, memory, system, Python and the installed ones of `PACKAGES`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = [_processor(), f"{cores} cores", _memory(), f"{platform.system()} {platform.release()}"]
    parts += [f"Python {platform.python_version()}", *_versions()]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    try:
        listing = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", listing, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    import psutil

    return f"{psutil.virtual_memory().total / 2**30:.1f} GiB"


def _versions() -> list[str]:
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
