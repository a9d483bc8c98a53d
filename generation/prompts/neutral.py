"""Text of documents made harmless for a prompt: it can be read, but it cannot pass for anything but evidence.

What a document may try: to close its fence and speak as the system, to write a model's control tokens or tool calls,
to hide words from people but not from models, and to carry citations of its own. Nothing of that is deleted but what
nobody can see; the rest is written with other brackets.
"""

from __future__ import annotations

import re
import unicodedata

from ..citations import quoted

_TAG_OPENS = re.compile(r"[<＜](?=[^\s\d.,=-]|\s+[/|]|\s+[\w:-]+\s*(?:[/|]\s*)?[>＞]|\s+[\w:-]+\s+[\w:-]+\s*=)")
"""Models read "< /conversation>", "< think >" and "< evidence number=..." as tags, too."""
_TAG_CLOSES = re.compile(r"(?<=[^\s\d=-])[>＞]")
_BRACKETED_TOKEN = re.compile(r"[\[［](\s*/?\s*[A-Z][A-Z_]{2,}\s*)[\]］]")
"""`[INST]`, `[/INST]`, `[TOOL_CALLS]`, `[SEP]` and their like."""
_INVISIBLE = frozenset({"Cf", "Co", "Cs", "Cn"})
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef\u115f\u1160\u3164\uffa0]")
"""Variation selectors and fillers: they look like nothing, and whole sentences have been hidden in them."""


def neutral(text: str) -> str:
    """A text of a document, ready to stand inside a fence; one line stays one line.

    Idempotent. `a < b` and `p <0.05` stay as they are.
    """
    return quoted(unmarked(text))


def unmarked(text: str) -> str:
    """The text without control tokens, markup and hidden characters; citations stay. For what the user says."""
    visible = _SELECTORS.sub("", "".join(map(_visible, text)))
    untagged = _TAG_CLOSES.sub("›", _TAG_OPENS.sub("‹", visible))
    return _BRACKETED_TOKEN.sub(r"(\1)", untagged)


def on_one_line(text: str) -> str:
    """`neutral`, with all white space turned into single blanks: a name or cell cannot begin lines of its own."""
    return " ".join(neutral(text).split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return character if character in "\n\t" else " "
    if character in "\u2028\u2029":
        return "\n"
    return "" if category in _INVISIBLE else character
