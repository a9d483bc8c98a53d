"""Answers brought to one form before they are compared, as question answering does (Rajpurkar et al., EMNLP 2016).

English: lower case, no ASCII punctuation, no articles, words at spaces. Chinese, as in CMRC 2018 (Cui et al., EMNLP
2019): no punctuation of either kind, every Chinese, Japanese or Korean character a token, other words whole.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata

from ...indexing.east_asian import EAST_ASIAN

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_ASCII = dict.fromkeys(map(ord, string.punctuation))
_PUNCTUATION = _ASCII | dict.fromkeys(
    code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "P"
)
_TOKEN = re.compile(rf"[{EAST_ASIAN}]|[^\s{EAST_ASIAN}]+")


def normalised_tokens(text: str, language: str) -> list[str]:
    """The tokens that count; `language` "zh" parts Chinese into characters, any other is treated as English."""
    text = text.lower()
    if language == "zh":
        return _TOKEN.findall(text.translate(_PUNCTUATION))
    return _ARTICLES.sub(" ", text.translate(_ASCII)).split()


def tokenizer_name(language: str) -> str:
    """What `normalised_tokens` does, for a signature."""
    return "cmrc-characters" if language == "zh" else "squad"
