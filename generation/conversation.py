"""A follow-up question made to stand alone, by rules: without a language model, what was asked before carries over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..indexing.language import detect_language
from ..indexing.tokens import query_tokens
from ..retrieval.asking import as_question, refers_back

Turn = Mapping[str, str]
"""`{"role": "user" | "assistant", "content": …}`, as in chat APIs."""

_SHORT_TOKENS = 3


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question with the previous one in front where it refers back to it or is too short to stand alone.

    Both then ask, whatever their wording: neither is to count as what is merely told beside the other.
    """
    earlier = [turn["content"] for turn in history if turn.get("role") == "user" and turn.get("content", "").strip()]
    if not earlier:
        return question
    dependent = refers_back(question) or len(query_tokens(question)) <= _SHORT_TOKENS
    if not dependent:
        return question
    return " ".join(as_question(text, detect_language(text)) for text in (earlier[-1].strip(), question))
