"""Numbers as a report prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NONE = "–"
Measured = Mapping[str, Any]
"""`mean`, `low`, `high`, `n`, `missing` and `missing_reasons` of a metric, as `summary.json` has them."""


def value(number: float | None, digits: int = 3) -> str:
    """A number, or a dash."""
    return NONE if number is None else f"{number:.{digits}f}"


def interval(measured: Measured) -> str:
    """`0.712 to 0.789`, or a dash."""
    if measured["low"] is None or measured["high"] is None:
        return NONE
    return f"{measured['low']:.3f} to {measured['high']:.3f}"


def missing(measured: Measured) -> str:
    """How many have no value, and why."""
    return "; ".join(f"{count} {reason}" for reason, count in measured.get("missing_reasons", {}).items()) or NONE


def seconds(number: float) -> str:
    """Milliseconds below one second."""
    return f"{number * 1000:.0f} ms" if number < 1 else f"{number:.2f} s"
