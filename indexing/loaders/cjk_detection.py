"""Which of the legacy Chinese, Japanese and Korean encodings a text is in, sound also for a few characters.

General detectors need a paragraph; file names, captions and table cells give four characters. So each encoding is
described by the zones of its code table and how much of running text falls into each, and the one under which the
bytes are most probable wins (naive Bayes over zones). Code charts: GB/T 2312, Big5, JIS X 0208, KS X 1001.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

_MIN_COMMON = 0.8
"""At least this share of a text's characters is common in its language; other bytes are not that encoding."""

_SAMPLE_CHARACTERS = 20_000
_ASCII_LOG_DENSITY = math.log(1 / 60)
_RARE_LOG_DENSITY = math.log(0.03 / 20_000)
_FREQUENT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class _Zone:
    """Lead bytes and trail bytes (inclusive ranges) and the share of running text that falls there."""

    lead: tuple[int, int]
    trails: tuple[tuple[int, int], ...]
    share: float

    def holds(self, code: bytes) -> bool:
        return (
            len(code) == 2
            and self.lead[0] <= code[0] <= self.lead[1]
            and any(low <= code[1] <= high for low, high in self.trails)
        )

    @property
    def log_density(self) -> float:
        size = (self.lead[1] - self.lead[0] + 1) * sum(high - low + 1 for low, high in self.trails)
        return math.log(self.share / size)


@dataclass(frozen=True, slots=True)
class _Encoding:
    codec: str
    prior: float
    zones: tuple[_Zone, ...]
    frequent: str = ""
    """Characters so frequent that they make up `_FREQUENT_SHARE` of running text by themselves."""

    def log_density(self, character: str) -> tuple[float, bool]:
        """Logarithm of the probability of one character that is not ASCII, and whether it is a common one."""
        if character in self.frequent:
            return math.log(_FREQUENT_SHARE / len(self.frequent)), True
        code = character.encode(self.codec, "replace")
        zone = next((zone for zone in self.zones if zone.holds(code)), None)
        return (zone.log_density, True) if zone else (_RARE_LOG_DENSITY, False)


_UPPER = ((0xA1, 0xFE),)
_BIG5_TRAILS = ((0x40, 0x7E), (0xA1, 0xFE))

_ENCODINGS = (
    _Encoding(
        "gb18030",
        0.7,
        (
            _Zone((0xB0, 0xC8), _UPPER, 0.42),  # common characters, ordered by pinyin a to r
            _Zone((0xC9, 0xD7), _UPPER, 0.42),  # and s to z
            _Zone((0xA1, 0xA1), _UPPER, 0.09),  # punctuation
            _Zone((0xA3, 0xA3), _UPPER, 0.04),  # full-width forms
        ),
    ),
    _Encoding(
        "big5hkscs",
        0.15,
        (_Zone((0xA4, 0xC6), _BIG5_TRAILS, 0.85), _Zone((0xA1, 0xA1), _BIG5_TRAILS, 0.12)),
    ),
    _Encoding(
        "cp932",
        0.1,
        (
            _Zone((0x82, 0x82), ((0x9F, 0xF1),), 0.46),  # hiragana
            _Zone((0x83, 0x83), ((0x40, 0x96),), 0.12),  # katakana
            _Zone((0x81, 0x81), ((0x40, 0xAC),), 0.12),  # punctuation
            _Zone((0x88, 0x97), ((0x40, 0x7E), (0x80, 0xFC)), 0.27),  # common kanji
        ),
    ),
    _Encoding(
        "euc_jp",
        0.05,
        (
            _Zone((0xA4, 0xA4), ((0xA1, 0xF3),), 0.46),
            _Zone((0xA5, 0xA5), ((0xA1, 0xF6),), 0.12),
            _Zone((0xA1, 0xA1), _UPPER, 0.12),
            _Zone((0xB0, 0xCF), _UPPER, 0.27),
        ),
    ),
    _Encoding(
        "cp949",
        0.002,
        (_Zone((0xB0, 0xC8), _UPPER, 0.34), _Zone((0xA1, 0xA3), _UPPER, 0.03)),
        # Every Korean syllable is also a common Chinese character; only which ones are frequent tells them apart.
        frequent="이다는의에가고하을지한로도사은를서기자인대어그리있나시아것들정해수과니일만전부여라보상으제적게관주면안동장원성스구조국연경오비위",
    ),
)


def detect_cjk(data: bytes) -> str | None:
    """The codec (`gb18030`, `big5hkscs`, `cp932`, `euc_jp` or `cp949`) that decodes all of `data` and makes it the
    most probable text, or None where the bytes are no such text. Earlier in that list wins a tie.
    """
    best: tuple[float, str] | None = None
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding.codec)
        except UnicodeDecodeError:
            continue
        score = _log_probability(text[:_SAMPLE_CHARACTERS], encoding)
        if score is not None and (best is None or score > best[0]):
            best = (score, encoding.codec)
    return best[1] if best else None


def _log_probability(text: str, encoding: _Encoding) -> float | None:
    """Logarithm of the text's probability; None where too few of its characters are common ones."""
    total, common, wide = math.log(encoding.prior), 0, 0
    for character, count in Counter(text).items():
        if character.isascii():
            total += count * _ASCII_LOG_DENSITY
            continue
        log_density, is_common = encoding.log_density(character)
        total += count * log_density
        wide += count
        common += count * is_common
    return total if wide and common >= _MIN_COMMON * wide else None
