"""Which language a text is written in, from its scripts and, for Latin letters, its function words. No model."""

from __future__ import annotations

import re

_SCRIPTS = re.compile(
    r"(?P<kana>[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f])"
    r"|(?P<hangul>[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af])"
    r"|(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
    r"|(?P<latin>[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*)"
    r"|(?P<other>[^\W\d_])"
)

_FUNCTION_WORDS = "the of and to for with that by from are this was as on at is its or"
_ENGLISH_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

_KANA_SHARE = 0.1
"""Japanese mixes far more kana than this into its Han characters; Chinese has next to none."""

_FUNCTION_WORD_SHARE = 0.05
"""Running English has some 30 %, text full of tables still 10 %, other languages' lookalikes stay below."""

_FEW_WORDS = 12
"""So short a text may well hold no function word: Latin letters are taken for English then."""


def detect_language(text: str) -> str:
    """The main language of `text`: "en", "zh", "ja", "ko", or "" where it is another one or there are no letters.

    A Chinese, Japanese or Korean character weighs as much as a Latin word: Chinese notes full of English terms are
    Chinese.
    """
    counts = dict.fromkeys(("kana", "hangul", "han", "latin", "other"), 0)
    english = 0
    for match in _SCRIPTS.finditer(text):
        script = match.lastgroup or "other"
        counts[script] += 1
        if script == "latin" and match.group().lower() in _ENGLISH_FUNCTION_WORDS:
            english += 1
    east_asian = counts["han"] + counts["kana"]
    leading = max(east_asian, counts["hangul"], counts["latin"], counts["other"] // 3)
    if leading == 0:
        return ""
    if leading == counts["latin"]:
        is_english = counts["latin"] < _FEW_WORDS or english >= _FUNCTION_WORD_SHARE * counts["latin"]
        return "en" if is_english else ""
    if leading == east_asian:
        return "ja" if counts["kana"] > _KANA_SHARE * east_asian else "zh"
    return "ko" if leading == counts["hangul"] else ""
