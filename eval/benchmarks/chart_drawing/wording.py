"""Setting texts: line breaks, letter case, contrast."""

from __future__ import annotations

import textwrap

from .content import Content
from .legibility import text_width
from .styles import Look

_SMALL_WORDS = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])


def title_text(content: Content, look: Look) -> str:
    """The title in the style's letter case."""
    if content.language != "en" or look.title_case == "sentence":
        return content.title
    if look.title_case == "upper":
        return content.title.upper()
    words = content.title.split(" ")
    return " ".join(w if n and w in _SMALL_WORDS else w[:1].upper() + w[1:] for n, w in enumerate(words))


def title_lines(content: Content, look: Look, width: float) -> list[str]:
    """The title broken into lines of `width` points."""
    wide = look.bold_title or "Mono" in look.font or look.title_case == "upper"
    return wrapped(title_text(content, look), width / look.title_size, 0.66 if wide else 0.57)


def wrapped(text: str, ems: float, letter: float = 0.57) -> list[str]:
    """Lines of at most `ems` times the font size; East Asian text breaks anywhere but before punctuation."""
    if text.isascii() or not any(ord(character) > 0x2E7F for character in text):
        return textwrap.wrap(text, max(int(ems / letter), 4), break_long_words=False) or [text]
    lines, line, used = [], "", 0.0
    for character in text:
        advance = 1.0 if ord(character) > 0x2E7F else letter
        if used + advance > ems and character not in "，。：；、）】" and line:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + advance
    return [*lines, line]


def contrast(colour: str) -> str:
    """Black or white, whichever reads better on `colour`."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else "#111111"


def category_turn(names: tuple[str, ...], slot: float, size: float, preferred: int) -> int:
    """The angle of the category labels: the style's, or a slant where level words do not fit slots of this width."""
    widest = max(text_width(word, size) for name in names for word in wrapped(name, 0.95 * slot / size))
    return preferred if preferred or widest < slot else 45
