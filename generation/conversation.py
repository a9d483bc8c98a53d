"""A follow-up question made to stand alone, by rules: names, years and measures of what was said before carry over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..errors import QueryError
from ..indexing.language import detect_language
from ..indexing.tokens import query_tokens
from ..retrieval.asking import as_question, refers_back
from ..retrieval.query import MAX_CHARACTERS
from .citations import without_citations

Turn = Mapping[str, str]
"""`{"role": "user" | "assistant", "content": …}`, as in chat APIs."""

MOST_TURNS = 12
"""What was said before these counts no more."""
_SHORT_TOKENS = 3
_MOST_NAMES = 2
_ANSWER_READ = 400
"""Characters of an answer in which the names are looked for that a follow-up may mean."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NAME = re.compile(
    r"(?<![\w.])[A-Z][\w&.’'-]*\w(?:\s+(?:of\s+)?[A-Z][\w&.’'-]*\w)*"
    r"|[\u4e00-\u9fff]{2,8}?(?:公司|集团|银行|大学|部门|地区|区域)"
)
_EMPTY = re.compile(
    r"\b(?:and|but|or|so|then|what|how|about|for|in|of|the|year|fiscal|fy|same|was|were|it|is|did|do|does|that|also|with|"
    r"only|just|please|ok|okay)\b|那么|那|呢|的|在|年度?|怎么样|如何|又|还有|而|则|对于|换成|情况",
    re.IGNORECASE,
)
_OPENERS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "but",
        "by",
        "can",
        "compare",
        "could",
        "describe",
        "did",
        "do",
        "does",
        "for",
        "from",
        "give",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "is",
        "it",
        "list",
        "name",
        "of",
        "on",
        "or",
        "please",
        "show",
        "summarise",
        "summarize",
        "tell",
        "that",
        "the",
        "their",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
    ]
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|there)\b|它|(?<![其耳吉])他(?![国乡])|她|该|其(?!他)|这家|那家|上述|那里",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"哪|该|这|那[一些个家两]|其|各|某|本|每|上述|几|多少")
"""With one of these in front it is no name of a company: some company is asked for, or meant."""
_HAN_LEAD = re.compile(r"那么?|还有|换成|对于|请问|和|与|跟|在")


def require_turns(history: object) -> None:
    """Raise `QueryError` where a history is no sequence of turns, naming the first that is none."""
    hint = 'Give a list of {"role": "user", "content": "..."} and {"role": "assistant", "content": "..."}.'
    if not isinstance(history, Sequence) or isinstance(history, str):
        raise QueryError(f"The history is {type(history).__name__}, not a list of turns.", hint=hint)
    for number, turn in enumerate(history, start=1):
        if not isinstance(turn, Mapping) or not all(isinstance(turn.get(name), str) for name in ("role", "content")):
            raise QueryError(f"Turn {number} of the history has no role and content.", hint=hint)


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question made complete by what was said before; as it is where it stands alone.

    "And in 2021?" takes the place of the year in the question before, "What about Adobe?" that of the name. Else the
    question before goes in front: both then ask, neither is merely told beside the other. Where "it" or "they" has no
    name to mean in the questions, names of the answer before are added. Earlier follow-ups are completed first. Where
    all that is too long to be asked, the question is left as it is.
    """
    complete, answered = "", ""
    for turn in history[-MOST_TURNS:]:
        content = turn.get("content", "").strip()
        if content and turn.get("role") == "user":
            complete, answered = _completed(content, complete, answered), ""
        elif content and turn.get("role") == "assistant":
            answered = without_citations(content)
    whole = _completed(question, complete, answered)
    return whole if len(whole) <= MAX_CHARACTERS else question


def _completed(question: str, before: str, answered: str) -> str:
    if not before:
        return question
    if not refers_back(question) and len(query_tokens(question)) > _SHORT_TOKENS:
        return question
    return _in_place(question, before) or " ".join(
        as_question(text, detect_language(text)) for text in (before, _naming(question, before, answered))
    )


def _in_place(question: str, before: str) -> str:
    """The question before with the year or name that the follow-up gives instead; "" where it gives more or less."""
    years, names = list(dict.fromkeys(_YEAR.findall(question))), _names(question)
    rest = _EMPTY.sub("", _NAME.sub("", _YEAR.sub("", question)) if names else _YEAR.sub("", question))
    if re.search(r"\w", rest):
        return ""
    replaced = before
    for new, old in ((years, list(dict.fromkeys(_YEAR.findall(before)))), (names, _names(before))):
        if new and (len(new) != 1 or len(old) != 1):
            return ""
        if new:
            replaced = replaced.replace(old[0], new[0])
    return replaced if replaced != before else ""


def _naming(question: str, before: str, answered: str) -> str:
    """The follow-up with the names that it can mean only from the answer."""
    if not _POINTING.search(question) or _names(question) or _names(before):
        return question
    names = _names(answered[:_ANSWER_READ])[:_MOST_NAMES]
    if not names:
        return question
    body = question.rstrip("?？ ")
    return f"{body} ({', '.join(names)}){question[len(body) :] or '?'}"


def _names(text: str) -> list[str]:
    """Names in a text, each once; a capital at the start of a sentence makes none of a common word."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower().strip(".") in _OPENERS:
            words.pop(0)
        name = " ".join(words).removesuffix("'s").removesuffix("’s")
        if name and not _NO_NAME.match(name):
            found.append(_HAN_LEAD.sub("", name, count=1) if _HAN_LEAD.match(name) else name)
    return list(dict.fromkeys(found))
