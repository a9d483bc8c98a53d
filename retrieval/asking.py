"""Which sentences of a question ask: people greet, tell what they have read, and then ask."""

from __future__ import annotations

from ..indexing.sentences import split_sentences
from ..indexing.tokens import telling_tokens

_MARKS = ("?", "？")
_CLOSING = "\"'”’»」』)）] "
_ADDED_AT_MOST = 3
_LEAST_TOKENS = 3
"""A sentence with fewer words to search for ("Why is that?") asks about the one before it."""


def split_asking(text: str, language: str = "") -> tuple[str, str]:
    """The sentences of `text` that ask, and the others: "" where all do.

    Those ask that end in a question mark, or the last one where none does. Where they have hardly a word to search
    for, what stands before them is part of the question.
    """
    sentences = [text[start:end].strip() for start, end in split_sentences(text, language)]
    if len(sentences) < 2:
        return text, ""
    asking = [sentence.rstrip(_CLOSING).endswith(_MARKS) for sentence in sentences]
    if not any(asking):
        asking[-1] = True
    for _ in range(_ADDED_AT_MOST):
        if all(asking):
            break
        asked, others = (
            " ".join(sentence for sentence, asks in zip(sentences, asking, strict=True) if asks is wanted)
            for wanted in (True, False)
        )
        if len(telling_tokens(asked)) >= _LEAST_TOKENS:
            return asked, others
        first = asking.index(True)
        asking[first - 1 if first else asking.index(False)] = True
    return text, ""
