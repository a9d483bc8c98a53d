"""Numbers and dates of spreadsheets and charts as they are displayed, by the format codes of Office files.

>>> format_number(0.4137, "0.0%")
'41.4%'
>>> format_number(-1234.5, '"$"#,##0.00_);("$"#,##0.00)')
'($1,234.50)'
"""

from __future__ import annotations

import math
import re
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .date_formats import format_date
from .number_format_codes import Layout, Section, Token, sections_of

Value = float | date | time | timedelta
"""What a formatted cell holds; dates may come as serial numbers, too."""

_SIGNIFICANT = 15


def format_number(value: Value, code: str, *, epoch_1904: bool = False) -> str:
    """`value` as the format `code` displays it. A code that cannot be followed displays as General does."""
    section, negative = _section(value, code)
    if section.is_date or not isinstance(value, int | float):
        return format_date(value, section.tokens, epoch_1904=epoch_1904) or general(value)
    if not math.isfinite(value):
        return str(value)
    number = abs(value) * section.scale
    text = (_laid_out(number, section.layout) if section.layout else _number(number, section.tokens)).strip()
    return f"-{text}" if negative and re.search("[1-9]", text) else text


def display_scale(code: str) -> float:
    """Times the stored value that the digits displayed are: 100 for `0%`, 0.001 for `#,##0,`."""
    return sections_of(code)[0].scale


def is_date_format(code: str) -> bool:
    """Whether the code displays a number as a date or time."""
    return sections_of(code)[0].is_date


def general(value: Value) -> str:
    """A value without a format: no more digits than eleven, as spreadsheets show it; dates in ISO 8601."""
    if not isinstance(value, int | float):
        return str(value)
    if math.isfinite(value) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.11g}"


def _section(value: Value, code: str) -> tuple[Section, bool]:
    """The section that holds for `value`, and whether a minus sign goes in front."""
    sections = sections_of(code)
    number = value if isinstance(value, int | float) else 0.0
    if any(section.condition for section in sections[:2]):
        chosen = next((section for section in sections if _holds(section.condition, number)), sections[-1])
        return chosen, number < 0 and chosen.condition != ("<", 0.0)
    if len(sections) >= 3 and number == 0:
        return sections[2], False
    if len(sections) >= 2 and number < 0:
        return sections[1], False
    return sections[0], number < 0


def _holds(condition: tuple[str, float] | None, number: float) -> bool:
    if condition is None:
        return True
    sign, bound = condition
    return {
        "<": number < bound,
        ">": number > bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[sign]


def _laid_out(number: float, layout: Layout) -> str:
    least, most = layout.decimals
    text = _rounded(number, most)
    if least < most:
        whole, _, decimals = text.partition(".")
        decimals = decimals.rstrip("0")
        decimals += "0" * (least - len(decimals))
        text = f"{whole}.{decimals}" if decimals else whole
    whole, point, decimals = text.partition(".")
    whole = ("" if whole == "0" else whole).rjust(layout.whole, "0")
    if layout.grouped and len(whole) > 3:
        whole = f"{int(whole):,}" if whole[0] != "0" else whole
    return f"{layout.prefix}{whole}{point}{decimals}{layout.suffix}"


def _rounded(number: float, decimals: int) -> str:
    """Halves are rounded up, in the decimal form of fifteen digits, as spreadsheets do."""
    place = number * 10.0**decimals
    if place < 1e12 and abs(place % 1.0 - 0.5) > 1e-3:  # no half: any way of rounding gives the same
        return f"{number:.{decimals}f}"
    exact = Decimal(f"{number:.{_SIGNIFICANT}g}")
    if exact.adjusted() + decimals < 27:  # the default context's precision
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact:f}"


def _number(number: float, tokens: tuple[Token, ...]) -> str:
    """The rarer forms: General among literals, exponents, fractions, digits with literals between them."""
    if any(token.kind == "general" for token in tokens):
        return "".join(general(number) if token.kind == "general" else token.text for token in tokens)
    places = [i for i, token in enumerate(tokens) if token.kind in {"digit", "exponent"}]
    if not places:
        return "".join(token.text for token in tokens)
    end = places[-1] + 1
    if end < len(tokens) and tokens[end].kind == "slash":  # "?/8"
        end = next((i for i in range(end + 1, len(tokens)) if not tokens[i].text.isdecimal()), len(tokens))
    before, core, after = tokens[: places[0]], tokens[places[0] : end], tokens[end:]
    return "".join((*(token.text for token in before), _digits(number, core), *(token.text for token in after)))


def _digits(number: float, core: tuple[Token, ...]) -> str:
    kinds = [token.kind for token in core]
    if "slash" in kinds:
        return _fraction(number, core)
    point = kinds.index("point") if "point" in kinds else len(core)
    decimals = sum(kind == "digit" for kind in kinds[point:])
    if core[-1].kind == "exponent":
        mantissa, exponent = f"{number:.{decimals}E}".split("E")
        sign = "-" if int(exponent) < 0 else "+" if "+" in core[-1].text else ""
        return f"{mantissa}E{sign}{abs(int(exponent)):0{len(core[-1].text) - 2}d}"
    whole, dot, rest = _rounded(number, decimals).partition(".")
    return _interspersed("" if whole == "0" else whole, core[:point]) + dot + rest


def _interspersed(digits: str, mask: tuple[Token, ...]) -> str:
    """The digits before the point, filled into the mask from the right, literals between them kept ("000-0000")."""
    shown: list[str] = []
    for token in reversed(mask):
        if token.kind == "literal":
            shown.append(token.text)
        elif token.kind == "digit" and (digits or token.text == "0"):
            shown.append(digits[-1:] or "0")
            digits = digits[:-1]
    return digits + "".join(reversed(shown))


def _fraction(number: float, core: tuple[Token, ...]) -> str:
    """`# ?/?` with the denominator that fits best within its digits; `?/8` has a denominator of its own."""
    slash = next(i for i, token in enumerate(core) if token.kind == "slash")
    below = "".join(token.text for token in core[slash + 1 :] if token.kind in {"digit", "literal"}).strip()
    fixed = int(below) if below.isdecimal() else 0
    value = Fraction(f"{number:.{_SIGNIFICANT}g}")
    top, bottom = round(value * fixed), fixed
    if not fixed:
        top, bottom = value.limit_denominator(10 ** max(1, min(len(below), 4)) - 1).as_integer_ratio()
    whole = 0
    if any(token.kind == "literal" and not token.text.strip() for token in core[:slash]):  # "# ?/?"
        whole, top = divmod(top, bottom)
    shown = [str(whole)] if whole else []
    return " ".join([*shown, f"{top}/{bottom}"] if top else shown) or "0"
