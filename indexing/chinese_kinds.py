"""Which Chinese words are names and which are verbs, by the dictionary that texts are cut with."""

from __future__ import annotations

import functools
from typing import Literal

from .east_asian import dictionary_file, in_dictionary

ChineseKind = Literal["name", "verb", "other"]

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "贾韦夏傅邹熊孟秦阎薛侯雷白龙段郝孔邵史毛万顾赖武康贺严尹钱施牛洪龚"
)
_LONGEST_NAME = 3
"""Characters of a person's name, surname included."""


def kind_of(word: str) -> ChineseKind:
    """A name of a place, organisation or person, a verb (which may serve as a noun, too), or any other word.

    A word that the dictionary lacks is a person's name where it begins with a surname and is as short as one.
    """
    tag = _tags().get(word)
    if tag is not None:
        return tag
    short = 1 < len(word) <= _LONGEST_NAME
    return "name" if short and word[0] in _SURNAMES and not in_dictionary(word) else "other"


@functools.lru_cache(maxsize=1)
def _tags() -> dict[str, ChineseKind]:
    """From jieba's dictionary. jieba's own tagger would take a second and 100 MB to load, and cut texts anew."""
    kinds: dict[str, ChineseKind] = {}
    with dictionary_file() as file:
        for line in file:
            word, _, tag = line.decode("utf-8").rstrip().split(" ")
            # Single characters are abbreviations, and other words far more often; its "nr" and "nz" are full of nouns.
            if len(word) > 1 and (tag in {"ns", "nt"} or (tag == "nr" and word[0] in _SURNAMES)):
                kinds[word] = "name"
            elif tag[0] == "v":
                kinds[word] = "verb"
    return kinds
