"""What a decoder is given, and the fixed sentences of the product, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..retrieval.evidence import Evidence

NOT_TOLD: Mapping[str, str] = {"en": "The documents do not tell.", "zh": "文档中没有说明。"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question, without the sentences that do not ask, and its evidence, numbered from 1 in this order.

    `language` is that of the question.
    """

    question: str
    evidence: tuple[Evidence, ...]
    language: str = "en"


def not_told(language: str) -> str:
    """The sentence that says that the documents do not tell, in the question's language."""
    return NOT_TOLD.get(language, NOT_TOLD["en"])
