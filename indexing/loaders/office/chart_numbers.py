"""What a displayed number of a native chart says: the number with all digits of the data, and its unit."""

from __future__ import annotations

from ...charts.numbers import parse_number
from .number_formats import display_scale


def told_number(number: float, text: str, code: str) -> tuple[float, str]:
    """Number and unit of a stored `number` that the format `code` displays as `text`: 41.37 and % for 0.4137, "41%"."""
    printed = parse_number(text)
    percent = 100.0 ** code.partition(";")[0].count("%") if "%" in text else 1.0
    scaled, whole = _rounded(number * display_scale(code)), _rounded(number * percent)
    if printed is None:
        return whole, "%" if "%" in text else ""
    # "1.5" for 1,500,000 under the axis title "millions" says 1.5, but "1.5m" says what the data say.
    nearer = min((whole, scaled), key=lambda candidate: abs(candidate - printed.number))
    return nearer, printed.unit


def _rounded(number: float) -> float:
    """Without what multiplying adds: 0.07 * 100 is 7.000000000000001."""
    return float(f"{number:.15g}")
