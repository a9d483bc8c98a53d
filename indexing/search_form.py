"""The form in which texts are compared: spellings that people take for the same become the same.

Search tokens, duplicates and the text encoder see this form; what is shown, quoted and pointed at stays as printed.

- Compatibility forms by NFKC: full-width letters, ligatures (`ﬁ`), Kangxi radicals; and, which NFKC leaves, the
  radicals of the supplement, which some PDF fonts write instead of characters (`⻓` for `长`).
- Soft hyphens (with the line end behind them), zero-width characters, directional marks and variation
  selectors go.
- Traditional Chinese becomes Simplified (OpenCC's `t2s`), which many characters share: the other way would guess.
- `营 业 收 入`, as PDFs with letter-spacing give it, is closed; a space between words of two or more stays.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, for use within brackets of a regular expression."""

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufeff\uffa0"
)
_VARIATION_SELECTORS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]

# Unicode's EquivalentUnifiedIdeograph.txt, those that are characters and not mere parts of some.
_RADICALS = (
    "⺁厂⺏尣⺐尢⺒巳⺓幺⺕彐⺛旡⺜日⺝月⺞歹⺠民⺩王⺪疋⺫目⺬示⺶羊⺷羊⺸羊⺼肉⺽臼⻁虎⻃覀⻄西⻅见⻆角⻇角⻉贝⻋车"
    "⻑長⻒镸⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟食⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)

_EQUAL = str.maketrans(
    {
        "’": "'",
        "ʼ": "'",
        "\u2212": "-",  # minus
        "\u2010": "-",  # the two hyphens that are not ASCII's
        "\u2011": "-",
        **dict.fromkeys(_INVISIBLE, ""),
        **{chr(selector): "" for selector in _VARIATION_SELECTORS},
        **dict.fromkeys("™℠®©", " "),  # NFKC would glue "TM" to the word
        **{digit: f" {unicodedata.digit(digit)}" for digit in "⁰¹²³⁴⁵⁶⁷⁸⁹"},  # footnote marks and exponents
        **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
    }
)

_BROKEN_SOFTLY = re.compile(r"\u00ad[ \t]*\n[ \t]*")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
# Possessive, and never from within a run: a long text without spaces is looked at once.
_SPACED_HAN = re.compile(rf"(?<![{HAN}])[{HAN}]++(?:[ \t]++[{HAN}]++)+")
_SURROGATES = re.compile("([\ud800-\udfff]+)")
_ONE_ALONE = re.compile(r"(?:^|[ \t])[^ \t](?:[ \t]|$)")


def search_form(text: str) -> str:
    """`text` as it is compared. Case, punctuation and digits stay; the form of a form is itself."""
    if text.isascii():
        return text
    text = _BROKEN_SOFTLY.sub("", text)
    text = unicodedata.normalize("NFKC", text.translate(_EQUAL)).translate(_EQUAL)
    if not _HAN_CHARACTER.search(text):
        return text
    return _to_simplified()(_SPACED_HAN.sub(_closed, text))


def _closed(spaced: re.Match[str]) -> str:
    """Chinese without its spaces, where a character stands alone between them: words seldom do."""
    text = spaced.group()
    return "".join(text.split()) if _ONE_ALONE.search(text) else text


@functools.lru_cache(maxsize=1)
def _to_simplified() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    # Some characters take two steps, and what stands beside them may change in the first: 薴 -> 苧 -> 苎.
    # Lone surrogates, as file names may hold, are no Unicode text, which is all that OpenCC takes.
    return lambda text: "".join(
        part if _SURROGATES.match(part) else convert(convert(part)) for part in _SURROGATES.split(text)
    )
