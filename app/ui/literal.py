"""Text of documents and models where Streamlit knows only Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/=^\"'])")
_MADE_LATER = re.compile(r"(?i)[:@](?=\S)|www(?=\.)")
_JOINER = "\u2060"


def literal(text: str) -> str:
    """The text with every character that Markdown could take for markup escaped; one line.

    Addresses, emoji and icons (`www.…`, `a@b.org`, `:name:`) are looked for in the finished text, where nothing is
    escaped any more; an invisible word joiner (U+2060) keeps them apart.
    """
    apart = _MADE_LATER.sub(lambda found: found.group() + _JOINER, " ".join(text.replace("\0", "\ufffd").split()))
    return _SPECIAL.sub(r"\\\1", apart)
