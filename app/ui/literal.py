"""Text of documents and models where Streamlit knows only Markdown."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&@/])")


def literal(text: str) -> str:
    """The text with every character that Markdown could take for markup escaped; one line.

    Colons, too, by which Streamlit writes colours and symbols, and slashes, by which links are recognised.
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
