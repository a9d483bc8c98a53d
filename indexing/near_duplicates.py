"""When two nodes say the same: nearly the same words, and exactly the same numbers.

Words are compared as sets of shingles (three words, or characters of Chinese and Japanese, in a row) by Jaccard's
coefficient. MinHash with banding (Broder 1997; Indyk and Motwani 1998) finds whom to compare with: two texts at the
bound of .8 share one of 10 bands of 4 minima with probability .995, two texts at .95 practically always, two that
have a tenth of their shingles in common once in a thousand times.
Numbers, number words and negations must agree one by one and in order: last year's table is no duplicate of this
year's. Charts are the same only where their pictures are.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .east_asian import EAST_ASIAN
from .search_form import search_form

if TYPE_CHECKING:
    from datasketch import MinHash

RECIPE = "1"
"""Raised whenever the same texts would be compared otherwise: all groups are then made anew."""

SAME_SHINGLES = 0.8
_SHINGLE = 3
_BANDS, _ROWS = 10, 4

_UNIT = re.compile(
    rf"[-+±]?[$€£¥₩₹]?[-+]?\d+(?:[.,:/]\d+)*(?:\s?[%‰])?|[{EAST_ASIAN}]|(?:(?![{EAST_ASIAN}])[^\W\d_])+|[<>=≤≥≠±$€£¥₩₹%‰]"
)
_DECISIVE_WORDS = """
not no never none without nor zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty
fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half double third quarter first second
不 未 无 非 没 否 半 倍 < > = ≤ ≥ ≠ ± $ € £ ¥ ₩ ₹ % ‰
"""
_DECISIVE = frozenset(_DECISIVE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a node is compared. `content` is a digest of 63 bits, equal for texts that differ only in white space,
    case or full-width forms; `decisive` is what must agree exactly.
    """

    content: int
    decisive: str
    shingles: frozenset[str] = field(repr=False)

    def same(self, other: Likeness) -> float:
        """Jaccard's coefficient of the shingles, in [0, 1]; 0 where kinds, pictures or numbers differ."""
        if self.content == other.content:
            return 1.0
        if self.decisive != other.decisive or not self.shingles:
            return 0.0
        return len(self.shingles & other.shingles) / len(self.shingles | other.shingles)

    def bands(self) -> list[int]:
        """Digests of 63 bits: nodes that are alike very likely have one in common. None for a text without words."""
        if not self.shingles:
            return []
        minima = _empty_minhash().copy()
        minima.update_batch([shingle.encode() for shingle in self.shingles])
        values = minima.hashvalues.astype("<u8")
        return [
            _digest(self.decisive.encode(), bytes([band]), values[band * _ROWS : (band + 1) * _ROWS].tobytes())
            for band in range(_BANDS)
        ]


def likeness(kind: str, text: str, picture: str | None) -> Likeness:
    """How a node of this kind and text compares; `picture` is the SHA-256 of its picture."""
    form = search_form(text).casefold()
    units = _UNIT.findall(form)
    decisive = [f"{kind} {picture or ''}", *("".join(unit.split()) for unit in units if _is_decisive(unit))]
    shingles = frozenset(
        " ".join(units[start : start + _SHINGLE]) for start in range(max(1, len(units) - _SHINGLE + 1)) if units
    )
    content = _digest(kind.encode(), (picture or "").encode(), " ".join(form.split()).encode(errors="surrogatepass"))
    return Likeness(content, "\n".join(decisive), shingles)


def _is_decisive(unit: str) -> bool:
    if unit in _DECISIVE or any(character.isdigit() for character in unit):
        return True
    return len(unit) == 1 and unicodedata.numeric(unit, None) is not None


def _digest(*parts: bytes) -> int:
    digest = hashlib.blake2b(b"\0".join(parts), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


@functools.lru_cache(maxsize=1)
def _empty_minhash() -> MinHash:
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, seed=1, scheme="affine32")
