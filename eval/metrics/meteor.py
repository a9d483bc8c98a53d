"""METEOR (Banerjee and Lavie, 2005) by NLTK, without WordNet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version

from ...indexing.east_asian import EAST_ASIAN
from .packages import require
from .porter import CachedPorter
from .protocol import Value, best

_TOKEN = re.compile(rf"[{EAST_ASIAN}]|[^\W{EAST_ASIAN}]+|[^\w\s]")


class Meteor:
    """Exact words, then stems, with a penalty for broken order.

    WordNet's synonyms are a download, so they are left out, and the name says so: the figures stand below those of
    the full metric. Words and marks are tokens, in lower case; Chinese goes by characters.
    """

    name = "meteor_exact_stem"

    def __init__(self) -> None:
        require("nltk")
        self.signature = (
            f"METEOR exact+stem|tok:words, Chinese characters|alpha:.9|beta:3|gamma:.5|v:nltk {version('nltk')}"
        )

    def score(self, answers: Sequence[str], references: Sequence[Sequence[str]]) -> list[Value]:
        """Take the best reference of each item."""
        return [
            best([_meteor(answer, reference) for reference in known])
            for answer, known in zip(answers, references, strict=True)
        ]


def meteor_tokens(text: str) -> list[str]:
    """What is aligned."""
    return _TOKEN.findall(text.lower())


class NoSynonyms:
    """Stands where NLTK asks for WordNet."""

    def synsets(self, _word: str) -> list[object]:
        """None of any word."""
        return []


def _meteor(answer: str, reference: str) -> float:
    from nltk.translate.meteor_score import single_meteor_score

    tokens = meteor_tokens(reference), meteor_tokens(answer)
    return float(single_meteor_score(*tokens, stemmer=CachedPorter(), wordnet=NoSynonyms()))
