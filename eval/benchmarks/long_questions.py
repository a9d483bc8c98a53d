"""Long questions: two sentences of something else before the one that asks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from .retrieval_tasks import Question

_CHINESE = range(0x4E00, 0xA000)
_SMALL_TALK = (
    "Good morning, I hope that you can help me with this.",
    "I am preparing a talk for my class and have little time left.",
    "My colleague sent me a pile of reports last week.",
    "I have read some of the documents but could not find it.",
    "We discussed this at lunch yesterday and nobody was sure.",
    "Thank you for the quick answer to my last question.",
    "I would like to be sure before I tell anybody else.",
    "Please look through everything that we have.",
    "I am writing an article and want to get the facts right.",
    "There is one more thing that I have been wondering about.",
)
_CHINESE_SMALL_TALK = (
    "你好,打扰一下。",
    "我正在准备明天的会议,时间不多了。",
    "同事上周给我发了很多资料。",
    "我看了一部分,但是没有找到答案。",
    "谢谢你上次的帮助。",
    "请帮我在所有的文件里找一找。",
    "昨天我们吃饭的时候谈到了这件事。",
    "我想在告诉别人之前先确认一下。",
)


def after_small_talk(questions: Sequence[Question], seed: int = 7) -> tuple[Question, ...]:
    """Each question behind two sentences of small talk, in its language."""
    generator = random.Random(seed)  # noqa: S311 - not for secrets
    return tuple(
        _behind(question, generator.sample(_CHINESE_SMALL_TALK if _is_chinese(question.text) else _SMALL_TALK, 2))
        for question in questions
    )


def after_other_matters(questions: Sequence[Question], talk: Sequence[str], seed: int = 7) -> tuple[Question, ...]:
    """Each question behind two sentences of `talk`, which are about other items of the same collection: the worst case.

    Sentences that have a third of their words in common with the question are not taken.
    """
    generator = random.Random(seed)  # noqa: S311 - not for secrets
    return tuple(
        _behind(question, generator.sample([one for one in talk if not _alike(one, question.text)], 2))
        for question in questions
    )


def _behind(question: Question, before: Sequence[str]) -> Question:
    return replace(question, text=" ".join((*before, question.text)))


def _alike(sentence: str, question: str) -> bool:
    chinese = _is_chinese(question)
    words, asked = (set(text if chinese else text.casefold().split()) for text in (sentence, question))
    return len(words & asked) > len(asked) / 3


def _is_chinese(text: str) -> bool:
    return any(ord(character) in _CHINESE for character in text)
