"""A question, made ready for every channel once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import QueryError
from ..indexing.filters import parse_where
from ..indexing.language import detect_language
from ..indexing.search_form import search_form
from ..indexing.tokens import query_tokens, telling_tokens
from .asking import split_asking
from .derived_figures import lines_behind
from .signals import Signal, find_signals

Where = Mapping[str, object]

MAX_CHARACTERS = 20_000
MAX_QUESTIONS = 16
_ASKED_COUNTS = 10
"""How often a word of the sentences that ask is searched for, when other sentences stand beside them."""


@dataclass(frozen=True, slots=True)
class Query:
    """The question's text without control characters, its search tokens, and the filter.

    Of a text of several sentences `asked` is what asks and `others` the rest ("" where all of it asks); `behind` are
    the lines of the accounts that a figure asked for comes from. A token stands in `tokens` as often as it counts.
    `language` is that of the question, as `indexing.language` names it ("" where that cannot be told); `signals` is
    what the question insists on.
    """

    text: str
    tokens: tuple[str, ...]
    where: Where | None = None
    original: str = field(default="", repr=False)
    language: str = ""
    signals: tuple[Signal, ...] = ()
    asked: str = ""
    others: str = ""
    behind: str = ""

    @property
    def phrases(self) -> tuple[str, ...]:
        """What stands in quotation marks in the sentences that ask."""
        return tuple(signal.text for signal in self.signals if signal.kind == "phrase")


def parse_queries(question: str | Sequence[str], where: Where | None = None) -> tuple[Query, ...]:
    """The question, or each of several once.

    Raises `QueryError` as `parse_query` does, and for none or more than 16 questions.
    """
    questions = [question] if isinstance(question, str) else question
    if not isinstance(questions, Sequence):
        raise QueryError(f"The question is {type(question).__name__}, not text.", hint="Ask in a few words.")
    if not 0 < len(questions) <= MAX_QUESTIONS:
        raise QueryError(f"There are {len(questions)} questions.", hint=f"Ask 1 to {MAX_QUESTIONS} at a time.")
    queries = [parse_query(text, where) for text in questions]
    return tuple({query.text: query for query in queries}.values())


def parse_query(text: str, where: Where | None = None) -> Query:
    """Clean the question.

    Raises `QueryError` where nothing is left to search for, the text is longer than 20,000 characters, or the filter
    cannot be meant.
    """
    parse_where(where)
    if not isinstance(text, str):
        raise QueryError(f"The question is {type(text).__name__}, not text.", hint="Ask in a few words.")
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"The question has {len(text)} characters.", hint=f"Ask with at most {MAX_CHARACTERS}.")
    visible = "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in text)
    cleaned = " ".join(visible.split())
    if not search_form(cleaned).strip():  # nothing, or only what nobody sees, such as directional marks
        raise QueryError("The question is empty.", hint="Ask in a few words.")
    language = detect_language(cleaned)
    asked, others = split_asking(cleaned, language)
    behind = lines_behind(asked)
    tokens = query_tokens(asked) + query_tokens(behind)
    if others:
        tokens = tokens * _ASKED_COUNTS + telling_tokens(others)
    signals = find_signals(cleaned, asked)
    return Query(cleaned, tuple(tokens), where or None, text, language, signals, asked, others, behind)
