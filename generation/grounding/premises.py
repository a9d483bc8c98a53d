"""What a model reads beside a claim: the evidence that it may rest on, cut to what the model takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...indexing.encoders.token_counter import encodable
from ...indexing.language import detect_language
from ...indexing.sentences import split_sentences
from ...retrieval.evidence import Evidence
from ..answer import Claim

Count = Callable[[Sequence[str]], Sequence[int]]
"""The numbers of tokens of some texts."""
MOST_PIECES = 4
"""Pieces of evidence that a claim is read against, where it cites none."""


def text_of(item: str | Evidence) -> str:
    """A piece of evidence as a model reads it: what stands over it, then the text."""
    if isinstance(item, str):
        return encodable(item)
    return encodable("\n".join(filter(None, (" > ".join(item.headings), item.caption, item.text))))


def candidates(claim: Claim, count: int) -> list[int]:
    """Numbers of the evidence to read a claim against: what it cites, what the rules rest on, else the first few."""
    cited = [number for number in claim.citations if 1 <= number <= count]
    own = [claim.evidence] if claim.evidence is not None else []
    return list(dict.fromkeys((*cited, *own) if cited else (*own, *range(1, min(count, MOST_PIECES) + 1))))


def windows(text: str, most: int, count: Count) -> list[str]:
    """The text in pieces of at most `most` tokens, cut between sentences and lines; a longer sentence stands alone.

    A model cuts what is too long itself, at its end.
    """
    sentences = list(_sentences(text))
    found: list[str] = []
    held, room = "", 0
    for sentence, tokens in zip(sentences, count(sentences), strict=True):
        if held and tokens > room:
            found.append(held)
            held = ""
        room = (room if held else most) - tokens
        held = f"{held} {sentence}".strip()
    return [*found, held] if held else found


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for start, end in split_sentences(line, detect_language(line)):
            if line[start:end].strip():
                yield line[start:end].strip()
