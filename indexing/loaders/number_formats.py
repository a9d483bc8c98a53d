"""Numbers and dates of spreadsheets and charts as they are displayed, by the format codes of Office files.

>>> format_number(0.4137, "0.0%")
'41.4%'
>>> format_number(-1234.5, '"$"#,##0.00_);("$"#,##0.00)')
'($1,234.50)'

Source: ECMA-376 part 1, 18.8.31 (numFmts). Colours, fill characters and paddings are dropped.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from .date_formats import format_date

Value = float | date | time | timedelta
"""What a formatted cell holds; dates may come as serial numbers, too."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-]0+)"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4})|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LONGEST_CODE = 255
_SIGNIFICANT = 15
_SYSTEM_DATE = "mm-dd-yy"
"""The built-in short date, which every program shows in its user's own order: it is written as ISO 8601 instead."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a format: `kind` is literal, digit, point, comma, exponent, slash, general, date or elapsed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None = None

    @property
    def is_date(self) -> bool:
        return any(token.kind in {"date", "elapsed"} for token in self.tokens)

    @property
    def scale(self) -> float:
        """Times the stored value that the digits displayed are."""
        percents = sum(token.kind == "literal" and token.text == "%" for token in self.tokens)
        return 100.0**percents / 1000.0 ** _scaling_commas(self.tokens)


def format_number(value: Value, code: str, *, epoch_1904: bool = False) -> str:
    """`value` as the format `code` displays it. A code that cannot be followed displays as General does."""
    section, negative = _section(value, code)
    if section.is_date or not isinstance(value, int | float):
        return format_date(value, section.tokens, epoch_1904=epoch_1904) or general(value)
    if not math.isfinite(value):
        return str(value)
    text = _number(abs(value) * section.scale, section.tokens).strip()
    return f"-{text}" if negative and re.search("[1-9]", text) else text


def display_scale(code: str) -> float:
    """Times the stored value that the digits displayed are: 100 for `0%`, 0.001 for `#,##0,`."""
    return _sections(code)[0].scale


def is_date_format(code: str) -> bool:
    """Whether the code displays a number as a date or time."""
    return _sections(code)[0].is_date


def general(value: Value) -> str:
    """A value without a format: no more digits than eleven, as spreadsheets show it; dates in ISO 8601."""
    if not isinstance(value, int | float):
        return str(value)
    if math.isfinite(value) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.11g}"


def _section(value: Value, code: str) -> tuple[_Section, bool]:
    """The section that holds for `value`, and whether a minus sign goes in front."""
    sections = _sections(code)
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


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    if not code or len(code) > _LONGEST_CODE:
        code = "General"
    code = "yyyy-mm-dd" if code == _SYSTEM_DATE else code
    sections: list[_Section] = []
    tokens: list[Token] = []
    condition: tuple[str, float] | None = None
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif match["bracket"] is not None and (found := _CONDITION.fullmatch(match["bracket"])):
            condition = (found[1], float(found[2]) if found[2].count(".") < 2 else 0.0)
        elif token := _token(match):
            tokens.append(token)
    return (*sections, _Section(tuple(tokens), condition))


def _token(match: re.Match[str]) -> Token | None:
    for group in ("quoted", "escaped"):
        if match[group] is not None:
            return Token("literal", match[group])
    if match["bracket"] is not None:
        return _bracket(match["bracket"])
    for group in ("general", "exponent", "digit"):
        if match[group]:
            return Token(group, match[group])
    if match["half"] or match["date"]:
        return Token("date", (match["half"] or match["date"]).lower())
    kinds = {".": "point", ",": "comma", "/": "slash", "@": "general"}
    return Token(kinds.get(match["other"], "literal"), match["other"]) if match["other"] else None


def _bracket(inside: str) -> Token | None:
    """`[$€-407]` is the sign €, `[h]` are hours beyond a day; colours and languages show nothing."""
    if inside.startswith("$"):
        return Token("literal", inside[1:].partition("-")[0])
    return Token("elapsed", inside.lower()) if _ELAPSED.fullmatch(inside) else None


def _scaling_commas(tokens: tuple[Token, ...]) -> int:
    """Commas right behind the last digit, or the last before the point: each divides by a thousand."""
    point = next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    digits = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    ends = {max((i for i in digits if i < point), default=-1), max(digits, default=-1)} - {-1}
    commas = 0
    for end in ends:
        behind = tokens[end + 1 :]
        commas += next((i for i, token in enumerate(behind) if token.kind != "comma"), len(behind))
    return commas


def _number(number: float, tokens: tuple[Token, ...]) -> str:
    if any(token.kind == "general" for token in tokens):
        return "".join(general(number) if token.kind == "general" else token.text for token in tokens)
    places = [i for i, token in enumerate(tokens) if token.kind in {"digit", "exponent"}]
    if not places:
        return "".join(token.text for token in tokens)
    before, core, after = tokens[: places[0]], tokens[places[0] : places[-1] + 1], tokens[places[-1] + 1 :]
    if before and before[-1].kind == "point":  # ".00"
        before, core = before[:-1], (before[-1], *core)
    sides = ["".join(t.text for t in side if t.kind not in {"comma", "point"}) for side in (before, after)]
    return sides[0] + _digits(number, core) + sides[1]


def _digits(number: float, core: tuple[Token, ...]) -> str:
    kinds = [token.kind for token in core]
    if "slash" in kinds:
        return _fraction(number, core)
    point = kinds.index("point") if "point" in kinds else len(core)
    mask = "".join(token.text for token in core[point:] if token.kind == "digit")
    if core[-1].kind == "exponent":
        mantissa, exponent = f"{number:.{len(mask)}E}".split("E")
        sign = "-" if int(exponent) < 0 else "+" if "+" in core[-1].text else ""
        return f"{mantissa}E{sign}{abs(int(exponent)):0{len(core[-1].text) - 2}d}"
    # As spreadsheets do: halves are rounded up, in the decimal form of fifteen digits.
    step = Decimal(1).scaleb(-len(mask))
    rounded = Decimal(f"{number:.{_SIGNIFICANT}g}")
    if rounded.adjusted() + len(mask) < 27:  # the default context's precision
        rounded = rounded.quantize(step, ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:f}".partition(".")
    kept = decimals.rstrip("0")
    decimals = kept + "0" * (mask.rfind("0") + 1 - len(kept))
    has_comma = any(kind == "comma" for kind in kinds[:point])
    return _whole("" if whole == "0" else whole, core[:point], grouped=has_comma) + (f".{decimals}" if decimals else "")


def _whole(digits: str, mask: tuple[Token, ...], *, grouped: bool) -> str:
    """The digits before the point, filled into the mask from the right, literals between them kept."""
    slots = [token for token in mask if token.kind in {"digit", "literal"}]
    needed = sum(token.text == "0" for token in slots if token.kind == "digit")
    digits = digits.rjust(needed, "0")
    if all(token.kind == "digit" for token in slots):
        return f"{int(digits):,}".rjust(len(digits), "0") if grouped and digits else digits
    shown: list[str] = []
    for token in reversed(slots):
        if token.kind == "literal":
            shown.append(token.text)
        elif digits:
            shown.append(digits[-1])
            digits = digits[:-1]
    return digits + "".join(reversed(shown))


def _fraction(number: float, core: tuple[Token, ...]) -> str:
    slash = next(i for i, token in enumerate(core) if token.kind == "slash")
    below = "".join(token.text for token in core[slash + 1 :] if token.kind in {"digit", "literal"}).strip()
    fixed = int(below) if below.isdecimal() and int(below) else 0
    whole, part = divmod(Fraction(f"{number:.{_SIGNIFICANT}g}"), 1)
    limit = 10 ** max(1, min(len(below), 4)) - 1
    part = Fraction(round(part * fixed), fixed) if fixed else part.limit_denominator(limit)
    whole, part = whole + part // 1, part % 1
    return " ".join(str(piece) for piece in (whole, part) if piece) or "0"
