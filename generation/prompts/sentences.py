"""The sentence that says that the documents do not tell, and how it is recognised in what a model writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from ..citations import statements

NOT_TOLD: Mapping[str, str] = {"en": "The documents do not tell.", "zh": "文档中没有说明。"}

_ALIKE = 0.85
"""Share of the fixed sentence's characters that a deviating one must keep."""
_SOURCE = r"documents?|evidence|passages?|context|sources?|texts?|materials?|excerpts?|information|data|files?"
_PUT = r"tell|say|state|mention|contain|provide|include|specify|answer|give|indicate|address|cover|reveal|show|have"
_OF_IT = "about|available|concerning|found|given|in the|included|on|provided|regarding|that|there|to"
"""What follows "no information" where that is missing from the documents; "no information was leaked" is an answer."""
_ENGLISH = re.compile(
    rf"\W*(?:(?:i['’]?m |i am )?(?:sorry|unfortunately|apologies)\b\W*(?:but )?)?"
    rf"(?:(?:based on|according to|from) the \w+(?: \w+)?,? )?"
    rf"(?:(?:the|these|this|those|none of the)\s+)?(?:(?:provided|given|available|above|retrieved|cited)\s+)*"
    rf"(?:(?:{_SOURCE})\b(?:\s+(?:provided|given|available|above))?\s+"
    rf"(?:(?:do|does|did)(?:\s+not|n['’]?t)\s+(?:\w+ly\s+)?(?:{_PUT})\b|(?:is|are)\s+(?:not\s+enough|insufficient)\b)"
    rf"|(?:i|we)\s+(?:do not|don['’]t|cannot|can['’]t|could not)\s+(?:know|tell|answer|find|determine)\b"
    rf"|(?:there\s+is\s+)?(?:no|not\s+enough)\s+(?:relevant\s+)?information\b"
    rf"(?=\W*$|\s+(?:(?:is|was)\s+)?(?:{_OF_IT})\b)|it is not (?:stated|mentioned|told)\b)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"\W*(?:很?抱歉|对不起|不好意思)?[，,\s]*(?:根据|从|在)?(?:所?(?:提供|给定|给出|检索到)的?|上述|现有|以上|这些|该)*"
    r"(?:文档|文件|资料|材料|证据|上下文|文中|内容|信息)(?:中|里|内|来看)?[，,\s]*(?:都|均|也)?"
    r"(?:并?没有|并?未|无法|不能|不足以)(?:明确|直接|具体)?"
    r"(?:说明|提及|提到|提供|给出|包含|涉及|告诉|回答|找到|指出|显示|确定|得知|记载)"
    r"|\W*我(?:不知道|无法回答|不能回答|无法确定)"
)
_BUT = re.compile(
    r"[;；]|\b(?:but|however|although|though|while|instead|only)\b|但|不过|然而|只有|仅"
    r"|(?<!\d)(?!(?:19|20)\d\d(?!\d))\d|[,:，：—–].*\d",
    re.IGNORECASE,
)
"""What makes an answer of it: more is told, or a number that is not just the year of what is not told."""
_ANYTHING = "information|data|details?|mention|answers?|figures?|numbers?|statements?|indications?|references?|values?"
_FINDING = (
    "rise|fall|drop|growth|decline|increase|decrease|reduction|change|shift|difference|effect|impact|trend|gap|link"
    "|relationship|correlation|association|improvement|benefit|advantage|harm|sign"
)
_HAN_FINDING = "增长|下降|上升|减少|增加|变化|差异|差距|影响|趋势|关系|关联|相关性|改善|迹象|优势"
_ABSENT = re.compile(
    r"\b(?:not|n['’]t)\s+(?:\w+ly\s+)?(?:show|indicate|reveal|support)\s+(?:any|an?)\s+"
    rf"(?:(?!(?:for|of|about|on|in|behind)\b)[\w-]+\s+){{0,3}}(?:{_FINDING})s?\b(?!\s+(?:rates?|{_ANYTHING})\b)"
    r"|(?:没有|并?未)(?:明确|直接)?(?:显示|指出|支持)出?(?:任何|明显|显著|有)"
    rf"(?!.{{0,8}}(?:信息|数据|内容|说明|数字|答案|原因)).{{0,6}}(?:{_HAN_FINDING})(?![率额])",
    re.IGNORECASE,
)
"""What has been looked for and is not there: a finding, where "do not show the revenue" says that nothing is told."""
_SHOWN = re.compile(
    r"\b(?:not|n['’]t)\s+(?:\w+ly\s+)?(?:show|indicate|reveal|support|say|state)\s+"
    rf"(?:that|(?:(?!the\b)\w+\s+)?(?:{_FINDING})s?(?!\s+(?:rates?|{_ANYTHING})\b))\b"
    rf"|(?:没有|并?未)(?:显示|表明|指出)出?.{{0,6}}(?:{_HAN_FINDING})(?![率额])",
    re.IGNORECASE,
)
"""The same with evidence cited for it."""


def not_told(language: str) -> str:
    """The sentence that says that the documents do not tell, in the question's language."""
    return NOT_TOLD.get(language, NOT_TOLD["en"])


def is_not_told(text: str) -> bool:
    """Whether a text says nothing but that the documents do not tell, in about these words.

    Each of its sentences must: one that goes on to tell something, or a number but a year, makes it an answer. So
    does one that says what documents show the absence of ("the data do not show any decline").
    """
    found = statements(text)
    return bool(found) and all(_says_so(statement.text, cited=bool(statement.citations)) for statement in found)


def _says_so(sentence: str, *, cited: bool) -> bool:
    plain = _bare(sentence)
    if any(SequenceMatcher(None, plain, _bare(fixed)).ratio() >= _ALIKE for fixed in NOT_TOLD.values()):
        return True
    said = _ENGLISH.match(sentence) or _CHINESE.match(sentence)
    if said is None or _BUT.search(sentence, said.end()):
        return False
    absent = _ABSENT.search(sentence) or (cited and _SHOWN.search(sentence))
    return not absent


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
