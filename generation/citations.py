"""`[n]` in a text: where the citations are, and what the sentence without them says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..indexing.language import detect_language
from ..indexing.sentences import split_sentences

_MARK = re.compile(r"[\[［【](\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]］】]")
_CITATION = re.compile(rf"\s*{_MARK.pattern}")
_LEADING = re.compile(rf"^(?:{_CITATION.pattern})+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer without its citation marks, and the numbers it cites in order."""

    text: str
    citations: tuple[int, ...]


def statements(text: str) -> list[Statement]:
    """Split an answer into statements. A citation behind a full stop belongs to the sentence that it follows."""
    found: list[Statement] = []
    for sentence in _sentences(text):
        numbers = tuple(
            dict.fromkeys(int(number) for group in _CITATION.findall(sentence) for number in re.findall(r"\d+", group))
        )
        plain = _CITATION.sub("", sentence).strip()
        if plain:
            found.append(Statement(plain, numbers))
        elif numbers and found:
            found[-1] = Statement(found[-1].text, tuple(dict.fromkeys((*found[-1].citations, *numbers))))
    return found


def quoted(text: str) -> str:
    """Words of a document, ready to stand in an answer: its own `[3]` becomes `(3)`, which nobody takes for ours."""
    return _MARK.sub(r"(\1)", text)


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for line in text.splitlines():
        for start, end in split_sentences(line, detect_language(line)):
            sentence = line[start:end]
            leading = _LEADING.match(sentence)
            if leading and sentences:
                sentences[-1] += leading.group()
                sentence = sentence[leading.end() :]
            if sentence.strip():
                sentences.append(sentence)
    return sentences
