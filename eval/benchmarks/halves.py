"""Development data cut in two: one half to tune on, the other to report."""

from __future__ import annotations

import hashlib


def half_of(name: str) -> str:
    """`tune` or `report`, by the hash of an item's name: the same in every run and on every machine."""
    return "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "report"
