"""A question, made ready for every channel once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import QueryError
from ..indexing.tokens import query_tokens

Where = Mapping[str, object]

MAX_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Query:
    """The question's text without control characters, its search tokens, and the filter."""

    text: str
    tokens: tuple[str, ...]
    where: Where | None = None
    original: str = field(default="", repr=False)


def parse_query(text: str, where: Where | None = None) -> Query:
    """Clean the question.

    Raises `QueryError` where nothing is left to search for, or the text is longer than 20,000 characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"The question has {len(text)} characters.", hint=f"Ask with at most {MAX_CHARACTERS}.")
    visible = "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in text)
    cleaned = " ".join(visible.split())
    if not cleaned:
        raise QueryError("The question is empty.", hint="Ask in a few words.")
    return Query(cleaned, tuple(query_tokens(cleaned)), where or None, text)
