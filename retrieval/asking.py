"""Which sentences of a question ask: people greet, tell what they have read, and then ask."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from ..indexing.sentences import split_sentences
from ..indexing.tokens import telling_tokens, tokenize

_MARKS = ("?", "？")
_CLOSING = "\"'”’»」』)）] "
_STOPS = " .。!！;；…"
_ADDED_AT_MOST = 3
_LEAST_TOKENS = 2
_LEAST_REFERRING_TOKENS = 3
"""With fewer words to search for ("Why is that?", "Did it rise in 2021?") a question is about what stands before it."""

_REFERS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|he|she|his|her|there|same|also|former|latter)\b"
    r"|^(and|but|what about|how about|why)\b"
    r"|它|(?<![耳吉])他(?![国乡])|她|[这那][一些个家两种次项]|该|其|上述|呢[？?]?$",
    re.IGNORECASE,
)

_LEAD = (
    r"\W*(?:(?:hi|hello|hey|ok|okay|well|so|now|then|also|first|next|finally|and|but|please|kindly)\b[,!:]?\s+"
    r"|(?:你好|您好|那么|另外|然后|最后)[，,!！、]?\s*)*"
)
_SOMEBODY = r"(?:i|we|you|he|she|it|they|my|our|his|her|their|there|this|that|these|those|then|so|of course)\b"
"""Behind "and" or "but" these begin a statement, unless the sentence ends in a question mark."""
_KNOWING = r"(?:know|see|find|understand|learn|hear|get|have|compare|check|read about)\b"
_OPENING = re.compile(
    rf"{_LEAD}(?:(?:tell|show|list|give|name|find|compare|describe|explain|calculate|compute|identify|summari[sz]e)\b"
    r"|(?:what|which|who|whom|whose|how|why)\b"
    rf"|(?:when|where)\b(?!\s+(?:the|an?|{_SOMEBODY}))"  # "When I came home, ..." tells
    r"|(?:can|could|would|will)\s+you\b"
    rf"|i(?:\s+need|\s+want|(?:['’]d|\s+would)\s+like)\b(?!\s+to\s+(?!{_KNOWING}))"  # "I need to go" tells
    r"|告诉|列出|说明|解释|描述|比较|给出|计算|总结|什么|为什么|谁|哪|如何|怎么|多少|帮我|我想知道|我想了解)"
    rf"|\W*please\b|\W*(?:and|but)\b(?!\s+{_SOMEBODY})"
    rf"|{_LEAD}(?:请|那(?![天时里边年]))",
    re.IGNORECASE,
)
"""How a sentence begins that asks without a question mark."""

_MATTER = (
    r"(?:something|(?:(?:this|that|the|an?|my|our|some)\s)?"
    r"(?:[\w'’-]+\s){0,4}(?:report|document|file|filing|paper)s?)"
)
_COURTESY = re.compile(
    rf"{_LEAD}(?:(?:(?:can|could|would|will)\s+(?:you|someone|anyone|somebody|anybody)|do\s+you\s+mind)\s+"
    r"(?:please\s+|kindly\s+|maybe\s+|perhaps\s+)*(?:be\s+able\s+to\s+)?(?:help|assist)(?:ing)?"
    rf"(?:\s+(?:me|us))?(?:\s*[,.!?]|\s+(?:out|please|here|today|with)\b|\s+(?:to\s+)?{_KNOWING}\s+{_MATTER}\W*$|\s*$)"
    r"|do\s+you\s+have\s+(?:an?|some|five|two)\s+(?:\w+\s+)?(?:minutes?|moments?|seconds?|time)\b"
    r"|(?:may|can|could)\s+i\s+(?:please\s+)?(?:ask|bother|trouble)\b"
    r"|how\s+are\s+(?:you|things)\b|are\s+you\s+there\b|please\s+find\s+(?:attached|enclosed)\b"
    r"|(?:请问)?[你您]?(?:能不能|可不可以|可以|可否|能否|能)(?:请[你您]?|麻烦[你您]?)?帮(?:助|忙|个忙|我|我们)?"
    r"(?:\D*|.*(?:年报|报告|报表|文件|文档|资料|材料))[吗么嘛?？]"
    r"|请多(?:多)?关照|[你您](?:现在)?有(?:时间|空))",
    re.IGNORECASE,
)
"""Asks for help or time rather than for something that documents tell."""

_COURTEOUS = (
    "hi hello hey help helping assist please kindly someone somebody anyone anybody able mind minute minutes "
    "moment second seconds time ask bother trouble find attached enclosed today here maybe perhaps out things "
    "understand know see learn hear get check compare read something"
)
_COURTEOUS_CHARACTERS = frozenset("请问能不可以否帮助忙我们你您好麻烦一个下看查现在有时间多关照吗么嘛")
"""What a mere courtesy is made of: it has nothing else to search for."""
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|he|she|his|her)\b|它|他们|她|该|其(?!他|它)", re.IGNORECASE
)

_MANNER = re.compile(
    rf"{_LEAD}(?:answer|respond|reply|be|keep|(?:give|provide|write)\s+(?:me\s+|us\s+)?(?:an?|your|the)\s+"
    r"(?:[\w-]+\s+){0,2}(?:answer|response|reply)(?!\s+(?:rate|time)))\b"
    r"|\W*请.{0,12}(?:回答|作答|答复|回复).{0,4}$",
    re.IGNORECASE,
)
"""How the answer shall be given: "Please be brief."."""


def split_asking(text: str, language: str = "") -> tuple[str, str]:
    """The sentences of `text` that ask, and the others: "" where all do.

    Those ask that end in a question mark or begin like a question or a request, or the last one where none does; a
    mere courtesy ("Can you help me?") only where nothing else asks, or where it holds what the next sentence's pronoun
    stands for ("... with Contoso's report? What was its margin?"). Where they have hardly a word to search for, what
    stands before them is part of the question.
    """
    sentences = _sentences(text, language)
    if len(sentences) < 2:
        return text, ""
    asking = _asking(sentences)
    for _ in range(_ADDED_AT_MOST):
        if all(asking):
            break
        asked, others = (
            " ".join(sentence for sentence, asks in zip(sentences, asking, strict=True) if asks is wanted)
            for wanted in (True, False)
        )
        if len(telling_tokens(asked)) >= (_LEAST_REFERRING_TOKENS if refers_back(asked) else _LEAST_TOKENS):
            return asked, others
        first = asking.index(True)
        asking[first - 1 if first else asking.index(False)] = True
    return text, ""


def refers_back(text: str) -> bool:
    """Whether the text has a word that stands for something said before ("it", "the latter", "and ...?")."""
    return bool(_REFERS_BACK.search(text))


def as_question(text: str, language: str = "") -> str:
    """`text`, with a question mark where it asks by its position only: so it asks beside other questions, too."""
    sentences = _sentences(text, language)
    if not sentences:
        return text
    place = _asking(sentences).index(True)
    if _asks(sentences[place]):
        return text
    mark = "？" if language == "zh" else "?"
    sentences[place] = sentences[place].rstrip(_STOPS) + mark
    return " ".join(sentences)


def _sentences(text: str, language: str) -> list[str]:
    return [text[start:end].strip() for start, end in split_sentences(text, language)]


def _asking(sentences: Sequence[str]) -> list[bool]:
    """Which ask; at least one does."""
    asking = [_asks(sentence) and not _MANNER.match(sentence) for sentence in sentences]
    content = [asks and not _COURTESY.match(sentence) for sentence, asks in zip(sentences, asking, strict=True)]
    if any(content):
        referents = [asks and _tells_matter(sentence) for sentence, asks in zip(sentences, asking, strict=True)]
        referred = [asks and bool(_PRONOUN.search(sentence)) for sentence, asks in zip(sentences, content, strict=True)]
        return [
            asks or (referent and follows)
            for asks, referent, follows in zip(content, referents, [*referred[1:], False], strict=True)
        ]
    if not any(asking):
        told = [place for place, sentence in enumerate(sentences) if not _MANNER.match(sentence)]
        asking[told[-1] if told else -1] = True
    return asking


def _tells_matter(sentence: str) -> bool:
    tokens = (token for token in telling_tokens(sentence) if not _COURTEOUS_CHARACTERS.issuperset(token))
    return not _courteous_tokens().issuperset(tokens)


@functools.cache
def _courteous_tokens() -> frozenset[str]:
    return frozenset(tokenize(_COURTEOUS))


def _asks(sentence: str) -> bool:
    return sentence.rstrip(_CLOSING).endswith(_MARKS) or bool(_OPENING.match(sentence))
