"""Format codes of Office files, taken apart: `#,##0.00;[Red]-#,##0.00` has two sections with digits, signs, words.

Source: ECMA-376 part 1, 18.8.31 (numFmts). Colours, fill characters and paddings are dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-]0+)"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4})|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LONGEST_CODE = 255
_SYSTEM_DATE = "mm-dd-yy"
"""The built-in short date, which every program shows in its user's own order: it is written as ISO 8601 instead."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a format: `kind` is literal, digit, point, comma, percent, exponent, slash, general, date
    or elapsed.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """What is between two semicolons. `condition`, a comparison and its bound, says when it holds."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None = None

    @cached_property
    def is_date(self) -> bool:
        """Whether it displays days or times."""
        return any(token.kind in {"date", "elapsed"} for token in self.tokens)

    @cached_property
    def scale(self) -> float:
        """Times the stored value that the digits displayed are."""
        percents = sum(token.kind == "percent" for token in self.tokens)
        return 100.0**percents / 1000.0 ** _scaling_commas(self.tokens)

    @cached_property
    def layout(self) -> Layout | None:
        """The usual form, prepared; None for a form that needs its tokens."""
        return _layout(self.tokens)


@dataclass(frozen=True, slots=True)
class Layout:
    """`prefix #,##0.00 suffix`: how many decimals at least and at most, how many digits before the point at least."""

    prefix: str
    suffix: str
    decimals: tuple[int, int]
    whole: int
    grouped: bool


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a code, one at least. Too long a code counts as General."""
    if not code or len(code) > _LONGEST_CODE:
        code = "General"
    code = "yyyy-mm-dd" if code == _SYSTEM_DATE else code
    sections: list[Section] = []
    tokens: list[Token] = []
    condition: tuple[str, float] | None = None
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            sections.append(Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif match["bracket"] is not None and (found := _CONDITION.fullmatch(match["bracket"])):
            condition = (found[1], float(found[2]) if found[2].count(".") < 2 else 0.0)
        elif token := _token(match):
            tokens.append(token)
    return (*sections, Section(tuple(tokens), condition))


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
    kinds = {".": "point", ",": "comma", "/": "slash", "@": "general", "%": "percent"}
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


def _layout(tokens: tuple[Token, ...]) -> Layout | None:
    places = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    if not places or any(token.kind in {"general", "exponent", "slash"} for token in tokens):
        return None
    first, last = places[0], places[-1]
    if first and tokens[first - 1].kind == "point":  # ".00"
        first -= 1
    core = tokens[first : last + 1]
    if any(token.kind in {"literal", "percent"} for token in core):
        return None
    kinds = [token.kind for token in core]
    point = kinds.index("point") if "point" in kinds else len(core)
    mask = "".join(token.text for token in core[point:] if token.kind == "digit")
    sides = [
        "".join(t.text for t in side if t.kind not in {"comma", "point"})
        for side in (tokens[:first], tokens[last + 1 :])
    ]
    whole = sum(token.text == "0" for token in core[:point])
    return Layout(sides[0], sides[1], (mask.rfind("0") + 1, len(mask)), whole, "comma" in kinds[:point])
