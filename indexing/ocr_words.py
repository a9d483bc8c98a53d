"""Words that OCR has misread by one letter of a like shape, mended by a dictionary: "Middle dass", "Cathollc".

The recogniser is sure of such words, at any scale, so that no second look helps. A word is mended only where the text
is English, the word is in no dictionary, and exactly one word is that it may be misread for.

>>> mended_labels([Label("Middle dass", box), ...])[0].text                           # doctest: +SKIP
'Middle class'
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .language import detect_language
from .loaders.parsed import Label

LOOKALIKES = (
    ("l", "i"),
    ("i", "l"),
    ("d", "cl"),
    ("m", "rn"),
    ("m", "ni"),
    ("rn", "m"),
    ("w", "vv"),
    ("vv", "w"),
    ("n", "ri"),
    ("ri", "n"),
    ("u", "ii"),
    ("h", "li"),
    ("li", "h"),
    ("e", "c"),
    ("c", "e"),
    ("f", "ff"),
    ("l", "ll"),
    ("t", "tt"),
)
"""What is read, and what it may be."""
CUT_OFF = (("r", "n"), ("l", "n"), ("r", "m"), ("l", "h"))
"""The last letter of a line whose right half is cut off, and what it may be."""
SHORTEST = 4
"""Letters of a word that can be told by the others."""
FEWEST = 4
"""Words that tell whether the dictionary is that of their language."""
KNOWN = 0.7
"""Share of the words that it has, then."""
USUAL = {4: 10_000, 5: 1_000, 6: 300}
RARE = 50
"""How often a word of so many letters, or of more, must stand in the dictionary's sources to be what was printed: the
shorter one is, the more abbreviations ("Dems", "intl.", "diff.") and names ("Cohn") look like a rare one.
"""

_WORD = re.compile(r"(?<!\w)[A-Za-z][a-z]+(?!\w)")


def mended_labels(labels: Sequence[Label]) -> tuple[Label, ...]:
    """The labels of a picture with their misread words mended; boxes and confidences stay."""
    words = [word for label in labels for word in _WORD.findall(label.text) if len(word) >= SHORTEST]
    if len(words) < FEWEST or detect_language(" ".join(label.text for label in labels)) != "en":
        return tuple(labels)
    counts = _dictionary()
    known = {word for word in words if word.lower() in counts}
    if len(known) == len(set(words)) or sum(word in known for word in words) < KNOWN * len(words):
        return tuple(labels)
    return tuple(_mended(label, counts) for label in labels)


def _mended(label: Label, counts: Mapping[str, int]) -> Label:
    def mend(match: re.Match[str]) -> str:
        return _right_word(match.group(), counts, is_last=match.end() == len(label.text))

    text = _WORD.sub(mend, label.text)
    return label if text == label.text else replace(label, text=text)


def _right_word(word: str, counts: Mapping[str, int], *, is_last: bool) -> str:
    """The word, or the only one that it may be misread for."""
    lower = word.lower()
    if len(word) < SHORTEST or lower in counts:
        return word
    usual = USUAL.get(len(word), RARE)
    candidates = {candidate for candidate in _candidates(lower, is_last=is_last) if counts.get(candidate, 0) >= usual}
    if len(candidates) != 1:
        return word
    right = candidates.pop()
    return right.capitalize() if word[0].isupper() else right


def _candidates(word: str, *, is_last: bool) -> Iterator[str]:
    for read, printed in LOOKALIKES:
        for match in re.finditer(read, word):
            yield word[: match.start()] + printed + word[match.end() :]
    for read, printed in CUT_OFF if is_last else ():
        if word.endswith(read):
            yield word[: -len(read)] + printed


@functools.cache
def _dictionary() -> Mapping[str, int]:
    """How often each word stands in the texts that pyspellchecker's English dictionary was made from."""
    from spellchecker import SpellChecker

    counts: Mapping[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return counts
